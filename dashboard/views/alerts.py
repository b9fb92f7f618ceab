"""Alerts: what is open, what is over, and the channels by which people hear of it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from dashboard.access import StaffRequest, actor_of, defining_only, operator_page
from dashboard.alerts import ChannelForm, NewChannelForm
from dashboard.pages import show_list
from dashboard.paging import keyset
from downstream.alerts.channels import add_channel, change_channel, remove_channel, try_channel
from downstream.alerts.notices import MOST_OPEN
from downstream.models import Alert, AlertChannel
from downstream.refusals import Refusal


@operator_page
def listing(request: StaffRequest) -> HttpResponse:
    return show_list(request, "alerts", _context(request, NewChannelForm()))


@require_POST
@operator_page
@defining_only
def add(request: StaffRequest) -> HttpResponse:
    """A webhook's secret is told this once."""
    form = NewChannelForm(request.POST)
    if form.is_valid():
        try:
            channel = add_channel(request.tenant, **form.cleaned_data, by=actor_of(request))
        except Refusal as refusal:
            form.add_error("address", str(refusal))
        else:
            if channel.sealed_secret:
                return render(request, "alerts/added.html", {"channel": channel})
            messages.success(request, f"Alerts go to {channel.address} from now on.")
            return redirect("alerts")
    return render(request, "alerts/list.html", _context(request, form), status=400)


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
@defining_only
def change(request: StaffRequest, channel_id: uuid.UUID) -> HttpResponse:
    channel = _own(request, channel_id)
    shown = {"address": channel.address, "enabled": channel.enabled}
    form = ChannelForm(request.POST if request.method == "POST" else None, initial=shown)
    if form.is_valid():
        try:
            change_channel(channel, **form.cleaned_data, by=actor_of(request))
        except Refusal as refusal:
            form.add_error("address", str(refusal))
        else:
            messages.success(request, "The channel is changed.")
            return redirect("alerts")
    context = {"channel": channel, "form": form}
    return render(request, "alerts/channel.html", context, status=400 if form.errors else 200)


@require_POST
@operator_page
@defining_only
def remove(request: StaffRequest, channel_id: uuid.UUID) -> HttpResponse:
    channel = _own(request, channel_id)
    remove_channel(channel, by=actor_of(request))
    messages.success(request, f"No more alerts go to {channel.address}.")
    return redirect("alerts")


@require_POST
@operator_page
@defining_only
def test(request: StaffRequest, channel_id: uuid.UUID) -> HttpResponse:
    """Takes as long as the receiver takes, ten seconds at most."""
    channel = _own(request, channel_id)
    try:
        try_channel(channel, by=actor_of(request))
    except Refusal as refusal:
        messages.error(request, f"The test did not arrive at {channel.address}. {refusal}")
    else:
        messages.success(request, f"A test is on its way to {channel.address}.")
    return redirect("alerts")


def _own(request: StaffRequest, channel_id: uuid.UUID) -> AlertChannel:
    return get_object_or_404(AlertChannel, tenant=request.tenant, id=channel_id)


def _context(request: StaffRequest, form: NewChannelForm) -> dict[str, object]:
    alerts = Alert.objects.of_tenant(request.tenant)
    history = alerts.resolved().select_related("target", "credential", "stream")
    return {
        "alerts": alerts.open().for_people()[:MOST_OPEN],
        "page": keyset(history, request.GET, by="-opened_at"),
        "channels": AlertChannel.objects.filter(tenant=request.tenant).order_by("kind", "address"),
        "form": form,
    }
