"""Every change to tenants, operators and credentials."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from audit.actor import Actor
from audit.catalogue import EventType
from audit.log_event import Change, Entry, Subject, SubjectType
from audit.services import record
from tenants.models import Credential, Hostname, Scope, Tenant
from tenants.tokens import digest, new_token, prefix


class Refusal(Exception):
    """What was asked for can't be done; the sentence says why and what to do."""


@dataclass(frozen=True, repr=False)
class Issued:
    """A new credential and its token, which nobody can read again."""

    credential: Credential
    token: str


@transaction.atomic
def create_tenant(name: str, *, hostnames: Sequence[str] = ()) -> Tenant:
    """Raises Refusal if the name or a host name is taken or can't be one."""
    tenant = Tenant(name=name)
    try:
        tenant.full_clean()
    except ValidationError as error:
        raise Refusal(f"{name!r} can't be the tenant's name: {' '.join(error.messages)}") from error
    tenant.save(force_insert=True)
    for hostname in hostnames:
        _add_hostname(tenant, hostname.lower())
    return tenant


def _add_hostname(tenant: Tenant, name: str) -> None:
    if Hostname.objects.filter(name=name).exists():
        raise Refusal(f"The host name {name} belongs to a tenant already.")
    Hostname.objects.create(tenant=tenant, name=name)


@transaction.atomic
def create_credential(
    tenant: Tenant,
    *,
    kind: Credential.Kind,
    scope: Scope,
    by: Actor,
    expires_in: timedelta | None = None,
    user: Subject | None = None,
) -> Issued:
    """`user` is the living user of the tenant that it is bound to, as the log calls them.

    Raises Refusal if a credential of that scope can't be bound to one.
    """
    if user and scope != Scope.SCIM:
        raise Refusal(f"A credential of one user is for scim: leave the user out, or the scope {scope}.")
    token = new_token()
    credential = Credential.objects.create(
        tenant=tenant,
        kind=kind,
        scope=scope,
        user_id=uuid.UUID(user.id) if user else None,
        prefix=prefix(token),
        digest=digest(token),
        expires_at=timezone.now() + expires_in if expires_in else None,
    )
    record(tenant.id, _entry(EventType.TOKEN_CREATED, credential, *filter(None, [user]), by=by))
    return Issued(credential, token)


@dataclass(frozen=True, repr=False)
class FirstCredentials:
    """What a new tenant starts with."""

    scim: Issued
    logs: Issued
    basic: Issued


@transaction.atomic
def open_tenant(name: str, *, hostnames: Sequence[str] = (), by: Actor) -> tuple[Tenant, FirstCredentials]:
    """A tenant with what its clients need. Raises Refusal."""
    tenant = create_tenant(name, hostnames=hostnames)
    facts = {"name": name, **({"hostnames": list(hostnames)} if hostnames else {})}
    subject = tenant_subject(tenant, Change({}, facts))
    record(tenant.id, Entry(type=EventType.TENANT_CREATED, actor=by, subjects=(subject,)))
    return tenant, issue_first_credentials(tenant, by=by)


def tenant_subject(tenant: Tenant, change: Change | None = None) -> Subject:
    return Subject(SubjectType.TENANT, str(tenant.id), tenant.name, change=change)


def issue_first_credentials(tenant: Tenant, *, by: Actor) -> FirstCredentials:
    bearer, basic = Credential.Kind.BEARER, Credential.Kind.BASIC
    return FirstCredentials(
        scim=create_credential(tenant, kind=bearer, scope=Scope.SCIM, by=by),
        logs=create_credential(tenant, kind=bearer, scope=Scope.LOGS_READ, by=by),
        basic=create_credential(tenant, kind=basic, scope=Scope.SCIM, by=by),
    )


@transaction.atomic
def revoke_credential(credential: Credential, *, by: Actor) -> bool:
    """At once and for good. False if it was revoked already."""
    revoked = Credential.objects.filter(id=credential.id, revoked_at=None).update(revoked_at=timezone.now())
    if revoked:
        record(credential.tenant_id, _entry(EventType.TOKEN_REVOKED, credential, by=by))
    return bool(revoked)


def _entry(kind: EventType, credential: Credential, *others: Subject, by: Actor) -> Entry:
    subject = Subject(SubjectType.TOKEN, str(credential.id), credential.label)
    return Entry(type=kind, actor=by, subjects=(subject, *others))
