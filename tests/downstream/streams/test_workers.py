"""Streams lose nothing, whatever becomes of workers; a batch that comes again is the same."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from downstream.models import LogStream
from downstream.streams import running, verdicts
from downstream.streams.feed import next_portion
from downstream.streams.running import run
from downstream.tasks import tell_streams
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.downstream.streams.telling import Told, make_stream, note
from tests.receivers import Received, Receiver


class Killed(BaseException):
    """The process ends here: nothing behind this line is done."""


def test_a_process_that_is_killed_behind_the_sending_sends_the_same_again(
    small_batches: Told, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever has happened meanwhile: the batch has the same events and the same id."""
    told = small_batches
    note(tenant, "ada", "grace", "joan")

    def die(*_: Any, **__: Any) -> bool:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(running, "reached", die)
        # A process that is killed gives no lease back.
        patch.setattr(running, "TERM", timedelta(seconds=-1))
        told.run()
    note(tenant, "late")
    LogStream.objects.filter(id=told.stream.id).update(batch_size=50)

    told.run()

    assert told.ids[0] == told.ids[1]
    assert told.messages[0] == told.messages[1]
    assert told.names == ["ada", "grace", "ada", "grace", "joan", "late"]


@pytest.mark.django_db(transaction=True)
def test_a_second_worker_sends_nothing_meanwhile(told: Told, tenant: Tenant) -> None:
    note(tenant, "ada")
    seen: list[int] = []

    def work(_: Received) -> None:
        seen.append(run(told.stream.id))
        connections.close_all()

    told.receiver.on_request = work

    told.run()

    assert (told.names, seen) == (["ada"], [0])


def test_a_late_worker_moves_no_cursor(told: Told, tenant: Tenant) -> None:
    note(tenant, "ada")
    late = running._take(told.stream.id)
    assert late
    stream = told.now
    portion = next_portion(stream, most=5)
    assert portion
    LogStream.objects.filter(id=stream.id).update(lease=uuid.uuid4())

    assert verdicts.reached(stream, portion, (), most=5, lease=late) is False

    assert told.now.cursor == stream.cursor


@pytest.mark.django_db(transaction=True)
def test_the_duty_tells_all_streams_from_threads_of_its_own(
    tenant: Tenant, stranger: Downstream, receiver: Receiver
) -> None:
    told = [make_stream(owner, receiver) for owner in (tenant, stranger.target.tenant)]
    note(tenant, "ada")
    note(stranger.target.tenant, "mallory")

    for _ in range(3):
        tell_streams()
    running._pool()._threads.shutdown(wait=True)
    running._pool.cache_clear()

    assert [one.now.delivered for one in told] == [1, 1]
    assert len(receiver.received) == 2
