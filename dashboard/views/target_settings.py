"""Changing a target's settings and deleting it: for administrators."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from dashboard.access import StaffRequest, actor_of, defining_only, operator_page
from dashboard.target_forms import DeleteForm, SettingsForm
from downstream.models import Target
from downstream.refusals import Refusal
from downstream.settings import change_target, delete_target


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
@defining_only
def change(request: StaffRequest, target_id: uuid.UUID) -> HttpResponse:
    target = get_object_or_404(Target, tenant=request.tenant, id=target_id)
    if request.method != "POST":
        return _form(request, target, SettingsForm.showing(target))
    form = SettingsForm(target, request.POST)
    if not form.is_valid():
        return _form(request, target, form)
    revision = form.cleaned_data["revision"]
    try:
        changed = change_target(target, revision=revision, **form.changes(), by=actor_of(request))
    except Refusal as refusal:
        form.refuse(refusal)
        return _form(request, target, form)
    messages.success(request, "The settings are saved." if changed else "Nothing was changed.")
    return redirect("target", target_id)


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
@defining_only
def delete(request: StaffRequest, target_id: uuid.UUID) -> HttpResponse:
    """Asks for the name first."""
    target = get_object_or_404(Target, tenant=request.tenant, id=target_id)
    form = DeleteForm(target, request.POST or None)
    if request.method == "POST" and form.is_valid():
        delete_target(target, by=actor_of(request))
        messages.success(request, f"{target.name} is deleted. What is in it stays there.")
        return redirect("overview")
    return render(request, "targets/delete.html", {"target": target, "form": form})


def _form(request: StaffRequest, target: Target, form: SettingsForm) -> HttpResponse:
    return render(request, "targets/change.html", {"target": target, "form": form})
