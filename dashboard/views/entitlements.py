"""The catalogue of roles and entitlements: the list, and adding, changing and deleting an entry."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from dashboard.access import StaffRequest, acting_only, actor_of, defining_only, operator_page
from dashboard.connections import imported
from dashboard.entitlements import EntitlementFilter, EntitlementForm, NewEntitlementForm, rows_of, targets_of
from dashboard.pages import show_list
from dashboard.paging import keyset
from dashboard.views.targets import answer_test
from directory.catalogue import ENTITLEMENT, ROLE, Entitlement
from directory.errors import DirectoryError
from directory.services import add_entitlement, change_entitlement, delete_entitlement
from directory.services.entitlements import Facts
from downstream.models import Target


@operator_page
def listing(request: StaffRequest) -> HttpResponse:
    """By name, which has an index of its own."""
    entitlements, targets = request.tenant.entitlements.all(), targets_of(request.tenant)
    form = EntitlementFilter(request.GET, types=entitlements.types(), targets=targets)
    page = keyset(form.narrow(entitlements), request.GET, by="display_name_key")
    context = {"form": form, "page": page, "rows": rows_of(page.rows, targets)}
    return show_list(request, "entitlements", context)


@operator_page
@defining_only
def add(request: StaffRequest) -> HttpResponse:
    form = NewEntitlementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            added = add_entitlement(request.tenant, Facts(**form.cleaned_data), by=actor_of(request))
        except DirectoryError as error:
            form.add_error("value", str(error))
        else:
            messages.success(request, f"{added.display_name} is added.")
            return redirect("entitlements")
    types = {ROLE, ENTITLEMENT, *request.tenant.entitlements.types()}
    return render(request, "entitlements/new.html", {"form": form, "types": sorted(types)})


@operator_page
def detail(request: StaffRequest, entitlement_id: uuid.UUID) -> HttpResponse:
    entitlement = _entitlement(request, entitlement_id)
    told = {"display_name": entitlement.display_name, "description": entitlement.description}
    return _page(request, entitlement, EntitlementForm(initial=told))


@require_POST
@operator_page
@defining_only
def change(request: StaffRequest, entitlement_id: uuid.UUID) -> HttpResponse:
    entitlement, form = _entitlement(request, entitlement_id), EntitlementForm(request.POST)
    if not form.is_valid():
        return _page(request, entitlement, form)
    try:
        changed = change_entitlement(
            request.tenant, entitlement_id, **form.cleaned_data, by=actor_of(request)
        )
    except DirectoryError as error:
        return _refused(request, error)
    messages.success(request, f"{changed.display_name} is changed.")
    return redirect("entitlement", entitlement_id)


@require_POST
@operator_page
@defining_only
def delete(request: StaffRequest, entitlement_id: uuid.UUID) -> HttpResponse:
    entitlement = _entitlement(request, entitlement_id)
    try:
        delete_entitlement(request.tenant, entitlement_id, by=actor_of(request))
    except DirectoryError as error:
        return _refused(request, error)
    messages.success(request, f"{entitlement.display_name} is deleted. Users who have it keep it.")
    return redirect("entitlements")


@require_POST
@operator_page
@acting_only
def read_from_target(request: StaffRequest, target_id: uuid.UUID) -> HttpResponse:
    """Takes as long as the target takes."""
    target = get_object_or_404(Target, tenant=request.tenant, id=target_id)
    return answer_test(request, target, imported(target, by=actor_of(request)))


def _entitlement(request: StaffRequest, entitlement_id: uuid.UUID) -> Entitlement:
    return get_object_or_404(Entitlement, tenant=request.tenant, id=entitlement_id)


def _page(request: StaffRequest, entitlement: Entitlement, form: EntitlementForm) -> HttpResponse:
    (row,) = rows_of([entitlement], targets_of(request.tenant))
    return render(request, "entitlements/detail.html", {"row": row, "form": form})


def _refused(request: StaffRequest, error: DirectoryError) -> HttpResponse:
    """What no form of ours asks for."""
    return render(request, "error.html", {"status": 409, "sentence": str(error)}, status=409)
