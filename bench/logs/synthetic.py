"""Synthetic events of ninety days, in the proportions of a connector at work."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from audit.actor import Actor, ActorType, Client, system_actor
from audit.catalogue import EventType, Outcome, Severity
from audit.log_event import Change, Entry, Subject, SubjectType
from directory.seeding.documents import DEPARTMENTS, FAMILY, GIVEN, user_name

DAYS = 90
PEOPLE = 20_000
# Found in this many events, evenly spread.
RARE = 5
RARE_USER = uuid.UUID(int=7)
RARE_WORD = "zanzibar"
# One event in eleven has it.
COMMON_WORD = "engineering"
NO_WORD = "nowhereatall"
_TARGETS = [Subject(SubjectType.APP, str(uuid.UUID(int=100 + n)), f"Target {n}") for n in range(8)]
_OKTA = Actor(
    id="okta",
    type=ActorType.CLIENT_APP,
    display_name="Okta SCIM Client",
    client=Client(ip_address="192.0.2.1", user_agent="Okta SCIM Client 1.0.0"),
)
_OPERATOR = Actor(
    id="1",
    type=ActorType.USER,
    display_name="Grace Hopper",
    alternate_id="grace",
    client=Client(ip_address="192.0.2.7", user_agent="Mozilla/5.0 (X11; Linux x86_64)"),
)


def happened(count: int, until: datetime) -> Iterator[tuple[Entry, datetime]]:
    """So many events, the last of them at `until`."""
    begin, step = until - timedelta(days=DAYS), timedelta(days=DAYS) / count
    rare = {count * (2 * place + 1) // (2 * RARE) for place in range(RARE)}
    for number in range(count):
        entry = _rare(number) if number in rare else _usual(number)
        yield entry, begin + step * (number + 1)


def _rare(number: int) -> Entry:
    person = Subject(SubjectType.USER, str(RARE_USER), "Rare Bird", "rare@example.com")
    return Entry(EventType.USER_UPDATED, _OKTA, (person,), reason=f"From {RARE_WORD}", version=number)


def _usual(number: int) -> Entry:
    """Of twenty events in a row, each kind has its share."""
    kinds: tuple[Callable[[int], Entry], ...] = (*[_call] * 7, *[_push] * 6, *[_update] * 4, _failure, _join)
    return kinds[number % 19](number) if number % 20 else _sign_in(number)


def _person(number: int, change: Change | None = None) -> Subject:
    number = number * 7919 % PEOPLE
    name = f"{GIVEN[number % len(GIVEN)]} {FAMILY[number % len(FAMILY)]}"
    return Subject(SubjectType.USER, str(uuid.UUID(int=10**9 + number)), name, user_name(number), change)


def _call(number: int) -> Entry:
    debug = {"httpMethod": "PATCH", "httpStatus": "200", "durationMs": str(number % 400)}
    subjects = (_TARGETS[number % 8], _person(number))
    return Entry(EventType.API_CALLED, system_actor(), subjects, severity=Severity.DEBUG, debug=debug)


def _push(number: int) -> Entry:
    debug = {"attempt": "1", "department": DEPARTMENTS[number % len(DEPARTMENTS)]}
    subjects = (_TARGETS[number % 8], _person(number))
    return Entry(EventType.PUSH_PROFILE, system_actor(), subjects, version=number, debug=debug)


def _update(number: int) -> Entry:
    change = Change({"title": "Analyst"}, {"title": DEPARTMENTS[number % len(DEPARTMENTS)]})
    return Entry(EventType.USER_UPDATED, _OKTA, (_person(number, change),), version=number)


def _failure(number: int) -> Entry:
    return Entry(
        EventType.PUSH_USER,
        system_actor(),
        (_TARGETS[number % 8], _person(number)),
        outcome=Outcome.FAILURE,
        severity=Severity.ERROR,
        reason=f"HTTP 409: userName already exists (attempt {number % 8} of 8)",
    )


def _join(number: int) -> Entry:
    group = Subject(SubjectType.GROUP, str(uuid.UUID(int=500 + number % 300)), DEPARTMENTS[number % 11])
    return Entry(EventType.MEMBER_ADDED, _OKTA, (_person(number), group), version=number)


def _sign_in(number: int) -> Entry:
    return Entry(EventType.SIGNED_IN, _OPERATOR)
