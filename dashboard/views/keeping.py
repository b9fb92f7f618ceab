"""How long the log keeps what, and erasing a person from it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from audit import pruning
from audit.erasure import erase, mentions, work_off
from audit.models import Erasure, Event
from audit.retention import days_of, keep_for
from dashboard.access import StaffRequest, actor_of, defining_only, operator_page
from dashboard.keeping import DaysForm, PersonForm, form_of, keepings
from dashboard.paging import keyset

SIZE = 20
# A press is answered after so long; workers do the rest.
SECONDS = 5.0


@operator_page
def keeping(request: StaffRequest) -> HttpResponse:
    return _page(request, form_of(request.tenant.id))


@require_POST
@operator_page
@defining_only
def keep(request: StaffRequest) -> HttpResponse:
    form = DaysForm(request.POST, days=days_of(request.tenant.id))
    if not form.is_valid():
        return _page(request, form, status=400)
    if keep_for(request.tenant.id, form.days, by=actor_of(request)):
        messages.success(request, "Events are kept so from now on.")
    return redirect("keeping")


@require_POST
@operator_page
@defining_only
def purge(request: StaffRequest) -> HttpResponse:
    gone = pruning.prune(request.tenant.id, by=actor_of(request), seconds=SECONDS).total()
    messages.success(request, f"{gone:,} events are gone.")
    return redirect("keeping")


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
@defining_only
def erase_person(request: StaffRequest) -> HttpResponse:
    """How many events mention them; pressed once more, it begins."""
    sent = request.POST if request.method == "POST" else request.GET
    form = PersonForm(sent if "person" in sent else None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        whom = form.whom(request.tenant)
        if "confirmed" in request.POST:
            begun = erase(request.tenant.id, whom.id, names=whom.names, by=actor_of(request))
            work_off(begun, seconds=SECONDS)
            return redirect("keeping")
        context |= {"whom": whom, "count": mentions(request.tenant.id, whom.id, whom.names)}
    return render(request, "keeping/erase.html", context, status=400 if form.errors else 200)


def _page(request: StaffRequest, form: DaysForm, status: int = 200) -> HttpResponse:
    tenant_id = request.tenant.id
    context = {
        "form": form,
        "keepings": keepings(tenant_id, form),
        "page": keyset(Erasure.objects.filter(tenant_id=tenant_id), request.GET, by="-started_at", size=SIZE),
        "oldest": Event.objects.filter(tenant_id=tenant_id).order_by("published").first(),
    }
    return render(request, "keeping/page.html", context, status=status)
