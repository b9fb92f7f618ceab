"""What the sweep has done every so many seconds."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from downstream.duties import Duties

TASK = "downstream.tasks.wake"


def test_a_duty_is_called_by_its_queue_once_in_so_many_seconds(broker: Path) -> None:
    one = Duties({TASK: 60.0})

    for _ in range(3):
        one.call(broker_answers=True)

    assert len(list(broker.glob("*.control.msg"))) == 1


def test_a_duty_is_called_again_when_its_time_has_come(broker: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, clock = Duties({TASK: 60.0}), [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])

    for moment in (1000.0, 1059.0, 1060.0):
        clock[0] = moment
        one.call(broker_answers=True)

    assert len(list(broker.glob("*.control.msg"))) == 2


def test_while_the_broker_is_away_a_duty_is_done_here_and_never_twice_at_once() -> None:
    begun, ends, done = threading.Semaphore(0), threading.Event(), []

    def run(task: str) -> None:
        begun.release()
        ends.wait(20)
        done.append(task)

    one = Duties({TASK: 0.0}, run)
    for _ in range(3):
        one.call(broker_answers=False)
    assert begun.acquire(timeout=10)

    assert not begun.acquire(blocking=False)
    ends.set()
    for thread in one._threads.values():
        thread.join(10)
    assert done == [TASK]
