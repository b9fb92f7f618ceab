"""Where a target is, and whether it answers, in words for a page."""

from __future__ import annotations

from dataclasses import dataclass

from downstream.connectors import InvalidConfig, open_connector
from downstream.errors import DeliveryError
from downstream.models import Target
from downstream.services import check_target


@dataclass(frozen=True)
class Test:
    """What "Test connection" found."""

    passed: bool
    sentence: str


def address_of(target: Target) -> str:
    """Without secrets; a configuration that can't be used says so."""
    try:
        connector = open_connector(target.kind, target.settings, time_limit=target.time_limit)
    except InvalidConfig as error:
        return str(error)
    try:
        return connector.address
    finally:
        connector.close()


def tested(target: Target) -> Test:
    try:
        check_target(target)
    except (DeliveryError, InvalidConfig) as error:
        return Test(passed=False, sentence=str(error))
    return Test(passed=True, sentence=f"{target.name} answers and can be written to.")
