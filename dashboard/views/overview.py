"""The first page: how every target stands, and what happened last."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from audit.reading import events_of
from dashboard.access import StaffRequest, operator_page
from dashboard.events import lines
from dashboard.standings import standings
from dashboard.totals import totals
from downstream.models import Alert

RECENT = 15
ALERTS_SHOWN = 3


@operator_page
def overview(request: StaffRequest) -> HttpResponse:
    """The whole page, or the part that asks for itself every few seconds."""
    recent = events_of(request.tenant.id).newest_first()[:RECENT]
    context = {
        "alerts": Alert.objects.of_tenant(request.tenant).open().for_people()[:ALERTS_SHOWN],
        "standings": standings(request.tenant),
        "totals": totals(request.tenant),
        "lines": lines(recent),
        "scim_url": f"{settings.BASE_URL}/scim/v2/",
    }
    return render(request, f"overview/{'_live' if request.htmx else 'overview'}.html", context)
