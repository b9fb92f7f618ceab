"""The list of groups, and the page of one."""

from __future__ import annotations

import json
import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from audit.reading import events_of
from dashboard.access import StaffRequest, operator_page
from dashboard.attributes import sections
from dashboard.events import lines
from dashboard.forms import GroupFilter
from dashboard.pages import show_list
from dashboard.paging import keyset
from dashboard.standings import group_rows
from directory.documents import readable, whole
from directory.models import Group
from directory.schemas import group_schema
from downstream.models import Replica

RECENT = 20


@operator_page
def listing(request: StaffRequest) -> HttpResponse:
    """By name, which has an index of its own."""
    form = GroupFilter(request.GET)
    groups = form.narrow(Group.objects.filter(tenant=request.tenant).living())
    page = keyset(groups, request.GET, by="display_name_key")
    return show_list(request, "groups", {"form": form, "page": page, "rows": group_rows(page.rows)})


@operator_page
def detail(request: StaffRequest, group_id: uuid.UUID) -> HttpResponse:
    """Also of a deleted one: targets may still have it. Members in the order they came."""
    group = get_object_or_404(Group, tenant=request.tenant, id=group_id)
    replicas = Replica.objects.of_tenant(request.tenant).filter(group=group)
    events = events_of(request.tenant.id).about_group(group.id).newest_first()
    schema = group_schema(request.tenant)
    context = {
        "group": group,
        "json": json.dumps(readable(whole(group), schema), indent=2, ensure_ascii=False),
        "sections": sections(readable(group.document, schema), schema),
        "page": keyset(group.memberships.select_related("user"), request.GET, by="id"),
        "replicas": replicas.with_attempts(),
        "lines": lines(events[:RECENT]),
    }
    return render(request, "groups/detail.html", context)
