"""The supervisor's parts: lines of output, and starting again what ends."""

import selectors
import signal
import sys
import time
from itertools import pairwise

import pytest

from project.supervisor import LONGEST_DELAY, Child, Output, relay, stop


def test_output_is_printed_in_whole_lines_under_the_childs_name(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output("web")

    output.take(b"one\ntw")
    output.take(b"o\nend")
    output.take(b"")

    assert capsys.readouterr().out == "   web | one\n   web | two\n   web | end\n"


def test_output_that_is_no_utf8_is_printed_all_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    Output("web").take(b"caf\xe9\n")

    assert capsys.readouterr().out == "   web | caf\N{REPLACEMENT CHARACTER}\n"


@pytest.mark.slow
def test_a_child_that_ends_is_started_again_after_a_delay_that_doubles() -> None:
    with selectors.DefaultSelector() as selector:
        child = Child("web", [sys.executable, "-c", ""], selector, delay=0.1)

        starts = _starts_within(child, seconds=2.5)
        stop([child], selector, seconds=5)

    gaps = [later - earlier for earlier, later in pairwise(starts)]
    assert len(gaps) >= 2
    assert gaps[0] >= 0.1
    assert gaps[1] >= 0.2
    assert 0.4 <= child.delay <= LONGEST_DELAY


def test_stopping_kills_a_child_that_does_not_listen() -> None:
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); signal.pause()"
    with selectors.DefaultSelector() as selector:
        child = Child("web", [sys.executable, "-c", deaf], selector)
        child.tend()
        relay(selector, 10)

        stop([child], selector, seconds=0.5)

    assert child.process is not None
    assert child.process.returncode == -signal.SIGKILL


def _starts_within(child: Child, *, seconds: float) -> list[float]:
    starts: list[float] = []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        child.tend()
        if child.process is not None and child.started_at not in starts:
            starts.append(child.started_at)
        time.sleep(0.01)
    return starts
