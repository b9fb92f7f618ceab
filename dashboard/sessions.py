"""Telling the log of each tenant that one of its operators came, failed to come, or left."""

from __future__ import annotations

from django.contrib.auth.models import User

from audit.actor import Client
from audit.catalogue import EventType, Outcome, Severity
from audit.log_event import Entry
from audit.services import record
from dashboard.access import operators_of
from tenants.actors import staff_actor


def log_sign_in(user: User, client: Client) -> None:
    _record(user, Entry(type=EventType.SIGNED_IN, actor=staff_actor(user, client)))


def log_failed_sign_in(username: str, client: Client) -> None:
    """Nothing is logged for a name that nobody has: it belongs to no tenant."""
    user = User.objects.filter(username=username).first()
    if user is not None:
        entry = Entry(
            type=EventType.SIGNED_IN,
            actor=staff_actor(user, client),
            outcome=Outcome.FAILURE,
            severity=Severity.WARN,
            reason="INVALID_CREDENTIALS",
        )
        _record(user, entry)


def log_sign_out(user: User, client: Client) -> None:
    _record(user, Entry(type=EventType.SIGNED_OUT, actor=staff_actor(user, client)))


def _record(user: User, entry: Entry) -> None:
    for operator in operators_of(user):
        record(operator.tenant_id, entry)
