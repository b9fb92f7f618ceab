"""Clients that others wrote for Okta's log read ours: each event once, in order, while four writers write."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx2
import pytest

from chaos.scene import manage
from tests.end_to_end.lockstep import Lockstep
from tests.log_clients import CLIENTS, command_of

pytestmark = [pytest.mark.end_to_end, pytest.mark.slow, pytest.mark.xdist_group("end_to_end")]

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
WRITERS = 4
SECONDS = 8


@pytest.mark.timeout(600)
def test_every_client_gets_every_event_once_and_in_order(running: Lockstep, tmp_path: Path) -> None:
    commands = {name: command_of(name) for name in CLIENTS}
    stop = tmp_path / "stop"

    with ExitStack() as stack:
        clients = {
            name: stack.enter_context(client(command, running, stop, tmp_path / name))
            for name, command in commands.items()
        }
        written = write_at_full_speed(running)
        wait_until_quiet(running)
        count = len(whole_log(running))
        stop.touch()
        endings = {name: process.wait(120) for name, process in clients.items()}

    log = whole_log(running)
    assert len(set(log)) == len(log)
    assert written > SECONDS
    for name, ending in endings.items():
        got = (tmp_path / name).read_text().splitlines()
        assert ending == 0, (name, (tmp_path / f"{name}.errors").read_text()[-2_000:])
        assert [event for event, times in Counter(got).items() if times > 1] == [], name
        assert len(got) >= count, name
        assert got == log[: len(got)], name


@contextmanager
def client(
    command: list[str], running: Lockstep, stop: Path, output: Path
) -> Iterator[subprocess.Popen[bytes]]:
    # Both SDKs for Python refuse http unless they are told that it is a test.
    environment = os.environ | {"OKTA_TESTING_TESTINGDISABLEHTTPSCHECK": "true"}
    with output.open("wb") as printed, output.with_suffix(".errors").open("wb") as errors:
        arguments = [*command, running.address, token(running), str(stop)]
        process = subprocess.Popen(arguments, env=environment, stdout=printed, stderr=errors)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def token(running: Lockstep) -> str:
    """Of its own: each client has its own allowance."""
    made = manage(running.environment, "create_credential", "acme", "--scope", "logs.read", "--json")
    value: str = json.loads(made)["token"]
    return value


def write_at_full_speed(running: Lockstep) -> int:
    """How many changes were made."""
    end = time.monotonic() + SECONDS
    run, numbers = uuid.uuid4().hex[:8], itertools.count()
    headers = {"Authorization": f"Bearer {running.first['token']}", "Content-Type": "application/scim+json"}

    def writer(_: int) -> int:
        done = 0
        with httpx2.Client(base_url=running.first["scim_v2"], headers=headers, timeout=30) as http:
            while time.monotonic() < end:
                name = f"reader-{run}-{next(numbers)}@example.com"
                made = http.post("Users", json={"schemas": [USER], "userName": name, "active": True})
                assert made.status_code == 201, made.text
                assert http.delete(f"Users/{made.json()['id']}").status_code == 204
                done += 2
        return done

    with ThreadPoolExecutor(WRITERS) as pool:
        return sum(pool.map(writer, range(WRITERS)))


def whole_log(running: Lockstep) -> list[str]:
    """By plain requests, as they stand in the log."""
    headers = {"Authorization": f"Bearer {running.first['logs_token']}"}
    address, found = f"{running.first['logs']}?since=2018-01-01&limit=1000", []
    with httpx2.Client(headers=headers, timeout=60) as http:
        while True:
            page = http.get(address)
            assert page.status_code == 200, page.text
            found += [event["uuid"] for event in page.json()]
            if not page.json():
                return found
            address = page.links["next"]["url"]


def wait_until_quiet(running: Lockstep) -> None:
    """Deliveries of what was written are told, too; they are waited for, though not for ever."""
    for _ in range(30):
        before = len(whole_log(running))
        time.sleep(1)
        if len(whole_log(running)) == before:
            return
