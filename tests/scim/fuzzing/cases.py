"""How many cases are made up: some hundreds in every run, thousands with LOCKSTEP_FUZZ=thousands."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_TIMES = {"": 1, "thousands": 40}


def cases(usual: int) -> settings:
    """A busy machine is no failure, and fixtures that all cases share are meant to be shared."""
    return settings(
        max_examples=usual * _TIMES[os.environ.get("LOCKSTEP_FUZZ", "")],
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
