"""Traps of brokers: whatever Redis does, requests are answered at once and changes arrive."""

from __future__ import annotations

import os
import signal
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

from chaos.proxy import Mood, Proxy
from tests.end_to_end.conftest import lockstep
from tests.end_to_end.lockstep import Lockstep, eventually
from tests.end_to_end.nodes import commands
from tests.servers import Server, redis_server

pytestmark = [pytest.mark.end_to_end, pytest.mark.xdist_group("broker")]

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
# A publish to a broker that never answers can block for over 20 s: no request may notice.
AT_ONCE = 5.0


@dataclass
class Brokered:
    running: Lockstep
    server: Server
    proxy: Proxy

    def create(self) -> str:
        """A user by SCIM. The login."""
        login = f"{uuid.uuid4().hex}@okta.local"
        begin = time.monotonic()
        self.running.send("POST", "Users", {"schemas": [USER], "userName": login, "active": True})
        assert time.monotonic() - begin < AT_ONCE
        return login

    def arrives(self, login: str, *, seconds: float = 30) -> bool:
        employee = "SELECT 1 FROM employees WHERE login = ?"
        return bool(eventually(lambda: self.running.rows(employee, login), seconds=seconds))

    def kill_worker(self) -> None:
        killed = eventually(lambda: self.running.child("worker"))
        os.kill(killed, signal.SIGKILL)
        eventually(lambda: self.running.child("worker") not in (None, killed), seconds=60)


@pytest.fixture(scope="module")
def brokered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Brokered]:
    folder: Path = tmp_path_factory.mktemp("broker")
    server = redis_server(folder)
    with server.running(), Proxy(server.port) as proxy:
        url = f"redis://127.0.0.1:{proxy.port}/0"
        with lockstep(folder, CELERY_BROKER_URL=url) as running:
            yield Brokered(running, server, proxy)


@pytest.fixture(autouse=True)
def healed(brokered: Brokered) -> Iterator[None]:
    """What a test breaks is whole for the next one."""
    yield
    brokered.proxy.turn(Mood.CARRIES)


@pytest.mark.timeout(180)
def test_a_broker_that_accepts_and_never_answers_holds_up_nothing(brokered: Brokered) -> None:
    assert brokered.arrives(brokered.create())
    brokered.proxy.turn(Mood.SILENT)

    logins = [brokered.create() for _ in range(5)]

    assert all(brokered.arrives(login) for login in logins)


@pytest.mark.timeout(180)
def test_a_worker_that_starts_while_the_broker_is_away_delivers(brokered: Brokered) -> None:
    brokered.proxy.turn(Mood.REFUSES)
    brokered.kill_worker()

    login = brokered.create()

    assert brokered.arrives(login, seconds=60)


@pytest.mark.timeout(180)
def test_a_worker_that_starts_while_the_broker_never_answers_delivers(brokered: Brokered) -> None:
    brokered.proxy.turn(Mood.SILENT)
    brokered.kill_worker()

    login = brokered.create()

    assert brokered.arrives(login, seconds=60)


def test_wake_ups_have_no_later_time_and_expire(brokered: Brokered) -> None:
    """An ETA is kept in the worker's memory, and one that nobody wants any more would pile up."""
    brokered.proxy.turn(Mood.SILENT)
    client = redis.Redis(port=brokered.server.port)
    client.flushall()
    brokered.proxy.turn(Mood.CARRIES)
    with client.monitor() as monitor:  # type: ignore[no-untyped-call]  # redis has no type for it
        brokered.create()
        sent = next(
            told["command"] for told in monitor.listen() if told["command"].upper().startswith("LPUSH")
        )

    assert '"eta": null' in sent.replace("\\", "")
    assert "expires" in sent


def test_workers_do_not_talk_among_themselves() -> None:
    """Gossip and mingle cost seconds at each start, and nobody asks for what they tell."""
    assert {"--without-gossip", "--without-mingle", "--without-heartbeat"} <= set(commands()["worker"])
