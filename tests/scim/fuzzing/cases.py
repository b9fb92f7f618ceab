"""How many cases are made up: the same some hundreds in every run, thousands of new ones with
LOCKSTEP_FUZZ=thousands."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_TIMES = {"": 1, "thousands": 40}


def cases(usual: int) -> settings:
    """A busy machine is no failure, and fixtures that all cases share are meant to be shared."""
    wanted = os.environ.get("LOCKSTEP_FUZZ", "")
    return settings(
        max_examples=usual * _TIMES[wanted],
        # What is found by chance belongs into a search, not into whether somebody's change passes.
        derandomize=not wanted,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
