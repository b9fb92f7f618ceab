"""Checkpoints go where whoever changes the database can't follow: LOG_CHECKPOINTS."""

from __future__ import annotations

import os
import uuid
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce, Now

from audit.checkpoints import newest_seq
from audit.models import Checkpoint, Head, Witness
from lib import syslog
from lib.clock import moment_in
from lib.outbound import Client, OutboundError, read_networks
from lib.signed_notes import notes_in

# Longer than any of them may take; then somebody else may try.
LEASE = timedelta(minutes=2)
LONGEST_DELAY = 600
TIME_LIMIT = 10.0
# Of one tenant and place in a round.
ROUND = 200
# The addresses are the administrator's own.
_EVERYWHERE = read_networks(["0.0.0.0/0", "::/0"])


class NotTold(Exception):
    """The place did not take the checkpoint."""


def tell_all() -> None:
    """Each place hears of each checkpoint in order, once at least."""
    for place in settings.LOG_CHECKPOINTS:
        for tenant_id in _with_news_for(place):
            _tell(tenant_id, place)


def _with_news_for(place: str) -> list[uuid.UUID]:
    told = Witness.objects.filter(tenant_id=OuterRef("tenant_id"), place=digest(place)).values("seq")[:1]
    heads = Head.objects.annotate(newest=newest_seq(), told=Coalesce(Subquery(told), 0))
    return [*heads.filter(newest__gt=F("told")).values_list("tenant_id", flat=True)]


def _tell(tenant_id: uuid.UUID, place: str) -> None:
    key = {"tenant_id": tenant_id, "place": digest(place)}
    witness, _ = Witness.objects.get_or_create(**key, defaults={"due_at": Now()})
    news = Checkpoint.objects.filter(tenant_id=tenant_id, seq__gt=witness.seq).order_by("seq")[:ROUND]
    if not news or not _claim(witness):
        return
    mine = Witness.objects.filter(id=witness.id)
    try:
        for checkpoint in news:
            _send(place, tenant_id, checkpoint)
            mine.filter(seq__lt=checkpoint.seq).update(seq=checkpoint.seq)
    except (NotTold, OSError) as error:
        delay = min(LONGEST_DELAY, 5 * 2**witness.failures)
        mine.update(
            due_at=moment_in(timedelta(seconds=delay)), failures=F("failures") + 1, error=_sentence(error)
        )
        return
    mine.update(due_at=Now(), told_at=Now(), failures=0, error="")


def _claim(witness: Witness) -> bool:
    free = Witness.objects.filter(id=witness.id, due_at__lte=Now(), seq=witness.seq)
    return free.update(due_at=moment_in(LEASE)) == 1


def digest(place: str) -> str:
    return sha256(place.encode()).hexdigest()


def shown(place: str) -> str:
    """To tenants: they need not know where files are, and an address may be a secret by itself."""
    parts = urlsplit(place)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}" if host else parts.scheme


def _sentence(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


def _send(place: str, tenant_id: uuid.UUID, checkpoint: Checkpoint) -> None:
    match urlsplit(place).scheme:
        case "file":
            _append(file_of(place, tenant_id), checkpoint.note)
        case "https" | "http":
            _post(place, checkpoint.note)
        case _:
            text = checkpoint.note.replace("\n", "\\n")
            data = syslog.message(text, program="lockstep", kind="checkpoint", moment=checkpoint.made_at)
            syslog.send(place, data, time_limit=TIME_LIMIT)


def file_of(place: str, tenant_id: uuid.UUID) -> Path:
    """A file of each tenant in the folder that the address names."""
    return Path(unquote(urlsplit(place).path)) / f"{tenant_id}.notes"


def _append(path: Path, note: str) -> None:
    """At once and to the disk: of two that write at a time neither loses anything."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab", buffering=0) as file:
        # Whoever was here before may have been interrupted in a line.
        file.write(f"\n\n{note}".encode())
        os.fsync(file.fileno())


def _post(place: str, note: str) -> None:
    client = Client(time_limit=TIME_LIMIT, allowed=_EVERYWHERE)
    try:
        answer = client.send("POST", place, headers={"Content-Type": "text/plain"}, body=note.encode())
    except OutboundError as error:
        raise NotTold(str(error)) from error
    finally:
        client.close()
    if not 200 <= answer.status < 300:
        raise NotTold(f"{urlsplit(place).hostname} answers {answer.status}.")


def standing_of(tenant_id: uuid.UUID) -> list[tuple[str, Witness | None]]:
    """Each place, as tenants may see it, and how far it has been told of this tenant's."""
    rows = {witness.place: witness for witness in Witness.objects.filter(tenant_id=tenant_id)}
    return [(shown(place), rows.get(digest(place))) for place in settings.LOG_CHECKPOINTS]


def told(tenant_id: uuid.UUID) -> list[str]:
    """The notes that can be read back: those in files."""
    paths = [file_of(place, tenant_id) for place in settings.LOG_CHECKPOINTS if place.startswith("file:")]
    return [note for path in paths if path.exists() for note in notes_in(path.read_text(encoding="utf-8"))]
