"""Telling the log of each tenant that one of its operators came, failed to come, or left."""

from __future__ import annotations

from dataclasses import replace

from django.contrib.auth.models import User
from django.http import HttpRequest

from audit.actor import Actor
from audit.catalogue import EventType, Outcome, Severity
from audit.log_event import Entry, Subject, SubjectType
from audit.services import record
from dashboard.access import operators_of
from tenants.actors import staff_actor, unknown_actor
from tenants.guessing import WINDOW
from tenants.models import Operator
from tenants.refusals import is_first, tenant_called
from tenants.requests import client_of

PASSWORD = "PASSWORD"  # noqa: S105  # Okta's word for how somebody signs in
INVALID = "INVALID_CREDENTIALS"
LOCKED_OUT = "LOCKED_OUT"


def log_sign_in(user: User, request: HttpRequest) -> None:
    _record(user, Entry(type=EventType.SIGNED_IN, actor=_by_password(staff_actor(user, request))))


def log_failed_sign_in(username: str, request: HttpRequest, *, was_locked: bool, is_locked: bool) -> None:
    """`was_locked`: nobody looked at the password; `is_locked`: nobody will look at the next one.

    What stands in place of a name that nobody has is not told: it may be a password.
    """
    user = User.objects.filter(username=username).first()
    if user is None:
        _log_stranger(request)
        return
    # A session of somebody else may be open in this browser.
    by = replace(_by_password(staff_actor(user, request)), session_id=None)
    _record(user, _failure(by, LOCKED_OUT if was_locked else INVALID))
    if is_locked and not was_locked:
        _record(user, _lock(by))


def log_sign_out(user: User, request: HttpRequest) -> None:
    _record(user, Entry(type=EventType.SIGNED_OUT, actor=staff_actor(user, request)))


def log_tenant_chosen(operator: Operator, request: HttpRequest) -> None:
    entry = Entry(type=EventType.ADMIN_OPENED, actor=staff_actor(operator.user, request))
    record(operator.tenant_id, entry)


def log_administration_opened(user: User, request: HttpRequest) -> None:
    """Rows of all tenants are to be seen there."""
    debug = {"application": "administration"}
    _record(user, Entry(type=EventType.ADMIN_OPENED, actor=staff_actor(user, request), debug=debug))


def _log_stranger(request: HttpRequest) -> None:
    address = client_of(request).ip_address
    if is_first(f"sign-in {address}") and (tenant_id := tenant_called(request)):
        record(tenant_id, _failure(_by_password(unknown_actor(request)), INVALID))


def _by_password(by: Actor) -> Actor:
    return replace(by, credential_type=PASSWORD)


def _failure(by: Actor, reason: str) -> Entry:
    return Entry(
        type=EventType.SIGNED_IN,
        actor=by,
        outcome=Outcome.FAILURE,
        severity=Severity.WARN,
        reason=reason,
    )


def _lock(by: Actor) -> Entry:
    return Entry(
        type=EventType.ACCOUNT_LOCKED,
        actor=by,
        subjects=(Subject(SubjectType.USER, by.id, by.display_name, by.alternate_id),),
        outcome=Outcome.FAILURE,
        severity=Severity.WARN,
        reason=f"Too many failures. The next try is possible after {WINDOW // 60} minutes.",
    )


def _record(user: User, entry: Entry) -> None:
    for operator in operators_of(user):
        record(operator.tenant_id, entry)
