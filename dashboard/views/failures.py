"""What could not be delivered, one by one or by cause, and replaying some of it at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from dashboard.access import StaffRequest, acting_only, actor_of, operator_page
from dashboard.context import failure_count
from dashboard.failures import FailureFilter, causes, counted, goes_by_cause
from dashboard.forms import ids_in, scope_of
from dashboard.pages import back, show_list
from dashboard.paging import SIZE, keyset
from dashboard.standings import standing
from downstream.models import Replay, Replica, ReplicaQuerySet
from downstream.replays import LONGEST_REASON, replay


@operator_page
def listing(request: StaffRequest) -> HttpResponse:
    form = FailureFilter(request.GET, tenant=request.tenant)
    replicas = form.narrow(Replica.objects.of_tenant(request.tenant).failed())
    count = counted(replicas)
    context: dict[str, Any] = {
        "form": form,
        "view": request.GET.get("view", ""),
        "asked": urlencode(form.asked),
        "awaiting": Replay.objects.of_tenant(request.tenant).awaiting()[:SIZE],
        "count": count,
        "troubled": [target for target in form.targets if target.trouble_class],
        "holding": [standing(target) for target in form.targets if target.guard_since],
    }
    if goes_by_cause(request.GET, form, count):
        found = causes(request.tenant, form, request.GET)
        context |= {"causes": found.rows, "page": found}
    else:
        page = keyset(replicas, request.GET, by="-id")
        context |= {"replicas": _with_names(request, page.rows), "page": page}
    return show_list(request, "failures", context)


@operator_page
def count(request: StaffRequest) -> HttpResponse:
    """The badge in the navigation, which asks for itself every few seconds."""
    return render(request, "parts/_failure_count.html", {"count": failure_count(request.tenant)})


@operator_page
def row(request: StaffRequest, replica_id: int) -> HttpResponse:
    """One row as it is now: it asks for itself until it has settled."""
    replica = get_object_or_404(_replicas(request), id=replica_id)
    return render(request, "failures/_row.html", {"replica": replica, "alone": True})


@operator_page
def rows(request: StaffRequest) -> HttpResponse:
    """Several rows as they are now."""
    return _render_rows(request, ids_in(request.GET, "shown"))


@require_POST
@operator_page
@acting_only
def replay_row(request: StaffRequest, replica_id: int) -> HttpResponseBase:
    own = _replicas(request).filter(id=replica_id)
    get_object_or_404(own)
    replay(own, by=actor_of(request), reason=_reason(request))
    if request.htmx:
        return row(request, replica_id)
    return back(request, "failures", message="The replay has begun.")


@require_POST
@operator_page
@acting_only
def replay_rows(request: StaffRequest) -> HttpResponse:
    """Those that are ticked, or all that are shown, as the button says. Answers with all that are shown."""
    meant = ids_in(request.POST, scope_of(request.POST))
    chosen = _replicas(request).filter(id__in=meant)
    count = replay(chosen, by=actor_of(request), reason=_reason(request))
    if request.htmx:
        return _render_rows(request, ids_in(request.POST, "shown"))
    return back(request, "failures", message=f"The replay of {count} has begun.")


def _render_rows(request: StaffRequest, ids: list[int]) -> HttpResponse:
    """The rows ask for themselves, all at once, until the last one has settled."""
    replicas = list(_replicas(request).filter(id__in=ids).order_by("-id"))
    settling = any(replica.is_settling for replica in replicas)
    return render(request, "failures/_rows.html", {"replicas": replicas, "settling": settling})


def _reason(request: StaffRequest) -> str:
    return request.POST.get("reason", "").strip()[:LONGEST_REASON]


def _with_names(request: StaffRequest, rows: Sequence[Replica]) -> list[Replica]:
    """With target, user and group, which the database is not to join to all failures before it sorts them."""
    return list(_replicas(request).filter(id__in=[row.pk for row in rows]).order_by("-id"))


def _replicas(request: StaffRequest) -> ReplicaQuerySet:
    return Replica.objects.of_tenant(request.tenant).select_related("target", "user", "group")
