"""Noting that a dead credential knocked: the tenant's log tells from where."""

from __future__ import annotations

from django.core.cache import cache

from audit.actor import Client
from audit.catalogue import EventType, Outcome, Severity
from audit.log_event import Entry, Subject, SubjectType
from audit.services import record
from tenants.actors import client_actor
from tenants.authentication import Refused

# A client that goes on knocking is logged once in so many seconds.
REPORT_EVERY = 60


def note_refused(refused: Refused, client: Client) -> None:
    """A credential that was recognised tells whose log it belongs in; an unknown one does not."""
    credential = refused.credential
    if credential is None or not cache.add(f"refused:{credential.id}", value=True, timeout=REPORT_EVERY):
        return
    entry = Entry(
        type=EventType.REQUEST_BLOCKED,
        actor=client_actor(credential, client),
        subjects=(Subject(SubjectType.TOKEN, str(credential.id), credential.label),),
        outcome=Outcome.DENY,
        severity=Severity.WARN,
        reason=str(refused),
    )
    record(credential.tenant_id, entry)
