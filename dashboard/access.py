"""Who may see a page: a signed-in operator, in one of their tenants; and who may press its buttons."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render, resolve_url
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from audit.actor import Actor
from tenants.actors import staff_actor
from tenants.models import Operator, Tenant

SESSION_KEY = "tenant"
P = ParamSpec("P")


class StaffRequest(HttpRequest):
    """A request of a signed-in person, in one of their tenants: what `operator_page` makes of a request."""

    user: User
    htmx: HtmxDetails
    operators: list[Operator]
    operator: Operator
    tenant: Tenant


StaffView = Callable[Concatenate[StaffRequest, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def operator_page(view: StaffView[P]) -> View[P]:
    """A page for operators: asks others to sign in, and those with several tenants to choose one."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        staff = cast(StaffRequest, request)
        if not request.user.is_authenticated:
            return _to_sign_in(staff)
        staff.operators = operators_of(staff.user)
        operator = _chosen(staff)
        if operator is None:
            return _without_tenant(staff)
        staff.operator, staff.tenant = operator, operator.tenant
        return view(staff, *args, **kwargs)

    return cast(View[P], guarded)


def acting_only(view: StaffView[P]) -> StaffView[P]:
    """What changes something: auditors may look, no more."""
    return _only(view, lambda operator: operator.may_act)


def defining_only(view: StaffView[P]) -> StaffView[P]:
    """What changes what the tenant consists of: only administrators may."""
    return _only(view, lambda operator: operator.may_define)


def _only(view: StaffView[P], allowed: Callable[[Operator], bool]) -> StaffView[P]:
    @wraps(view)
    def guarded(request: StaffRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not allowed(request.operator):
            sentence = (
                f"You work here as {request.operator.get_role_display()}: you may look, but not do this. "
                "Ask an administrator."
            )
            return render(request, "error.html", {"status": 403, "sentence": sentence}, status=403)
        return view(request, *args, **kwargs)

    return cast(StaffView[P], guarded)


def operators_of(user: User) -> list[Operator]:
    """The tenants that a person works in, by name."""
    return list(Operator.objects.filter(user=user).select_related("tenant").order_by("tenant__name"))


def actor_of(request: StaffRequest) -> Actor:
    return staff_actor(request.user, request)


def _chosen(request: StaffRequest) -> Operator | None:
    """The session says which tenant; that the person still works there is looked up each time."""
    chosen = request.session.get(SESSION_KEY)
    found = [operator for operator in request.operators if str(operator.tenant_id) == chosen]
    if found or len(request.operators) != 1:
        return found[0] if found else None
    return request.operators[0]


def _without_tenant(request: StaffRequest) -> HttpResponse:
    if request.operators:
        return render(request, "session/choose.html", {"operators": request.operators})
    return render(request, "session/no_tenant.html", status=403)


def _to_sign_in(request: StaffRequest) -> HttpResponse:
    """A part of a page that asks for itself again takes the whole page to the sign-in."""
    if request.htmx:
        return HttpResponseClientRedirect(resolve_url(settings.LOGIN_URL))
    return redirect_to_login(request.get_full_path())
