"""Checkpoints: what a tenant's chain is at one event, signed. The chain alone shows no cut tail."""

from __future__ import annotations

import base64
import binascii
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from audit.models import Checkpoint, Event, Head
from lib.moments import utc_text
from lib.signed_notes import BadNote, Signer, Verifier, opened

NAME = "lockstep"
EVENTS, SECONDS = 1000, 300
# Of one tenant in a round: behind a bulk of events others get their turn.
ROUND = 100


class NoKey(Exception):
    """LOG_SIGNING_KEY is not set: nothing can be signed."""


@dataclass(frozen=True)
class Place:
    """What a checkpoint says: the chain had this hash at this event."""

    tenant_id: uuid.UUID
    seq: int
    hash: bytes
    made_at: str

    @property
    def text(self) -> str:
        word = base64.b64encode(self.hash).decode()
        return f"{origin(self.tenant_id)}\n{self.seq}\n{word}\ntime {self.made_at}\n"


def origin(tenant_id: uuid.UUID) -> str:
    """The name of a tenant's log."""
    return f"{NAME}/{tenant_id}"


def signers() -> list[Signer]:
    """The first signs; notes of all of them are good."""
    return [Signer(NAME, seed) for seed in settings.LOG_SIGNING_KEY]


def verifiers() -> list[Verifier]:
    return [signer.verifier for signer in signers()]


def read(note: str, keys: list[Verifier] | None = None) -> Place:
    """Raises BadNote."""
    lines = opened(note, verifiers() if keys is None else keys).splitlines()
    try:
        name, seq, word, time, *_ = lines
        tenant_id = uuid.UUID(name.removeprefix(f"{NAME}/"))
        return Place(tenant_id, int(seq), base64.b64decode(word, validate=True), time.removeprefix("time "))
    except (ValueError, binascii.Error) as error:
        raise BadNote("The note is no checkpoint of a log.") from error


def make_due() -> None:
    """Of every tenant whose log went on."""
    if settings.LOG_SIGNING_KEY:
        behind = Head.objects.annotate(signed=Coalesce(newest_seq(), 0)).filter(seq__gt=F("signed"))
        for head in behind.iterator():
            _make_due(head)


def newest_seq() -> Subquery:
    """For queries of Head: the last checkpoint's."""
    return Subquery(
        Checkpoint.objects.filter(tenant_id=OuterRef("tenant_id")).order_by("-seq").values("seq")[:1]
    )


def _make_due(head: Head) -> None:
    """One at each thousandth event, and one at the head if the last is five minutes old."""
    last = latest(head.tenant_id)
    done = last.seq if last else 0
    first = (done // EVENTS + 1) * EVENTS
    places = [*range(first, head.seq + 1, EVENTS)][:ROUND]
    hashes = Event.objects.filter(tenant_id=head.tenant_id, seq__in=places).values_list("seq", "hash")
    for seq, value in sorted(hashes):
        _make(head.tenant_id, seq, bytes(value))
        done = seq
    due = datetime.now(UTC) - timedelta(seconds=SECONDS)
    if done < head.seq and not places and (last is None or last.made_at <= due):
        _make(head.tenant_id, head.seq, bytes(head.hash))


def make_now(tenant_id: uuid.UUID) -> Checkpoint | None:
    """At the newest event, if it has none; None if nothing was sealed. Raises NoKey."""
    head = Head.objects.filter(tenant_id=tenant_id, seq__gt=0).first()
    last = latest(tenant_id)
    if head is None or (last and last.seq >= head.seq):
        return last
    return _make(tenant_id, head.seq, bytes(head.hash))


def latest(tenant_id: uuid.UUID) -> Checkpoint | None:
    return Checkpoint.objects.filter(tenant_id=tenant_id).order_by("-seq").first()


def _make(tenant_id: uuid.UUID, seq: int, value: bytes) -> Checkpoint:
    """Whoever comes second finds the first one's."""
    if not settings.LOG_SIGNING_KEY:
        raise NoKey("LOG_SIGNING_KEY is not set, so nothing can be signed.")
    now = datetime.now(UTC)
    place = Place(tenant_id, seq, value, utc_text(now))
    note = signers()[0].sign(place.text)
    defaults = {"made_at": now, "note": note}
    return Checkpoint.objects.get_or_create(tenant_id=tenant_id, seq=seq, defaults=defaults)[0]
