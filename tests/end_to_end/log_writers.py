"""Writers at full speed beside who reads the log, and the log as plain requests give it."""

from __future__ import annotations

import itertools
import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx2

from chaos.scene import manage
from tests.end_to_end.lockstep import Lockstep

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
WRITERS = 4
SECONDS = 8


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
