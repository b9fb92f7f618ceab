"""Events for the explorer of the log, and reading what it shows."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from audit.actor import Actor, ActorType, system_actor
from audit.actor import Client as Caller
from audit.catalogue import EventType, Outcome, Severity
from audit.log_event import Entry, Subject, SubjectType

HR = Subject(SubjectType.APP, "0b9ac4f5-9f47-4a57-9d0f-7a4c3a1f3b01", "HR")
ADA = Subject(SubjectType.USER, "0b9ac4f5-9f47-4a57-9d0f-7a4c3a1f3b02", "Ada Lovelace", "ada@example.com")
PUSH, SIGN_IN = EventType.PUSH_USER.value, EventType.SIGNED_IN.value
ALL_OF_WEEK = [f"{SIGN_IN} SUCCESS", f"{PUSH} DEFERRED", f"{PUSH} FAILURE", f"{PUSH} SUCCESS"]


def delivery(outcome: Outcome = Outcome.SUCCESS, reason: str | None = None, user: Subject = ADA) -> Entry:
    severity = Severity.INFO if outcome == Outcome.SUCCESS else Severity.ERROR
    return Entry(EventType.PUSH_USER, system_actor(), (HR, user), outcome, severity, reason)


def sign_in(name: str = "Grace Hopper", address: str = "192.0.2.7") -> Entry:
    actor = Actor("7", ActorType.USER, name, client=Caller(address, "a browser"))
    return Entry(EventType.SIGNED_IN, actor)


def shown(pages: Client, address: str = "", **query: Any) -> list[str]:
    """Type and outcome of what the page lists, the newest first."""
    response = pages.get(address or reverse("log"), query or None)
    assert response.status_code == 200
    return [f"{line.event.event_type} {line.event.result}" for line in response.context["lines"]]


def in_week(pages: Client, **query: Any) -> list[str]:
    """Without what making the tenant and its operators has logged."""
    return [line for line in shown(pages, **query) if "api_token" not in line]
