"""Streams of the log: how each stands, adding, changing, trying, rewinding and removing them."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from dashboard.access import StaffRequest, acting_only, actor_of, defining_only, operator_page
from dashboard.pages import show_list
from dashboard.stream_forms import StreamForm
from dashboard.streams import Standing, made_words
from downstream.errors import DeliveryError
from downstream.models import LogStream
from downstream.refusals import Refusal
from downstream.streams.feed import end_of_log
from downstream.streams.keeping import (
    add_stream,
    change_stream,
    made_for,
    remove_stream,
    rewind,
    try_stream,
)
from downstream.streams.sinks import SINKS


@operator_page
def listing(request: StaffRequest) -> HttpResponse:
    end = end_of_log(request.tenant.id)
    rows = LogStream.objects.of_tenant(request.tenant).order_by("name")
    return show_list(request, "streams", {"standings": [Standing(row, end) for row in rows]})


@operator_page
@defining_only
def choose(request: StaffRequest) -> HttpResponse:
    # A template would call classes.
    kinds = [{"kind": sink.kind, "label": sink.label, "words": sink.words} for sink in SINKS.values()]
    return render(request, "streams/choose.html", {"kinds": kinds})


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
@defining_only
def add(request: StaffRequest, kind: str) -> HttpResponse:
    """A secret that was made is told this once."""
    if kind not in SINKS:
        raise Http404
    form = StreamForm(kind, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            stream = add_stream(request.tenant, kind=kind, **form.changes, by=actor_of(request))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            made = made_for(stream, form.config)
            if made:
                return render(request, "streams/added.html", {"stream": stream, "made": made_words(made)})
            messages.success(request, f"Events go to {stream.name} from now on.")
            return redirect("stream", stream.id)
    context = {"form": form, "label": SINKS[kind].label}
    return render(request, "streams/new.html", context, status=400 if form.errors else 200)


@operator_page
def detail(request: StaffRequest, stream_id: uuid.UUID) -> HttpResponse:
    """htmx asks for the moving part again and again."""
    stream = _own(request, stream_id)
    context = {"standing": Standing(stream, end_of_log(request.tenant.id))}
    return render(request, "streams/_state.html" if request.htmx else "streams/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
@defining_only
def change(request: StaffRequest, stream_id: uuid.UUID) -> HttpResponse:
    stream = _own(request, stream_id)
    form = StreamForm(stream.kind, request.POST if request.method == "POST" else None, stream=stream)
    if form.is_valid():
        try:
            change_stream(stream, **form.changes, by=actor_of(request))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "The stream is changed.")
            return redirect("stream", stream_id)
    context = {"form": form, "stream": stream}
    return render(request, "streams/change.html", context, status=400 if form.errors else 200)


@require_POST
@operator_page
@acting_only
def switch(request: StaffRequest, stream_id: uuid.UUID) -> HttpResponse:
    """`on` or off: while it is off, events wait in the log."""
    enabled = request.POST.get("to") == "on"
    change_stream(_own(request, stream_id), enabled=enabled, by=actor_of(request))
    return redirect("stream", stream_id)


@require_POST
@operator_page
@acting_only
def test(request: StaffRequest, stream_id: uuid.UUID) -> HttpResponse:
    """Takes as long as the receiver takes, ten seconds at most."""
    stream = _own(request, stream_id)
    try:
        try_stream(stream, by=actor_of(request))
    except DeliveryError as error:
        messages.error(request, f"The test did not arrive. {error}")
    else:
        messages.success(request, f"{stream.name} has taken a test.")
    return redirect("stream", stream_id)


@require_POST
@operator_page
@acting_only
def rewind_to(request: StaffRequest, stream_id: uuid.UUID) -> HttpResponse:
    place = Place(request.POST)
    if not place.is_valid():
        messages.error(request, "Write the place in the log as a number; 0 is its beginning.")
        return redirect("stream", stream_id)
    try:
        rewind(_own(request, stream_id), to=place.cleaned_data["to"], by=actor_of(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "It goes on behind that place.")
    return redirect("stream", stream_id)


@require_POST
@operator_page
@defining_only
def remove(request: StaffRequest, stream_id: uuid.UUID) -> HttpResponse:
    stream = _own(request, stream_id)
    remove_stream(stream, by=actor_of(request))
    messages.success(request, f"No more events go to {stream.name}.")
    return redirect("streams")


class Place(forms.Form):
    to = forms.IntegerField(min_value=0, max_value=2**63 - 1)


def _own(request: StaffRequest, stream_id: uuid.UUID) -> LogStream:
    return get_object_or_404(LogStream.objects.of_tenant(request.tenant), id=stream_id)
