"""Events to search among."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from audit.actor import Actor, ActorType, Client, system_actor
from audit.catalogue import EventType, Outcome, Severity
from audit.log_event import Change, Entry, Subject, SubjectType
from audit.models import Pending
from audit.reading import events_of
from audit.services import record
from tenants.models import Tenant


def entry(name: str = "ada", **more: Any) -> Entry:
    """A user of that name was created by Okta, unless it is said otherwise."""
    return Entry(
        **{
            "type": EventType.USER_CREATED,
            "actor": client_app(),
            "subjects": (person(name),),
            **more,
        }
    )


def client_app(address: str = "192.0.2.7") -> Actor:
    return Actor(
        id="token-1",
        type=ActorType.CLIENT_APP,
        display_name="Okta connection",
        alternate_id="lsk_abc",
        client=Client(ip_address=address, user_agent="Okta-Agent/3.4 (Linux)"),
        token_id="token-1",
    )


def person(name: str) -> Subject:
    change = Change({"displayName": "Old"}, {"displayName": name.title()})
    return Subject(SubjectType.USER, id_of(name), name.title(), f"{name}@example.com", change)


def id_of(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, name))


def application(name: str) -> Subject:
    return Subject(SubjectType.APP, "11111111-1111-4111-8111-111111111111", name, name.lower())


def failed_push(name: str) -> Entry:
    return Entry(
        type=EventType.PUSH_USER,
        actor=system_actor(),
        subjects=(application("HR database"), person(name)),
        outcome=Outcome.FAILURE,
        severity=Severity.ERROR,
        reason="HTTP 409: userName already exists (attempt 8 of 8)",
        debug={"httpStatus": "409", "requestUri": "/scim/v2/Users", "error_code": "E-1", "retry": "false"},
    )


def write(tenant: Tenant, *entries: Entry) -> None:
    record(tenant.id, *entries)


def write_document(tenant: Tenant, document: Mapping[str, Any]) -> None:
    """A LogEvent as it is, with what no door of ours writes."""
    Pending.objects.create(tenant=tenant, body=json.dumps(document, sort_keys=True, ensure_ascii=False))


def names(events: Any) -> list[str]:
    """Of the persons whom the events are about, in the order of the log."""
    return [_name(event.document) for event in events.order_by("seq")]


def _name(document: Mapping[str, Any]) -> str:
    persons = [one for one in document["target"] or [] if one["type"] == "User"]
    return str(persons[0]["alternateId"].partition("@")[0]) if persons else "-"


def log(tenant: Tenant) -> Any:
    return events_of(tenant.id)
