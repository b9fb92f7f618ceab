"""The system log: the explorer, the page of one event, and what the explorer asks for while it is open."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render

from audit.reading import events_of
from audit.search import check_filter
from dashboard.access import StaffRequest, operator_page
from dashboard.events import Line
from dashboard.explorer.completion import suggestions
from dashboard.explorer.opened import Opened
from dashboard.explorer.page import explorer, news_count
from dashboard.explorer.problems import Shown, shown_problems
from dashboard.explorer.state import LONGEST, State, is_filter, read_state
from dashboard.figures import figure
from dashboard.pages import show_list
from tenants.models import SavedView

MOST_NEWS = 99


@operator_page
def listing(request: StaffRequest) -> HttpResponse:
    state = read_state(request.GET)
    found = explorer(request.tenant, state, request.GET)
    views = list(SavedView.objects.seen_by(request.operator))
    context: dict[str, Any] = {
        "state": state,
        "explorer": found,
        "lines": found.lines,
        "problems": shown_problems(state),
        "views": views,
        "view_name": next((view.name for view in views if str(view.id) == state.view), ""),
        "operator": request.operator,
    }
    return show_list(request, "log", context)


@operator_page
def detail(request: StaffRequest, event_uuid: uuid.UUID) -> HttpResponse:
    """The address to send to a colleague."""
    event = get_object_or_404(events_of(request.tenant.id), uuid=event_uuid)
    state = State(tab=read_state(request.GET).tab)
    opened = Opened(Line(event), state, request.tenant, alone=True)
    return render(request, "log/event.html", {"opened": opened, "line": opened.line})


@operator_page
def opened(request: StaffRequest, event_uuid: uuid.UUID) -> HttpResponse:
    """What unfolds below a row; the query is that of the page around it."""
    event = get_object_or_404(events_of(request.tenant.id), uuid=event_uuid)
    context = {"opened": Opened(Line(event), read_state(request.GET), request.tenant)}
    return render(request, "log/_open.html", context)


@operator_page
def news(request: StaffRequest) -> JsonResponse:
    """How many events have come that the page would show, for one that is open."""
    place = request.GET.get("place", "")
    known = int(place) if place.isascii() and place.isdigit() and len(place) < 19 else 0
    count = news_count(request.tenant, read_state(request.GET), known, MOST_NEWS + 1)
    return JsonResponse({"count": count, "words": figure(count, most=MOST_NEWS)})


@operator_page
def suggest(request: StaffRequest) -> HttpResponse:
    """What may come next in the search box, and what is wrong with what is there."""
    text = request.GET.get("text", "").replace("\0", " ")[:LONGEST]
    at = request.GET.get("at", "")
    caret = min(int(at), len(text)) if at.isascii() and at.isdigit() and len(at) < 6 else len(text)
    problem = check_filter(text) if is_filter(text) else None
    context = {
        "suggestions": suggestions(request.tenant.id, text, caret),
        "problem": problem and Shown(problem, text),
    }
    return render(request, "log/_suggestions.html", context)
