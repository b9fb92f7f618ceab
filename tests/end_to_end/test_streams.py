"""A worker that is killed between the sending of a batch and the writing of the cursor loses nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from project.environment import BASE_DIR
from tests.end_to_end.conftest import lockstep
from tests.end_to_end.lockstep import Lockstep, eventually
from tests.receivers import LOOPBACK, Received, Receiver, receiving

pytestmark = [pytest.mark.end_to_end, pytest.mark.xdist_group("end_to_end")]

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
# The lease of a worker that died, and a machine that is busy.
PATIENCE = 100


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Lockstep]:
    with lockstep(tmp_path) as started:
        yield started


def manage(running: Lockstep, *arguments: str, config: dict[str, Any] | None = None) -> dict[str, Any]:
    run = subprocess.run(
        [sys.executable, "manage.py", *arguments, "--json"],
        input=json.dumps(config).encode(),
        env=running.environment,
        cwd=BASE_DIR,
        capture_output=True,
        check=True,
    )
    answer: dict[str, Any] = json.loads(run.stdout)
    return answer


@pytest.mark.timeout(240)
def test_a_batch_whose_end_nobody_wrote_down_comes_again(started: Lockstep, receiver: Receiver) -> None:
    config = {"url": receiver.url, "allowed_networks": LOOPBACK}
    options = ["--kind", "webhook", "--config", "-", "--types", "user.lifecycle.create"]
    secret = manage(started, "add_stream", "acme", "SIEM", *options, config=config)["secret"]

    def kill(_: Received) -> None:
        """The receiver has the batch; the worker does not live to hear of it."""
        receiver.on_request = None
        os.kill(eventually(lambda: started.child("worker")), signal.SIGKILL)

    receiver.on_request = kill
    for name in ("ada", "grace"):
        started.send("POST", "Users", {"schemas": [USER], "userName": f"{name}@acme.example"})
    eventually(lambda: len(receiver.received) >= 2, seconds=PATIENCE)
    started.send("POST", "Users", {"schemas": [USER], "userName": "joan@acme.example"})

    def told() -> list[tuple[str, list[str]]]:
        messages = [Webhook(secret).verify(one.body, one.headers) for one in list(receiver.received)]
        names = [[event["target"][0]["alternateId"] for event in one["data"]["events"]] for one in messages]
        return list(zip([one.headers["webhook-id"] for one in receiver.received], names, strict=True))

    eventually(lambda: told()[-1][1][-1] == "joan@acme.example", seconds=PATIENCE)
    assert told()[0] == told()[1]
    once = list(dict.fromkeys(name for _, names in told() for name in names))
    assert once == ["ada@acme.example", "grace@acme.example", "joan@acme.example"]
    assert manage(started, "streams", "acme")["streams"][0]["behind"] == 0
