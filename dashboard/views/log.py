"""The system log: newest first, and the page of one event."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from audit.reading import events_of
from dashboard.access import StaffRequest, operator_page
from dashboard.events import Line, lines
from dashboard.forms import LogFilter
from dashboard.pages import show_list
from dashboard.paging import keyset

# Each row carries its details, so that it opens at once and without JavaScript.
SIZE = 30


@operator_page
def listing(request: StaffRequest) -> HttpResponse:
    form = LogFilter(request.GET)
    events = form.narrow(events_of(request.tenant.id))
    page = keyset(events, request.GET, by="-id", size=SIZE)
    return show_list(request, "log", {"form": form, "page": page, "lines": lines(page.rows)})


@operator_page
def detail(request: StaffRequest, event_uuid: uuid.UUID) -> HttpResponse:
    """The address to send to a colleague."""
    event = get_object_or_404(events_of(request.tenant.id), uuid=event_uuid)
    return render(request, "log/event.html", {"line": Line(event)})
