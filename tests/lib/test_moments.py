"""How a moment is written."""

from datetime import UTC, datetime

import pytest

from lib.moments import utc_text


@pytest.mark.parametrize(
    ("microsecond", "text"),
    [
        (0, "2026-05-01T12:00:00.000Z"),
        (7_000, "2026-05-01T12:00:00.007Z"),
        (999_999, "2026-05-01T12:00:00.999Z"),
    ],
)
def test_a_moment_has_three_decimals_and_is_never_rounded_up(microsecond: int, text: str) -> None:
    assert utc_text(datetime(2026, 5, 1, 12, 0, 0, microsecond, tzinfo=UTC)) == text
