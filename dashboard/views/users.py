"""The list of users, and the page of one."""

from __future__ import annotations

import json
import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from audit.reading import events_of
from dashboard.access import StaffRequest, operator_page
from dashboard.attributes import sections
from dashboard.events import lines
from dashboard.forms import UserFilter
from dashboard.pages import show_list
from dashboard.paging import keyset
from dashboard.standings import user_rows
from directory.documents import readable, whole
from directory.models import Membership, User
from directory.schemas import user_schema
from downstream.models import Replica

RECENT = 20
# A person in more groups than this sees the first ones by name.
GROUPS_SHOWN = 100


@operator_page
def listing(request: StaffRequest) -> HttpResponse:
    """By userName, which has an index of its own."""
    form = UserFilter(request.GET)
    users = form.narrow(User.objects.filter(tenant=request.tenant).living())
    page = keyset(users, request.GET, by="user_name_key")
    return show_list(request, "users", {"form": form, "page": page, "rows": user_rows(page.rows)})


@operator_page
def detail(request: StaffRequest, user_id: uuid.UUID) -> HttpResponse:
    """Also of a deleted one: targets may still have it."""
    user = get_object_or_404(User, tenant=request.tenant, id=user_id)
    memberships = Membership.objects.filter(user=user, group__deleted_at=None).select_related("group")
    replicas = Replica.objects.of_tenant(request.tenant).filter(user=user)
    events = events_of(request.tenant.id).about_user(user.id).newest_first()
    schema = user_schema(request.tenant)
    context = {
        "person": user,
        "json": json.dumps(readable(whole(user), schema), indent=2, ensure_ascii=False),
        "sections": sections(readable(user.document, schema), schema),
        "memberships": memberships.order_by("group__display_name_key")[:GROUPS_SHOWN],
        "replicas": replicas.with_attempts(),
        "lines": lines(events[:RECENT]),
    }
    return render(request, "users/detail.html", context)
