"""Traces tell where and what, and no values."""

from __future__ import annotations

import logging
import sys

from lib.traces import LineFormatter, trace_without_messages

FAILING = 'null value in column "x"\nDETAIL:  Failing row contains (1, hunter2).\nCONTEXT:  hunter2'


def broken() -> None:
    try:
        raise KeyError("hunter1")
    except KeyError as error:
        raise ValueError(FAILING) from error


def test_a_trace_without_messages_names_each_error_and_its_place() -> None:
    try:
        broken()
    except ValueError as error:
        told = trace_without_messages(error)

    assert "hunter" not in told.replace('raise KeyError("hunter1")', "")
    assert told.index("builtins.KeyError") < told.index("which led to:") < told.index("builtins.ValueError")
    assert "in broken" in told


def test_a_line_of_the_log_leaves_out_what_a_database_tells_of_a_row() -> None:
    try:
        broken()
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "x", 1, "It broke.", None, sys.exc_info())

    line = LineFormatter("{levelname} {message}", style="{").format(record)

    assert "hunter2" not in line
    assert 'null value in column "x"' in line
    assert "DETAIL: (left out)" in line
