"""The tenant's own attributes: defining, changing and deleting extensions, and what to enter in Okta."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from dashboard.access import StaffRequest, actor_of, defining_only, operator_page
from dashboard.extension_forms import MOST_ROWS, DefinitionForm
from dashboard.okta_profile import profile, unreachable
from dashboard.pages import show_list
from directory.errors import NotFound
from directory.extensions import Extension
from directory.schemas import defined
from directory.services import change_extension, define_extension, delete_extension
from lib.schema import Schema
from lib.schema.definitions import DefinitionError


@operator_page
def listing(request: StaffRequest) -> HttpResponse:
    extensions = Extension.objects.filter(tenant=request.tenant).order_by("created_at", "id")
    return show_list(request, "extensions", {"extensions": extensions})


@operator_page
def detail(request: StaffRequest, extension_id: uuid.UUID) -> HttpResponse:
    extension = _own(request, extension_id)
    schema = defined(extension)
    context = {
        "extension": extension,
        "schema": schema,
        "profile": profile(schema),
        "unreachable": unreachable(schema),
    }
    return render(request, "extensions/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
@defining_only
def define(request: StaffRequest) -> HttpResponse:
    if request.method != "POST":
        return _form(request, DefinitionForm.blank())

    def save(form: DefinitionForm, schema: Schema) -> Extension:
        resource = form.head.cleaned_data["resource"]
        return define_extension(request.tenant, resource, schema, by=actor_of(request))

    return _saved(request, save)


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
@defining_only
def change(request: StaffRequest, extension_id: uuid.UUID) -> HttpResponse:
    extension = _own(request, extension_id)
    if request.method != "POST":
        form = DefinitionForm.showing(defined(extension), extension.resource)
        return _form(request, form, extension=extension)

    def save(form: DefinitionForm, schema: Schema) -> Extension:
        return change_extension(extension, schema, by=actor_of(request))

    return _saved(request, save, extension=extension)


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
@defining_only
def delete(request: StaffRequest, extension_id: uuid.UUID) -> HttpResponse:
    """Asks first."""
    extension = _own(request, extension_id)
    if request.method != "POST":
        return render(request, "extensions/delete.html", {"extension": extension})
    try:
        delete_extension(extension, by=actor_of(request))
    except NotFound as error:
        raise Http404(str(error)) from error
    except DefinitionError as error:
        context = {"extension": extension, "problems": error.problems}
        return render(request, "extensions/delete.html", context)
    messages.success(request, f"{extension.name} is deleted. The values that people have stay.")
    return redirect("extensions")


def _saved(
    request: StaffRequest,
    save: Callable[[DefinitionForm, Schema], Extension],
    *,
    extension: Extension | None = None,
) -> HttpResponse:
    """Save what was sent, or show it again with one more row, or with what is wrong with it."""
    if "add" in request.POST:
        return _form(request, DefinitionForm.with_a_row_more(request.POST), extension=extension)
    form = DefinitionForm.sent(request.POST)
    schema = form.read()
    if schema is None:
        return _form(request, form, extension=extension)
    try:
        saved = save(form, schema)
    except NotFound as error:
        raise Http404(str(error)) from error
    except DefinitionError as error:
        form.refuse(error)
        return _form(request, form, extension=extension)
    messages.success(request, f"{saved.name} is saved, and holds from the next request on.")
    return redirect("extension", saved.id)


def _form(request: StaffRequest, form: DefinitionForm, *, extension: Extension | None = None) -> HttpResponse:
    context = {"form": form, "extension": extension, "full": len(form.rows.forms) >= MOST_ROWS}
    return render(request, "extensions/form.html", context)


def _own(request: StaffRequest, extension_id: uuid.UUID) -> Extension:
    found: Extension = get_object_or_404(Extension, tenant=request.tenant, id=extension_id)
    return found
