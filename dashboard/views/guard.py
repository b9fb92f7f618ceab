"""Deciding what becomes of the removals that a target's guard holds."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from dashboard.access import StaffRequest, acting_only, actor_of, operator_page
from downstream.guard import allow, reject
from downstream.models import Target
from downstream.refusals import Refusal


@require_POST
@operator_page
@acting_only
def allow_removals(request: StaffRequest, target_id: uuid.UUID) -> HttpResponse:
    target = get_object_or_404(Target, tenant=request.tenant, id=target_id)
    return _decided(request, target, lambda: f"{allow(target, by=actor_of(request)):,} removals are allowed.")


@require_POST
@operator_page
@acting_only
def reject_removals(request: StaffRequest, target_id: uuid.UUID) -> HttpResponse:
    target = get_object_or_404(Target, tenant=request.tenant, id=target_id)
    reason = request.POST.get("reason", "")

    def decide() -> str:
        return f"{reject(target, reason=reason, by=actor_of(request)):,} removals are rejected."

    return _decided(request, target, decide)


def _decided(request: StaffRequest, target: Target, decide: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, decide())
    except Refusal as error:
        return render(request, "error.html", {"status": 409, "sentence": str(error)}, status=409)
    return redirect("target", target.id)
