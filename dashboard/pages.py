"""Answering with a page, or with the part of it that htmx asked for."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from dashboard.access import StaffRequest


def show_list(request: StaffRequest, folder: str, context: dict[str, Any]) -> HttpResponse:
    """`<folder>/list.html`, or only `<folder>/_list.html` when a search box asks for itself again."""
    part = request.htmx and not request.htmx.history_restore_request and not request.htmx.boosted
    return render(request, f"{folder}/{'_list' if part else 'list'}.html", context)


def back(request: StaffRequest, otherwise: str, *, message: str) -> HttpResponse:
    """To where a form without JavaScript was sent from, with a message."""
    messages.success(request, message)
    came_from = request.headers.get("Referer", "")
    allowed = url_has_allowed_host_and_scheme(
        came_from, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(came_from if allowed else otherwise)
