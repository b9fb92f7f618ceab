"""An event's digest commits to its personal parts by salts: what is erased leaves the digest as it was."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from audit.actor import Actor, ActorType, Client, system_actor
from audit.catalogue import EventType
from audit.chain import first_hash, link
from audit.log_event import Change, Entry, Subject, SubjectType, canonical
from audit.personal import digest_of, facts, personal_paths, redacted, sealed
from audit.rendering import render

NOW = datetime(2026, 5, 1, 12, 0, 0, 7_999, tzinfo=UTC)
ROW = facts(7, 3, NOW)
ADA, BOB = "5f0c9a52-6f0f-4d5e-9a44-0a3d1e8f6f01", "5f0c9a52-6f0f-4d5e-9a44-0a3d1e8f6f02"


def operator(**changes: Any) -> Actor:
    values: dict[str, Any] = {
        "id": BOB,
        "type": ActorType.USER,
        "display_name": "Bob Builder",
        "alternate_id": "bob@example.com",
        "client": Client(ip_address="203.0.113.7", user_agent="Mozilla/5.0 (Bob's)"),
        **changes,
    }
    return Actor(**values)


def ada(change: Change | None = None) -> Subject:
    return Subject(SubjectType.USER, ADA, "Ada Lovelace", "ada@example.com", change)


def group() -> Subject:
    return Subject(SubjectType.GROUP, str(uuid4()), "Analysts")


def document(*subjects: Subject, by: Actor | None = None, reason: str | None = None) -> dict[str, Any]:
    entry = Entry(
        EventType.USER_UPDATED,
        by or operator(),
        subjects,
        reason=reason,
        debug={"attempt": "8", "error": "Ada Lovelace exists"},
    )
    found: dict[str, Any] = json.loads(render(entry, event_id=UUID(int=1), published=NOW))
    return found


def test_the_personal_parts_of_an_event() -> None:
    found = document(group(), ada(), reason="ada@example.com exists")

    assert personal_paths(found) == [
        *("actor", "target/1", "client", "request", "securityContext", "outcome/reason", "debugContext")
    ]


def test_an_event_without_people_has_no_personal_part() -> None:
    assert personal_paths(document(group(), by=system_actor(), reason="It failed")) == []


def test_two_events_of_the_same_content_have_different_digests_and_salts() -> None:
    found = document(ada())

    (first, first_digest), (second, second_digest) = sealed(found, ROW), sealed(found, ROW)

    assert first_digest != second_digest
    assert {block["salt"] for block in first}.isdisjoint(block["salt"] for block in second)


@pytest.mark.parametrize(
    "change",
    [
        {"eventType": "user.lifecycle.create"},
        {"actor": {"id": BOB, "type": "User", "alternateId": "x", "displayName": "x", "detailEntry": None}},
        {"client": None},
        {"target": None},
        {"debugContext": {"debugData": {}}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_digest_covers_all_of_the_event(change: dict[str, Any]) -> None:
    found = document(group(), reason="no")
    blocks, digest = sealed(found, ROW)

    assert digest_of(found, blocks, ROW) == digest
    assert digest_of(found | change, blocks, ROW) != digest


@pytest.mark.parametrize("row", [facts(8, 3, NOW), facts(7, None, NOW), facts(7, 3, NOW.replace(second=1))])
def test_the_digest_covers_the_columns_that_do_not_follow_from_the_event(row: dict[str, Any]) -> None:
    blocks, digest = sealed(document(ada()), ROW)

    assert digest_of(document(ada()), blocks, row) != digest


def test_erasing_a_target_leaves_the_digest_and_no_trace_of_the_name() -> None:
    found = document(
        group(), ada(Change({"title": "Ms", "active": True}, {"title": "Countess"})), reason="Ada"
    )
    blocks, digest = sealed(found, ROW)

    bare, left = redacted(found, blocks, ADA)

    assert digest_of(bare, left, ROW) == digest
    assert personal_paths(bare) == [block["path"] for block in left]
    text = canonical(bare) + json.dumps(left)
    assert not any(word in text for word in ("Ada", "ada@", "Countess", "Ms"))
    assert bare["target"][1] == {
        "id": ADA,
        "type": "User",
        "alternateId": "erased",
        "displayName": "erased",
        "detailEntry": None,
        "changeDetails": {"from": {"title": "erased", "active": False}, "to": {"title": "erased"}},
    }
    assert bare["outcome"]["reason"] == "erased"
    assert bare["debugContext"]["debugData"] == {"attempt": "erased", "error": "erased"}
    assert bare["target"][0] == found["target"][0]
    assert bare["actor"] == found["actor"]


def test_erasing_an_actor_takes_their_whereabouts_too() -> None:
    found = document(ada())
    blocks, digest = sealed(found, ROW)

    bare, left = redacted(found, blocks, BOB)

    assert digest_of(bare, left, ROW) == digest
    assert not any(word in canonical(bare) for word in ("Bob", "bob@", "203.0.113.7", "Mozilla"))
    assert bare["client"] == dict.fromkeys(found["client"]) | {"zone": "null"}
    assert bare["request"] == {"ipChain": []}
    assert bare["target"] == found["target"]


def test_both_can_be_erased_one_after_the_other_in_any_order_and_twice() -> None:
    found = document(ada(), reason="Bob met Ada")
    blocks, digest = sealed(found, ROW)

    one = redacted(*redacted(found, blocks, ADA), BOB)
    other = redacted(*redacted(found, blocks, BOB), ADA)

    assert one[0] == other[0]
    assert digest_of(*one, ROW) == digest_of(*other, ROW) == digest
    assert redacted(*one, ADA) == one
    assert {block["path"]: block["of"] for block in one[1]}["actor"] == BOB


def test_what_is_kept_of_an_erased_part_cannot_be_searched_for_by_guessing() -> None:
    found = document(ada())
    blocks, _ = sealed(found, ROW)

    _, left = redacted(found, blocks, ADA)

    kept = {block["path"]: block for block in left}
    assert set(kept["target/0"]) == {"path", "sha256", "of"}
    assert set(kept["actor"]) == {"path", "salt"}


def test_an_event_that_does_not_name_the_person_is_unchanged() -> None:
    found = document(group(), reason="Ada Lovelace")
    blocks, _ = sealed(found, ROW)

    assert redacted(deepcopy(found), blocks, ADA) == (found, blocks)


def test_a_person_is_found_by_what_they_typed_at_the_sign_in() -> None:
    typed = operator(
        id="ada@example.com", type=ActorType.UNKNOWN, display_name="?", alternate_id="Ada@example.com"
    )
    found = document(by=typed)
    blocks, digest = sealed(found, ROW)

    bare, left = redacted(found, blocks, "ada@example.com")

    assert digest_of(bare, left, ROW) == digest
    assert "ada@example.com" not in (canonical(bare) + json.dumps(left)).casefold()
    assert bare["actor"]["id"] == "unknown"


@pytest.mark.parametrize("nobody", ["unknown", "erased", ""])
def test_a_word_for_nobody_is_nobodys_name(nobody: str) -> None:
    found = document(Subject(SubjectType.USER, ADA, "Ada", nobody))
    blocks, _ = sealed(found, ROW)

    assert redacted(found, blocks, nobody) == (found, blocks)


def test_the_formula_of_chain_and_digest_stays() -> None:
    """Whoever keeps an old log must be able to verify it: these figures never change."""
    found: dict[str, Any] = {
        "actor": {"id": "1", "type": "User", "alternateId": "ana", "displayName": "Ana\u00efs"},
        "client": None,
        "request": {"ipChain": []},
        "securityContext": None,
        "target": [{"id": "2", "type": "UserGroup"}, {"id": "3", "type": "User", "alternateId": None}],
        "outcome": {"result": "FAILURE", "reason": "no"},
        "debugContext": {"debugData": {"lat": 1.5}},
    }
    blocks = [{"path": path, "salt": "00ff" * 8} for path in personal_paths(found)]

    first = first_hash(UUID(int=3))
    digest = digest_of(found, blocks, ROW)

    assert first.hex() == "c67f2fc391b678929fa47eccbc9e5838712c50f95307f40e7edaf8a3677d5b7e"
    assert digest.hex() == "eb7753487ee9c085c4faf324a56bde8e1fa743f8ff1634e2173f6e647cc917cd"
    assert link(first, 1, digest).hex() == "89ea4a4db317b8331265e2cdabb0729e5433629db96fc3a03bd12a439964f6d4"
