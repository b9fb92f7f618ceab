"""What a delivery would do, and the values that stand in for mapped ones: fix and replay."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from dashboard.access import StaffRequest, acting_only, actor_of, operator_page
from dashboard.overrides import OverrideForm, override_form
from downstream.errors import DeliveryError
from downstream.models import Override, Replica
from downstream.overrides import end, override
from downstream.previews import preview
from downstream.refusals import Refusal


@operator_page
def show(request: StaffRequest, replica_id: int) -> HttpResponse:
    """Takes as long as a few calls of the target's time limit at most."""
    replica = _replica(request, replica_id)
    return _page(request, replica, override_form(replica))


@require_POST
@operator_page
@acting_only
def make_override(request: StaffRequest, replica_id: int) -> HttpResponse:
    replica = _replica(request, replica_id)
    form = override_form(replica, request.POST)
    if form is None or not form.is_valid():
        return _page(request, replica, form, status=400)
    try:
        made = override(replica, **form.asked, by=actor_of(request))
    except (Refusal, DeliveryError) as error:
        form.add_error("value", str(error))
        return _page(request, replica, form, status=400)
    messages.success(request, f"{made.field} is overridden, and the replay has begun.")
    return redirect("preview", replica_id)


@require_POST
@operator_page
@acting_only
def end_override(request: StaffRequest, replica_id: int, override_id: int) -> HttpResponse:
    own = Override.objects.filter(replica=_replica(request, replica_id)).with_replica()
    ending = get_object_or_404(own, id=override_id)
    if end(ending, by=actor_of(request)):
        messages.success(request, f"The override of {ending.field} is ended, and the replay has begun.")
    return redirect("preview", replica_id)


def _replica(request: StaffRequest, replica_id: int) -> Replica:
    own = Replica.objects.of_tenant(request.tenant).select_related("target__tenant", "user", "group")
    return get_object_or_404(own, id=replica_id)


def _page(
    request: StaffRequest, replica: Replica, form: OverrideForm | None, *, status: int = 200
) -> HttpResponse:
    replica.refresh_from_db(fields=["is_overridden", "state", "error", "failure_group"])
    seen = preview(replica)
    if request.htmx and not request.htmx.boosted:
        return render(request, "replicas/_preview.html", {"replica": replica, "preview": seen})
    overrides = replica.overrides.living().order_by("field")
    context = {"replica": replica, "preview": seen, "overrides": overrides, "form": form}
    return render(request, "replicas/preview.html", context, status=status)
