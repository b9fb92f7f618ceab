"""Noting that somebody was refused at the door: the tenant's log tells who and from where."""

from __future__ import annotations

import hashlib
import uuid

from django.core.cache import cache
from django.http import HttpRequest

from audit.actor import Actor
from audit.catalogue import EventType, Outcome, Severity
from audit.log_event import Entry, Subject, SubjectType
from audit.services import record
from tenants.actors import client_actor, unknown_actor
from tenants.authentication import Refused
from tenants.models import Credential, Hostname, Tenant
from tenants.requests import client_of, host_of

# Who goes on knocking is logged once in so many seconds.
REPORT_EVERY = 60


def note_refused(refused: Refused, request: HttpRequest) -> None:
    """In the log of the credential's tenant; if nobody knows it, of the tenant that was called."""
    credential = refused.credential
    if credential is not None:
        _note_known(refused, credential, request)
    elif is_first(f"stranger {client_of(request).ip_address}") and (tenant_id := tenant_called(request)):
        record(tenant_id, _entry(refused, unknown_actor(request)))


def tenant_called(request: HttpRequest) -> uuid.UUID | None:
    """Whose host name it is; where there is one tenant only, nobody else can be meant."""
    owner = Hostname.objects.filter(name=host_of(request).lower()).values_list("tenant_id", flat=True).first()
    if owner is not None:
        return owner
    ids = list(Tenant.objects.values_list("id", flat=True)[:2])
    return ids[0] if len(ids) == 1 else None


def is_first(who: str) -> bool:
    """Within a while, in this process."""
    digest = hashlib.sha256(who.encode()).hexdigest()
    return bool(cache.add(f"refused:{digest}", value=True, timeout=REPORT_EVERY))


def _note_known(refused: Refused, credential: Credential, request: HttpRequest) -> None:
    if is_first(f"credential {credential.id}"):
        subject = Subject(SubjectType.TOKEN, str(credential.id), credential.label)
        record(credential.tenant_id, _entry(refused, client_actor(credential, request), subject))


def _entry(refused: Refused, by: Actor, *subjects: Subject) -> Entry:
    return Entry(
        type=EventType.REQUEST_BLOCKED,
        actor=by,
        subjects=subjects,
        outcome=Outcome.DENY,
        severity=Severity.WARN,
        reason=str(refused),
    )
