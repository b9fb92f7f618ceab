"""Statements end in time, on both databases, and the connection is as good as before."""

from __future__ import annotations

import time

import pytest
from django.db import OperationalError, connection

from lib.deadlines import TookTooLong, time_limit

pytestmark = pytest.mark.django_db

COUNTING = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT max(i) FROM n"
# Minutes of work on any machine.
ENDLESS = 2_000_000_000


def count(end: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(COUNTING.format(end))
        number: int = cursor.fetchone()[0]
        return number


def test_a_statement_that_takes_too_long_is_broken_off() -> None:
    started = time.monotonic()

    with pytest.raises(TookTooLong), time_limit(0.2):
        count(ENDLESS)

    assert time.monotonic() - started < 20
    assert count(1) == 1


def test_what_is_quick_is_not_disturbed_and_the_limit_ends_with_it() -> None:
    with time_limit(5):
        assert count(10) == 10
    with time_limit(0.2):
        assert count(1) == 1
    time.sleep(0.25)

    assert count(1_000_000) == 1_000_000


def test_other_errors_stay_what_they_are() -> None:
    with pytest.raises(OperationalError), time_limit(60):
        raise OperationalError("the server is gone")
