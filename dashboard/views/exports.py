"""Exports of the log: counting what one would hold, making it, taking it away."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from audit import exports
from audit.exports import NotPossible, count_of, download_response, start_export
from audit.models import Export
from audit.search import InvalidSearch
from dashboard.access import StaffRequest, acting_only, actor_of, operator_page
from dashboard.exports import FormatForm, QuestionForm
from dashboard.pages import show_list
from dashboard.paging import keyset


@operator_page
def listing(request: StaffRequest) -> HttpResponse:
    page = keyset(Export.objects.of_tenant(request.tenant.id), request.GET, by="-created_at")
    return show_list(request, "exports", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
@acting_only
def prepare(request: StaffRequest) -> HttpResponse:
    """How many events it would be; with a format it begins."""
    sent = request.POST if request.method == "POST" else request.GET
    question, form = QuestionForm(sent), FormatForm(request.POST or None)
    count = None
    if question.is_valid():
        try:
            if form.is_valid():
                export = start_export(
                    request.tenant.id, question.selection, **form.cleaned_data, by=actor_of(request)
                )
                return redirect("export", export.id)
            count = count_of(request.tenant.id, question.selection)
        except InvalidSearch as invalid:
            question.blame(invalid)
        except NotPossible as refused:
            messages.error(request, str(refused))
    context = {"question": question, "form": form, "count": count}
    part = "exports/_count.html" if request.htmx else "exports/new.html"
    return render(request, part, context, status=400 if question.errors and not request.htmx else 200)


@operator_page
def detail(request: StaffRequest, export_id: uuid.UUID) -> HttpResponse:
    """htmx asks for the moving part again and again, until it moves no more."""
    export = _own(request, export_id)
    part = "exports/_job.html" if request.htmx else "exports/detail.html"
    return render(request, part, {"export": export, "words": exports.Selection(**export.selection).words})


@require_POST
@operator_page
@acting_only
def stop(request: StaffRequest, export_id: uuid.UUID) -> HttpResponse:
    if exports.stop(_own(request, export_id), by=actor_of(request)):
        messages.success(request, "The export is stopped.")
    else:
        messages.error(request, "Somebody was quicker: this is how it stands now.")
    return redirect("export", export_id)


@require_POST
@operator_page
def download(request: StaffRequest, export_id: uuid.UUID) -> HttpResponseBase:
    """By POST, as each time is in the log."""
    try:
        return download_response(_own(request, export_id), request.tenant.name, by=actor_of(request))
    except NotPossible as refused:
        messages.error(request, str(refused))
        return redirect("export", export_id)


def _own(request: StaffRequest, export_id: uuid.UUID) -> Export:
    return get_object_or_404(Export.objects.of_tenant(request.tenant.id), id=export_id)
