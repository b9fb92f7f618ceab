"""Verification finds whatever was done to a log, and names the event."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F

from audit.actor import system_actor
from audit.burying import bury
from audit.catalogue import EventType
from audit.chain import first_hash, link
from audit.checkpoints import make_now, read
from audit.columns import columns_of
from audit.erasure import erase, work_off
from audit.guards import lowered_guards
from audit.integrity import places
from audit.integrity.verifying import verify
from audit.kinds import Kind
from audit.log_event import Entry, canonical
from audit.models import Anchor, Checkpoint, Event, Head
from audit.personal import digest_of, facts, redacted
from audit.pruning import prune
from audit.retention import keep_for
from audit.services import record
from audit.witnesses import file_of, tell_all
from audit.words import Words
from lib.signed_notes import Signer
from tenants.models import Tenant
from tests.audit.logs import PEOPLE, at, change, edited, entry, happen, named, said, take
from tests.factories import make_tenant
from tests.log import aged

LAST = 12
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


@pytest.fixture
def tenant(db: None, tmp_path: Path, settings: Any) -> Tenant:
    settings.LOG_CHECKPOINTS = [(tmp_path / "outside").as_uri()]
    happen(make_tenant("stranger"), 3)
    tenant = make_tenant("acme")
    happen(tenant, LAST)
    return tenant


@pytest.fixture(params=[3, 5, 1000])
def window(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    size: int = request.param
    monkeypatch.setattr(places, "WINDOW", size)
    return size


def test_a_log_that_nobody_touched_is_good(tenant: Tenant, window: int) -> None:
    verdict = verify(tenant.id)

    assert verdict.is_good
    assert verdict.is_over
    assert (verdict.first, verdict.seq, verdict.count) == (1, LAST, LAST)
    assert said(Tenant.objects.get(name="stranger")) == []


def test_a_log_without_events_is_good(db: None) -> None:
    verdict = verify(make_tenant("empty").id)

    assert (verdict.is_good, verdict.count) == (True, 0)


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


def forge(tenant: Tenant, seq: int, *, until: int = 0) -> None:
    """As somebody would who knows the code: the chain is computed anew up to an event."""
    event = at(tenant, seq)
    body = edited(event, displayMessage="Nothing happened")
    row = facts(event.id, event.version, event.sealed_at)
    digest = digest_of(json.loads(body), json.loads(event.blocks), row)
    change(tenant, seq, body=body, digest=digest, **columns_of(json.loads(body)))
    for place in range(seq, until + 1):
        value = (
            link(bytes(at(tenant, place - 1).hash), place, bytes(at(tenant, place).digest))
            if place > 1
            else None
        )
        change(tenant, place, hash=value or link(first_hash(tenant.id), 1, bytes(at(tenant, 1).digest)))
    if until == LAST:
        Head.objects.filter(tenant=tenant).update(hash=at(tenant, LAST).hash)


def test_a_chain_that_was_computed_anew_to_the_end_is_found_by_checkpoints(tenant: Tenant) -> None:
    assert make_now(tenant.id) is not None
    happen(tenant, 4)
    forge(tenant, 7, until=LAST)
    change_rest = range(LAST + 1, LAST + 5)
    for place in change_rest:
        before, digest = bytes(at(tenant, place - 1).hash), bytes(at(tenant, place).digest)
        change(tenant, place, hash=link(before, place, digest))
    Head.objects.filter(tenant=tenant).update(hash=at(tenant, LAST + 4).hash)

    assert said(tenant) == [("rolled back", 1, LAST)]


@pytest.mark.parametrize("gone", [[1], [7], [5, 6, 7], [1, 9]])
def test_missing_events_are_named(tenant: Tenant, gone: list[int], window: int) -> None:
    take(tenant, *gone)

    ranges = [(5, 7)] if gone == [5, 6, 7] else [(seq, seq) for seq in gone]
    assert said(tenant) == [("missing", *range_) for range_ in ranges]


@pytest.mark.parametrize("number", [1, 3])
def test_a_cut_tail_is_found_by_the_head(tenant: Tenant, number: int, window: int) -> None:
    take(tenant, *range(LAST - number + 1, LAST + 1))

    assert said(tenant) == [("cut off", LAST - number + 1, LAST)]


def cut(tenant: Tenant, last: int) -> None:
    """With care: the head, too."""
    take(tenant, *range(last + 1, 100))
    Head.objects.filter(tenant=tenant).update(seq=last, hash=at(tenant, last).hash)


def test_a_tail_that_was_cut_with_its_head_is_found_by_a_checkpoint(tenant: Tenant) -> None:
    make_now(tenant.id)
    cut(tenant, 9)

    assert said(tenant) == [("cut off", 10, LAST)]


def test_a_restored_backup_is_found_by_a_checkpoint_outside(tenant: Tenant) -> None:
    make_now(tenant.id)
    tell_all()
    cut(tenant, 9)
    Checkpoint.objects.filter(tenant=tenant).delete()

    assert said(tenant) == [("rolled back", 10, LAST)]


def test_a_restored_backup_that_went_on_is_found(tenant: Tenant) -> None:
    make_now(tenant.id)
    happen(tenant, 2)
    make_now(tenant.id)
    tell_all()
    cut(tenant, 13)
    Checkpoint.objects.filter(tenant=tenant, seq__gt=12).delete()
    happen(tenant, 6)

    assert said(tenant) == [("rolled back", 13, 14)]


def test_a_checkpoint_that_somebody_else_signed_is_forged(tenant: Tenant) -> None:
    checkpoint = make_now(tenant.id)
    assert checkpoint is not None
    note = Signer("lockstep", bytes(32)).sign(read(checkpoint.note).text)
    Checkpoint.objects.filter(tenant=tenant).update(note=note)

    assert said(tenant) == [("forged", LAST, LAST)]


def test_a_checkpoint_of_another_log_is_forged(tenant: Tenant) -> None:
    other = make_now(Tenant.objects.get(name="stranger").id)
    assert other is not None
    Checkpoint.objects.update(tenant=tenant)

    assert said(tenant) == [("forged", 3, 3)]


def test_a_line_that_broke_off_outside_is_no_finding(tenant: Tenant, settings: Any) -> None:
    make_now(tenant.id)
    tell_all()
    path = file_of(settings.LOG_CHECKPOINTS[0], tenant.id)
    path.write_text(path.read_text()[:-30])
    happen(tenant, 1)
    make_now(tenant.id)
    tell_all()

    assert said(tenant) == []
    assert verify(tenant.id).checkpoints == 3


@pytest.mark.parametrize(("one", "other"), [(3, 4), (2, 9), (1, LAST)])
def test_swapped_events_are_both_named(tenant: Tenant, one: int, other: int, window: int) -> None:
    first, second = at(tenant, one), at(tenant, other)
    change(tenant, one, seq=99)
    change(tenant, other, seq=one)
    change(tenant, 99, seq=other)

    assert said(tenant) == [("reordered", other, one), ("reordered", one, other)]
    assert set(named(tenant)) == {str(first.uuid), str(second.uuid)}


@pytest.mark.parametrize("seq", [1, 6, LAST])
def test_an_inserted_event_is_named(tenant: Tenant, seq: int) -> None:
    renumber(tenant, seq, +1)
    alien = insert(tenant, seq)

    assert said(tenant) == [("inserted", seq, seq)]
    assert named(tenant) == [alien]


def test_an_event_behind_the_head_is_named(tenant: Tenant) -> None:
    alien = insert(tenant, LAST + 1)

    assert said(tenant) == [("inserted", LAST + 1, LAST + 1)]
    assert named(tenant) == [alien]


def renumber(tenant: Tenant, seq: int, by: int) -> None:
    """Those from an event on; unique numbers make it two steps."""
    with lowered_guards():
        Event.objects.filter(tenant=tenant, seq__gte=seq).update(seq=F("seq") + 1000)
        Event.objects.filter(tenant=tenant, seq__gte=seq + 1000).update(seq=F("seq") - 1000 + by)


def insert(tenant: Tenant, seq: int) -> str:
    event = at(tenant, 2)
    event.id, event.seq = 10**9, seq
    event.uuid = PEOPLE[0]
    event.body = edited(event, uuid=str(event.uuid))
    row = facts(event.id, event.version, event.sealed_at)
    event.digest = digest_of(json.loads(event.body), json.loads(event.blocks), row)
    event.hash = link(bytes(event.hash), seq, event.digest)
    Event.objects.bulk_create([event])
    return str(event.uuid)


@pytest.mark.parametrize("gone", [[6], [5, 6, 7], [1]])
def test_removed_events_are_found_though_the_rest_was_numbered_anew(tenant: Tenant, gone: list[int]) -> None:
    take(tenant, *gone)
    renumber(tenant, gone[-1] + 1, -len(gone))

    assert said(tenant) == [("missing", gone[0], gone[-1])]


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


def test_what_retention_took_leaves_a_good_log(tenant: Tenant, window: int) -> None:
    old = make_tenant("old")
    aged(old.id, 30, *[entry(place) for place in range(10)])
    happen(old, 2)
    keep_for(old.id, {Kind.DELIVERIES: 10}, by=system_actor())
    prune(old.id, by=system_actor())

    assert said(old) == []
    verdict = verify(old.id)
    assert (verdict.first, verdict.gone) == (1, 3)
    keep_for(old.id, {Kind.CHANGES: 10, Kind.ACCESS: 10}, by=system_actor())
    prune(old.id, by=system_actor())
    assert said(old) == []
    assert verify(old.id).first == 11


def test_a_burial_that_nobody_told_of_is_found(tenant: Tenant) -> None:
    aged(tenant.id, 30, *[entry(place) for place in range(4)])
    bury(tenant.id, [LAST + 2])
    assert said(tenant) == [("missing", LAST + 2, LAST + 2)]

    record(tenant.id, Entry(EventType.LOG_PURGED, system_actor()))
    assert said(tenant) == []
    with lowered_guards():
        Event.objects.filter(tenant=tenant, seq__lt=3).delete()
    Anchor.objects.create(tenant=tenant, seq=2, hash=at(tenant, 2 + 1).hash)
    assert said(tenant) != []


def test_a_beginning_that_was_cut_off_is_found(tenant: Tenant) -> None:
    value = at(tenant, 4).hash
    record(
        tenant.id, Entry(EventType.LOG_PURGED, system_actor(), debug={"anchorSeq": "2", "anchorHash": "00"})
    )
    take(tenant, 1, 2, 3, 4)
    Anchor.objects.create(tenant=tenant, seq=4, hash=value)

    assert said(tenant) == [("missing", 4, 4)]


def test_an_erasure_that_nobody_told_of_is_found(tenant: Tenant) -> None:
    event = at(tenant, 3)
    person = event.document["target"][0]["id"]
    document, blocks = redacted(event.document, json.loads(event.blocks), person)
    change(tenant, 3, body=edited(event, **document), blocks=json.dumps(blocks), **columns_of(document))

    assert said(tenant) == [("changed", 3, 3)]
    erase(tenant.id, person, by=system_actor())
    assert said(tenant) == []


def test_an_erased_person_leaves_a_good_log(tenant: Tenant) -> None:
    make_now(tenant.id)
    work_off(erase(tenant.id, str(PEOPLE[1]), by=system_actor()))

    assert said(tenant) == []
    assert not Event.objects.filter(tenant=tenant, body__contains="Person 1").exists()


@pytest.mark.parametrize("at_", [4, LAST])
def test_verification_goes_on_from_a_checkpoint(tenant: Tenant, at_: int) -> None:
    start = (at_, bytes(at(tenant, at_).hash))
    change(tenant, 2, body="{}")

    verdict = verify(tenant.id, start)

    assert verdict.is_good
    assert (verdict.first, verdict.count) == (at_ + 1, LAST - at_)
    change(tenant, LAST, body="{}")
    assert verify(tenant.id, start).is_good == (at_ == LAST)


def test_a_log_that_no_longer_has_what_a_checkpoint_says_was_rolled_back(tenant: Tenant) -> None:
    ahead = verify(tenant.id, (LAST + 3, bytes(32)))
    other = verify(tenant.id, (4, bytes(32)))

    assert [found.kind for found in ahead.findings] == ["rolled back"]
    assert [found.kind for found in other.findings] == ["rolled back"]


def test_slices_find_the_same(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "WINDOW", 3)
    change(tenant, 8, body="{}")
    start, found, slices = None, [], 0
    while True:
        verdict = verify(tenant.id, start, enough=lambda: True)
        found += verdict.findings
        slices += 1
        if verdict.is_over or verdict.hash is None:
            break
        start = (verdict.seq, verdict.hash)

    assert [finding.seq for finding in found] == [8]
    assert slices == 4


def test_no_column_is_left_out() -> None:
    """What moves an event to another place or log is tried by itself."""
    names = {field.attname for field in Event._meta.concrete_fields} - {"seq", "tenant_id"}

    assert names == set(FLIPPED)


def test_an_event_that_was_given_to_another_log_is_missed_there(tenant: Tenant) -> None:
    stranger = Tenant.objects.get(name="stranger")
    change(tenant, 7, tenant_id=stranger.id, seq=4)

    assert said(tenant) == [("missing", 7, 7)]
    assert said(stranger) == [("inserted", 4, 4)]
