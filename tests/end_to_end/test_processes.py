"""The supervisor: one per data folder and port, restarts what dies, ends with all it started."""

import os
import signal
import subprocess
import time
import uuid
from pathlib import Path

import pytest

from lib.processes import is_free
from tests.end_to_end.conftest import lockstep
from tests.end_to_end.lockstep import BASE_DIR, Lockstep, eventually
from tests.servers import free_port

pytestmark = [pytest.mark.end_to_end, pytest.mark.xdist_group("end_to_end")]


def test_a_second_start_on_the_same_data_is_refused(running: Lockstep) -> None:
    second = Lockstep(running.folder, free_port(), running.database_url)

    refused = _start(second)

    assert refused.returncode == 1
    assert "another Lockstep is running on" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_start_on_a_port_that_is_taken_is_refused(running: Lockstep, tmp_path: Path) -> None:
    second = Lockstep(tmp_path / "data", running.port)

    refused = _start(second)

    assert refused.returncode == 1
    assert f"port {running.port} of 127.0.0.1 is taken" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_killed_worker_is_restarted_and_the_next_change_arrives(running: Lockstep) -> None:
    killed = eventually(lambda: running.child("worker"))

    os.kill(killed, signal.SIGKILL)
    login = _create_user(running)

    assert eventually(lambda: running.child("worker")) != killed
    assert eventually(lambda: _is_employed(running, login), seconds=30)


def test_a_killed_web_server_is_restarted_and_answers(running: Lockstep) -> None:
    killed = eventually(lambda: running.child("web"))

    os.kill(killed, signal.SIGKILL)
    eventually(lambda: running.child("web") not in (None, killed))
    eventually(running.is_well)

    login = _create_user(running)
    assert eventually(lambda: _is_employed(running, login))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_supervisor_web_and_worker_within_ten_seconds(
    tmp_path: Path, number: signal.Signals
) -> None:
    with lockstep(tmp_path) as started:
        children = [eventually(lambda: started.child("web")), eventually(lambda: started.child("worker"))]
        began = time.monotonic()

        started.process.send_signal(number)
        status = started.process.wait(30)

    assert status == 0
    assert time.monotonic() - began < 10
    assert not [pid for pid in children if _is_alive(pid)]
    assert "Traceback" not in started.log.read_text()


def test_web_and_worker_end_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    with lockstep(tmp_path) as started:
        children = [eventually(lambda: started.child("web")), eventually(lambda: started.child("worker"))]

        started.process.kill()
        started.process.wait()

        eventually(lambda: not [pid for pid in children if _is_alive(pid)])
        assert eventually(lambda: is_free(started.port))


def test_a_second_run_keeps_the_data_and_takes_another_port(tmp_path: Path) -> None:
    with lockstep(tmp_path) as started:
        before = started.first
        login = _create_user(started)
        started.stop()
        started.port = free_port()

        started.start()

        assert started.first["token"] == before["token"]
        assert started.first["scim_v2"] == f"{started.address}/scim/v2/"
        assert started.send("GET", f'Users?filter=userName eq "{login}"')["totalResults"] == 1


def _start(second: Lockstep) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        second.command, env=second.environment, cwd=BASE_DIR, capture_output=True, text=True, timeout=30
    )


def _create_user(running: Lockstep) -> str:
    login = f"{uuid.uuid4().hex}@okta.local"
    schemas = ["urn:ietf:params:scim:schemas:core:2.0:User"]
    running.send("POST", "Users", {"schemas": schemas, "userName": login, "active": True})
    return login


def _is_employed(running: Lockstep, login: str) -> bool:
    return bool(running.rows("SELECT 1 FROM employees WHERE login = ?", login))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
