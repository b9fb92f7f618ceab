"""Whatever is changed in an event is found, and the event named."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import F

from audit.guards import lowered_guards
from audit.log_event import canonical
from audit.models import Event, Head
from audit.personal import digest_of, facts
from audit.words import Words
from tenants.models import Tenant
from tests.audit.integrity.conftest import LAST
from tests.audit.integrity.forging import forge
from tests.audit.integrity.logs import at, change, happen, named, said, take

# Each column of an event, and a value that is only just another one.
FLIPPED: dict[str, Any] = {
    "id": 10**9,
    "uuid": "00000000-0000-0000-0000-000000000009",
    "published": "2026-05-01T12:00:00.001Z",
    "sealed_at": "2026-05-01T12:00:00.000001Z",
    "event_type": "user.lifecycle.creatf",
    "severity": "INFP",
    "result": "SUCCESR",
    "actor_id": "a9",
    "transaction_id": "00",
    "user_id": "00000000-0000-0000-0000-000000000009",
    "group_id": "00000000-0000-0000-0000-000000000009",
    "target_id": "00000000-0000-0000-0000-000000000009",
    "version": 77,
    "words": Words("yes"),
    "body": "{}",
    "blocks": "[]",
    "digest": bytes(32),
    "hash": bytes(32),
}


@pytest.mark.parametrize("seq", [1, 7, LAST])
@pytest.mark.parametrize("column", FLIPPED)
def test_a_change_in_any_column_is_found(tenant: Tenant, column: str, seq: int) -> None:
    event = at(tenant, seq)
    value = FLIPPED[column]
    if column in {"digest", "hash"}:
        value = bytes([bytes(getattr(event, column))[0] ^ 1]) + bytes(getattr(event, column))[1:]

    change(tenant, seq, **{column: value})

    assert said(tenant) == [("changed", seq, seq)]
    assert named(tenant) == [FLIPPED["uuid"] if column == "uuid" else str(event.uuid)]


def test_no_column_is_left_out() -> None:
    """What moves an event to another place or log is tried by itself."""
    names = {field.attname for field in Event._meta.concrete_fields} - {"seq", "tenant_id"}

    assert names == set(FLIPPED)


@pytest.mark.parametrize("seq", [1, 7, LAST])
def test_a_byte_flipped_in_what_an_event_says_is_found(tenant: Tenant, seq: int) -> None:
    body = at(tenant, seq).body
    for place in range(0, len(body), 37):
        flipped = body[:place] + chr(ord(body[place]) ^ 1) + body[place + 1 :]
        change(tenant, seq, body=flipped)
        assert ("changed", seq, seq) in said(tenant), flipped


def test_a_blank_more_in_the_body_is_found(tenant: Tenant) -> None:
    change(tenant, 4, body=at(tenant, 4).body.replace(":", ": ", 1))

    assert said(tenant) == [("changed", 4, 4)]


@pytest.mark.parametrize(
    "body",
    ["", "null", "[]", "{}", '{"target":7}', "[" * 100_000, '"\\ud800"', '{"actor":{"type":[]}}', "1" * 5000],
)
def test_whatever_was_written_in_place_of_an_event_is_found(tenant: Tenant, body: str) -> None:
    change(tenant, 4, body=body)

    assert said(tenant) == [("changed", 4, 4)]
    change(tenant, 4, blocks=body)
    assert said(tenant) == [("changed", 4, 4)]


def test_a_made_up_event_with_a_digest_that_fits_is_found(tenant: Tenant) -> None:
    event = at(tenant, 4)
    made_up = {"actor": {"type": "x"}, "target": None, "debugContext": None}
    digest = digest_of(made_up, [], facts(event.id, event.version, event.sealed_at))
    change(tenant, 4, body=canonical(made_up), blocks="[]", digest=digest)

    assert ("changed", 4, 4) in said(tenant)


@pytest.mark.parametrize("seq", [1, 7, LAST])
def test_an_event_that_was_changed_with_its_digest_is_found(tenant: Tenant, seq: int) -> None:
    forge(tenant, seq)

    assert said(tenant) == [("changed", max(1, seq - 1), seq)]


@pytest.mark.parametrize("seq", [1, 7])
def test_an_event_that_was_changed_with_its_digest_and_hash_is_found(tenant: Tenant, seq: int) -> None:
    forge(tenant, seq, until=seq)

    assert said(tenant) == [("changed", seq, seq + 1)]


def test_a_changed_head_is_found(tenant: Tenant) -> None:
    Head.objects.filter(tenant=tenant).update(hash=bytes(32))

    assert said(tenant) == [("changed", LAST, LAST)]


def test_several_things_are_found_at_once(tenant: Tenant) -> None:
    change(tenant, 2, body="{}")
    change(tenant, 5, result="SUCCESR")
    take(tenant, 8)

    assert said(tenant) == [("changed", 2, 2), ("changed", 5, 5), ("missing", 8, 8)]


def test_a_log_that_is_broken_all_over_does_not_fill_the_memory(tenant: Tenant) -> None:
    happen(tenant, 120)
    with lowered_guards():
        Event.objects.filter(tenant=tenant).update(version=F("seq") + 7)

    assert len(said(tenant)) == 100
