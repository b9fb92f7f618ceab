"""One user or group in one target, on the pages of that user, group and target."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from dashboard.access import StaffRequest, acting_only, actor_of, operator_page
from dashboard.pages import back
from downstream.models import Replica
from downstream.replays import replay


@operator_page
def card(request: StaffRequest, replica_id: int) -> HttpResponse:
    """As it is now: it asks for itself until it has settled."""
    replica = get_object_or_404(Replica.objects.of_tenant(request.tenant).with_attempts(), id=replica_id)
    return render(request, "replicas/_card.html", {"replica": replica})


@require_POST
@operator_page
@acting_only
def replay_card(request: StaffRequest, replica_id: int) -> HttpResponseBase:
    own = Replica.objects.of_tenant(request.tenant).filter(id=replica_id)
    get_object_or_404(own)
    replay(own, by=actor_of(request))
    if request.htmx:
        return card(request, replica_id)
    return back(request, "overview", message="The replay has begun.")
