"""Where a target is, and whether it answers, in words for a page."""

from __future__ import annotations

from dataclasses import dataclass

from downstream import services
from downstream.errors import DeliveryError
from downstream.models import Target


@dataclass(frozen=True)
class Test:
    """What "Test connection" found."""

    passed: bool
    sentence: str


def address_of(target: Target) -> str:
    """Without secrets; a configuration that can't be used says so."""
    try:
        return services.address_of(target)
    except DeliveryError as error:
        return str(error)


def tested(target: Target) -> Test:
    try:
        services.check_target(target)
    except DeliveryError as error:
        return Test(passed=False, sentence=str(error))
    return Test(passed=True, sentence=f"{target.name} answers and can be written to.")
