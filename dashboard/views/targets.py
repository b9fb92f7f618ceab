"""The page of one target: what it is, how it stands, pausing it and testing its connection."""

from __future__ import annotations

import json
import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from audit.reading import events_of
from dashboard.access import StaffRequest, acting_only, actor_of, operator_page
from dashboard.connections import Test, address_of, offers, tested
from dashboard.events import lines
from dashboard.standings import standing
from downstream.models import Replica, Target
from downstream.rotations import can_rotate
from downstream.services import pause, resume, switch

RECENT = 20
FAILURES_SHOWN = 10


@operator_page
def detail(request: StaffRequest, target_id: uuid.UUID) -> HttpResponse:
    target = get_object_or_404(Target, tenant=request.tenant, id=target_id)
    return _page(request, target)


@require_POST
@operator_page
@acting_only
def pause_target(request: StaffRequest, target_id: uuid.UUID) -> HttpResponse:
    pause(get_object_or_404(Target, tenant=request.tenant, id=target_id), by=actor_of(request))
    return redirect("target", target_id)


@require_POST
@operator_page
@acting_only
def resume_target(request: StaffRequest, target_id: uuid.UUID) -> HttpResponse:
    resume(get_object_or_404(Target, tenant=request.tenant, id=target_id), by=actor_of(request))
    return redirect("target", target_id)


@require_POST
@operator_page
@acting_only
def rehearse_target(request: StaffRequest, target_id: uuid.UUID) -> HttpResponse:
    target = get_object_or_404(Target, tenant=request.tenant, id=target_id)
    switch(target, Target.Mode.DRY_RUN, by=actor_of(request))
    return redirect("target", target_id)


@require_POST
@operator_page
@acting_only
def check(request: StaffRequest, target_id: uuid.UUID) -> HttpResponse:
    """Takes as long as the target's time limit at most."""
    target = get_object_or_404(Target, tenant=request.tenant, id=target_id)
    return answer_test(request, target, tested(target, by=actor_of(request)))


def answer_test(request: StaffRequest, target: Target, test: Test) -> HttpResponse:
    """What came of a call to the target: htmx gets that part, a browser the whole page."""
    if request.htmx:
        return render(request, "targets/_test.html", {"test": test})
    return _page(request, target, test=test)


def _page(request: StaffRequest, target: Target, **more: object) -> HttpResponse:
    failures = Replica.objects.filter(target=target).failed().select_related("target", "user", "group")
    events = events_of(request.tenant.id).about_target(target.id).newest_first()
    context = {
        "standing": standing(target),
        "address": address_of(target),
        "offers": offers(target),
        "signs": can_rotate(target),
        "config": json.dumps(target.config, indent=2, ensure_ascii=False),
        "after": target.after.order_by("name"),
        "failures": failures.order_by("-id")[:FAILURES_SHOWN],
        "lines": lines(events[:RECENT]),
    }
    return render(request, "targets/detail.html", context | more)
