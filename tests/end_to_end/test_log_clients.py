"""Clients that others wrote for Okta's log read ours: each event once, in order, while four writers write."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.end_to_end.lockstep import Lockstep
from tests.end_to_end.log_writers import SECONDS, token, wait_until_quiet, whole_log, write_at_full_speed
from tests.log_clients import CLIENTS, command_of

pytestmark = [pytest.mark.end_to_end, pytest.mark.slow, pytest.mark.xdist_group("end_to_end")]


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
