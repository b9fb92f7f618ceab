"""Whatever dies: every change that was answered 2xx reaches the target, once, in its newest form."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import lockstep
from tests.end_to_end.lockstep import BASE_DIR, Lockstep, eventually

pytestmark = [pytest.mark.end_to_end, pytest.mark.xdist_group("faults")]

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
EMPLOYEE = "SELECT first_name FROM employees WHERE login = ?"


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lockstep]:
    """A Lockstep to be cruel to. Calls may take one second, so that leases are short."""
    with lockstep(tmp_path_factory.mktemp("faulty")) as started:
        manage(started, "shell", "-c", "from downstream.models import *; Target.objects.update(time_limit=1)")
        yield started


def manage(running: Lockstep, *arguments: str) -> str:
    """A management command beside the running processes, on the same data."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(
        command, env=running.environment, cwd=BASE_DIR, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def person(**attributes: Any) -> dict[str, Any]:
    schemas = ["urn:ietf:params:scim:schemas:core:2.0:User"]
    login = f"{uuid.uuid4().hex}@okta.local"
    return {"schemas": schemas, "userName": login, "name": {"givenName": "Ada"}, "active": True, **attributes}


def rename(running: Lockstep, user: dict[str, Any], given_name: str) -> None:
    running.send("PUT", f"Users/{user['id']}", user | {"name": {"givenName": given_name}})


def employed_as(running: Lockstep, user: dict[str, Any]) -> list[tuple[Any, ...]]:
    return running.rows(EMPLOYEE, user["userName"])


def test_what_happens_while_the_target_is_down_arrives_when_it_is_back(faulty: Lockstep) -> None:
    database = Path(faulty.first["hr_database"])
    away = database.with_suffix(".away")
    shutil.move(database, away)
    user = faulty.send("POST", "Users", person())
    rename(faulty, user, "Augusta")
    eventually(lambda: "trouble" if "not" in manage(faulty, "shell", "-c", REASONS) else None)

    shutil.move(away, database)

    assert eventually(lambda: employed_as(faulty, user), seconds=60) == [("Augusta",)]


REASONS = "from downstream.models import *; print(*Replica.objects.values_list('error', flat=True))"


def test_a_refused_user_does_not_hold_up_the_next(faulty: Lockstep) -> None:
    refused = faulty.send("POST", "Users", person(**{ENTERPRISE: {"department": "Astrology"}}))
    accepted = faulty.send("POST", "Users", person())

    assert eventually(lambda: employed_as(faulty, accepted))
    assert employed_as(faulty, refused) == []
    assert "not in the table departments" in manage(faulty, "shell", "-c", REASONS)


@pytest.mark.timeout(180)
def test_a_worker_killed_in_the_middle_of_an_apply_loses_nothing(faulty: Lockstep) -> None:
    """The target's lock holds the worker inside its call until the kill."""
    manage(faulty, "shell", "-c", PATIENT)
    user = faulty.send("POST", "Users", person())
    eventually(lambda: employed_as(faulty, user))
    with closing(sqlite3.connect(faulty.first["hr_database"], isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        rename(faulty, user, "Augusta")
        manage(faulty, "shell", "-c", UNTIL_IN_HAND)

        os.kill(eventually(lambda: faulty.child("worker")), signal.SIGKILL)
        lock.execute("ROLLBACK")

    rename(faulty, user, "Ada Augusta")
    assert eventually(lambda: employed_as(faulty, user) == [("Ada Augusta",)], seconds=90)
    manage(faulty, "shell", "-c", UNTIL_NOTHING_IS_OWED)
    assert employed_as(faulty, user) == [("Ada Augusta",)]


PATIENT = "from downstream.models import *; Target.objects.update(time_limit=6)"
LOOP = "import time; from downstream.models import *\nwhile {}: time.sleep(0.02)"
UNTIL_IN_HAND = LOOP.format("not Replica.objects.in_hand().exists()")
UNTIL_NOTHING_IS_OWED = LOOP.format("Replica.objects.due().exists() or Replica.objects.in_hand().exists()")


def test_changes_arrive_after_the_broker_folder_was_deleted(faulty: Lockstep) -> None:
    shutil.rmtree(faulty.folder / "broker")

    user = faulty.send("POST", "Users", person())
    rename(faulty, user, "Augusta")

    assert eventually(lambda: employed_as(faulty, user) == [("Augusta",)], seconds=60)


def test_a_web_server_killed_between_two_requests_loses_neither(faulty: Lockstep) -> None:
    user = faulty.send("POST", "Users", person())
    killed = eventually(lambda: faulty.child("web"))
    os.kill(killed, signal.SIGKILL)
    eventually(lambda: faulty.child("web") not in (None, killed))
    eventually(faulty.is_well)

    rename(faulty, user, "Augusta")

    assert eventually(lambda: employed_as(faulty, user) == [("Augusta",)], seconds=30)


def test_everything_dying_at_once_loses_nothing(faulty: Lockstep) -> None:
    users = [faulty.send("POST", "Users", person()) for _ in range(10)]
    faulty.process.kill()
    faulty.process.wait()
    faulty.client.close()

    faulty.start()

    for user in users:
        assert eventually(lambda user=user: employed_as(faulty, user), seconds=60) == [("Ada",)]  # type: ignore[misc]
