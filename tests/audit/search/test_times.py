"""Moments as the clients of Okta's log write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from audit.search import InvalidSearch, read_time

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T12:00:00.000Z",
        "2026-11-22T12:00:00Z",
        "2026-11-22t12:00:00z",
        "2026-11-22T12:00:00+00:00",
        "2026-11-22T12:00:00 00:00",
        "2026-11-22T12:00:00.000000000+00:00",
        "2026-11-22T13:30:00+01:30",
        "2026-11-22T07:00:00-0500",
        "2026-11-22T12:00",
        " 2026-11-22T12:00:00 ",
        "2026-11-22 12:00:00",
    ],
)
def test_every_spelling_is_the_same_moment(text: str) -> None:
    assert read_time(text, "since") == NOON


def test_nine_decimals_are_read_as_far_as_a_moment_goes() -> None:
    moment = read_time("2026-11-22T12:00:00.123456789Z", "since")

    assert moment == NOON.replace(microsecond=123456)


def test_a_day_is_its_beginning_in_utc() -> None:
    assert read_time("2026-11-22", "since") == NOON.replace(hour=0)


@pytest.mark.parametrize("text", ["", "  "])
def test_a_blank_is_as_good_as_absent(text: str) -> None:
    assert read_time(text, "since") is None


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "2026-02-30",
        "2026-13-01",
        "2026-11-22T25:00:00Z",
        "2026-11-22T12:00:00+25:00",
        "0000-01-01",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "1764000000",
        "2026-11-22T12:00:00.Z",
        "2026-11-22T12:00:00Z\n; DROP",
        "٢٠٢٦-11-22",
        "x" * 10_000,
    ],
)
def test_what_is_no_date_is_named_with_its_parameter(text: str) -> None:
    with pytest.raises(InvalidSearch) as caught:
        read_time(text, "until")

    (problem,) = caught.value.problems
    assert problem.parameter == "until"
    assert len(problem.message) < 200
