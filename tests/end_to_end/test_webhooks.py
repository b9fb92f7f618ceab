"""Real web and worker processes tell a real receiver every change, and people what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from standardwebhooks import Webhook

from project.environment import BASE_DIR
from tests.end_to_end.conftest import lockstep
from tests.end_to_end.lockstep import Lockstep, eventually
from tests.mail import Mailbox, mail_server
from tests.receivers import LOOPBACK, Receiver, receiving

pytestmark = [pytest.mark.end_to_end, pytest.mark.xdist_group("end_to_end")]

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
# A round every ten seconds, the sending every five, and a machine that is busy.
PATIENCE = 60


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def connected(tmp_path: Path, mailbox: Mailbox, receiver: Receiver) -> Iterator[Lockstep]:
    with lockstep(tmp_path, EMAIL_URL=f"smtp://{mailbox.host}:{mailbox.port}") as started:
        yield started


def manage(running: Lockstep, *arguments: str, config: dict[str, Any] | None = None) -> dict[str, Any]:
    run = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        input=json.dumps(config).encode(),
        env=running.environment,
        cwd=BASE_DIR,
        capture_output=True,
        check=True,
    )
    answer: dict[str, Any] = json.loads(run.stdout)
    return answer


def test_changes_reach_a_receiver_and_trouble_reaches_people(
    connected: Lockstep, mailbox: Mailbox, receiver: Receiver
) -> None:
    hook = {"url": receiver.url, "allowed_networks": LOOPBACK}
    options = ["--kind", "webhook", "--config", "-", "--json"]
    secret = manage(connected, "add_target", "acme", "Hook", *options, config=hook)["secret"]
    add_mail_channel(connected)

    user = connected.send("POST", "Users", {"schemas": [USER], "userName": "ada@acme.example"})
    connected.send("PUT", f"Users/{user['id']}", {**user, "displayName": "Countess"})
    eventually(lambda: len(receiver.received) == 2, seconds=PATIENCE)
    receiver.answers = [(403, {})]
    connected.send("DELETE", f"Users/{user['id']}")
    eventually(lambda: mailbox.messages, seconds=PATIENCE)

    told = [Webhook(secret).verify(one.body, one.headers) for one in receiver.received[:2]]
    assert [message["type"] for message in told] == ["user.lifecycle.create", "user.account.update_profile"]
    assert "Target refuses us: Hook" in mailbox.texts[0]
    assert mailbox.recipients == ["it@example.com"]


def add_mail_channel(running: Lockstep) -> None:
    options = ["--kind", "bearer", "--scope", "manage", "--json"]
    token = manage(running, "create_credential", "acme", *options)["token"]
    response = httpx2.post(
        f"{running.address}/api/v1/alert-channels",
        json={"kind": "mail", "address": "it@example.com"},
        headers={"Authorization": f"Bearer {token}"},
        timeout=20,
    )
    assert response.status_code == 201, response.text
