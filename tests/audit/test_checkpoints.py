"""Checkpoints are signed, regular, and told outside the database, in order and once at least."""

from __future__ import annotations

import socket
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F

from audit import checkpoints
from audit.actor import system_actor
from audit.catalogue import EventType
from audit.checkpoints import latest, make_due, make_now, read
from audit.log_event import Entry
from audit.models import Checkpoint, Event, Witness
from audit.services import record
from audit.witnesses import file_of, shown, tell_all, told
from lib.signed_notes import BadNote, Signer
from tenants.models import Tenant
from tests.factories import make_tenant
from tests.log import log_events
from tests.receivers import receiving


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> str:
    place = (tmp_path / "outside").as_uri()
    settings.LOG_CHECKPOINTS = [place]
    return place


@pytest.fixture
def tenant(db: None, folder: str) -> Tenant:
    happen(make_tenant("stranger"), 2)
    return make_tenant("acme")


def happen(tenant: Tenant, number: int) -> None:
    record(tenant.id, *[Entry(type=EventType.SIGNED_IN, actor=system_actor())] * number)
    log_events()


def places(tenant: Tenant) -> list[int]:
    return [*Checkpoint.objects.filter(tenant=tenant).order_by("seq").values_list("seq", flat=True)]


def grow_older(seconds: int = checkpoints.SECONDS) -> None:
    Checkpoint.objects.update(made_at=F("made_at") - timedelta(seconds=seconds))


def test_a_checkpoint_says_what_the_chain_is_at_an_event(tenant: Tenant) -> None:
    happen(tenant, 3)

    checkpoint = make_now(tenant.id)

    assert checkpoint is not None
    place = read(checkpoint.note)
    assert (place.tenant_id, place.seq) == (tenant.id, 3)
    assert place.hash == bytes(Event.objects.get(tenant=tenant, seq=3).hash)
    assert place.text in checkpoint.note


def test_a_log_that_goes_on_gets_one_every_five_minutes(tenant: Tenant) -> None:
    happen(tenant, 3)

    make_due()
    happen(tenant, 1)
    make_due()
    assert places(tenant) == [3]
    grow_older()
    make_due()
    make_due()

    assert places(tenant) == [3, 4]
    grow_older()
    make_due()
    assert places(tenant) == [3, 4]


def test_a_busy_log_gets_one_at_each_so_many_events(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "EVENTS", 5)
    happen(tenant, 13)

    make_due()

    assert places(tenant) == [5, 10]


def test_without_a_key_there_are_none(tenant: Tenant, settings: Any) -> None:
    settings.LOG_SIGNING_KEY = []
    happen(tenant, 1)

    make_due()

    assert places(tenant) == []
    with pytest.raises(checkpoints.NoKey):
        make_now(tenant.id)


def test_notes_of_an_old_key_stay_good(tenant: Tenant, settings: Any) -> None:
    happen(tenant, 1)
    checkpoint = make_now(tenant.id)
    assert checkpoint is not None

    settings.LOG_SIGNING_KEY = [bytes(32), *settings.LOG_SIGNING_KEY]

    assert read(checkpoint.note).seq == 1
    settings.LOG_SIGNING_KEY = [bytes(32)]
    with pytest.raises(BadNote):
        read(checkpoint.note)


@pytest.mark.parametrize("text", ["", "lockstep/x\n1\nAA==\n", "lockstep\n\n\n\n", "x\ny\n"])
def test_a_note_about_something_else_is_no_checkpoint(text: str) -> None:
    signer = checkpoints.signers()[0]

    with pytest.raises(BadNote):
        read(signer.sign(text))


def test_each_is_written_to_a_file_of_the_tenant_once(tenant: Tenant, folder: str) -> None:
    happen(tenant, 1)
    make_due()
    tell_all()
    happen(tenant, 1)
    make_now(tenant.id)

    tell_all()
    tell_all()

    assert [read(note).seq for note in told(tenant.id)] == [1, 2]
    assert file_of(folder, tenant.id).stat().st_mode & 0o077 == 0
    stranger = Tenant.objects.get(name="stranger")
    assert [read(note).tenant_id for note in told(stranger.id)] == [stranger.id]


def test_a_place_that_is_away_hears_everything_later(tenant: Tenant, folder: str) -> None:
    happen(tenant, 1)
    make_due()
    outside = file_of(folder, tenant.id).parent
    outside.write_text("no folder")
    tell_all()
    witness = Witness.objects.get(tenant=tenant)
    assert (witness.seq, witness.failures) == (0, 1)
    assert witness.error

    outside.unlink()
    tell_all()
    assert not outside.exists()
    Witness.objects.update(due_at=F("due_at") - timedelta(hours=1))
    tell_all()

    assert [read(note).seq for note in told(tenant.id)] == [1]
    witness.refresh_from_db()
    assert (witness.seq, witness.failures, witness.error) == (1, 0, "")


def test_a_place_that_somebody_tells_is_left_to_them(tenant: Tenant) -> None:
    happen(tenant, 1)
    make_due()
    Witness.objects.create(tenant=tenant, place="x", due_at="2099-01-01T00:00:00Z")
    Witness.objects.filter(tenant=tenant).update(place=shown_digest())

    tell_all()

    assert told(tenant.id) == []


def shown_digest() -> str:
    from django.conf import settings

    from audit.witnesses import digest

    return digest(settings.LOG_CHECKPOINTS[0])


def test_a_web_server_hears_the_note(tenant: Tenant, settings: Any) -> None:
    happen(tenant, 1)
    make_due()

    with receiving() as server:
        settings.LOG_CHECKPOINTS = [server.url]
        server.answers = [(503, {}), (204, {})]
        tell_all()
        Witness.objects.update(due_at=F("due_at") - timedelta(hours=1))
        tell_all()

    notes = {received.body.decode() for received in server.received}
    assert latest(tenant.id).note in notes  # type: ignore[union-attr]
    assert set(Witness.objects.values_list("failures", "seq")) <= {(0, 1), (0, 2)}


def test_a_syslog_server_hears_the_note_in_one_line(tenant: Tenant, settings: Any) -> None:
    happen(tenant, 1)
    note = make_now(tenant.id).note  # type: ignore[union-attr]

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(10)
        settings.LOG_CHECKPOINTS = [f"syslog://127.0.0.1:{server.getsockname()[1]}"]
        tell_all()
        line = server.recv(65536).decode()

    assert line.startswith("<109>1 20")
    assert line.partition(" checkpoint - ")[2].replace("\\n", "\n") == note


def test_a_syslog_server_over_tcp_counts_the_octets(tenant: Tenant, settings: Any) -> None:
    happen(tenant, 1)
    note = make_now(tenant.id).note  # type: ignore[union-attr]
    heard: list[bytes] = []

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)
        thread = threading.Thread(target=lambda: heard.append(_all_of(server)))
        thread.start()
        settings.LOG_CHECKPOINTS = [f"syslog+tcp://127.0.0.1:{server.getsockname()[1]}"]
        tell_all()
        thread.join(10)

    size, _, line = heard[0].partition(b" ")
    assert int(size) == len(line)
    assert line.decode().partition(" checkpoint - ")[2].replace("\\n", "\n") == note


def _all_of(server: socket.socket) -> bytes:
    connection, _ = server.accept()
    with connection:
        return b"".join(iter(lambda: connection.recv(4096), b""))


def test_a_password_in_an_address_is_not_shown() -> None:
    assert shown("https://me:secret@example.com:8443/secret?key=secret") == "https://example.com"
    assert shown("syslog://[::1]:514") == "syslog://[::1]"
    assert shown("file:///home/secret") == "file"


def test_the_key_is_not_shown() -> None:
    assert "seed" not in repr(Signer("x", bytes(32)))
