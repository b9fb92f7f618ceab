"""What every form asks of a LogEvent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from ipaddress import ip_address
from typing import Any

PRODUCT = "Lockstep"
VENDOR = "Lockstep"
VERSION = "0.1.0"


def subject_of(event: Mapping[str, Any], kind: str) -> Mapping[str, Any] | None:
    """The first of the event's targets that is of this type."""
    targets = event["target"] or []
    return next((target for target in targets if target["type"] == kind), None)


def milliseconds(event: Mapping[str, Any]) -> int:
    """Since 1970, when it was published."""
    return round(datetime.fromisoformat(event["published"]).timestamp() * 1000)


def user_agent(event: Mapping[str, Any]) -> str | None:
    agent = (event["client"] or {}).get("userAgent") or {}
    found: str | None = agent.get("rawUserAgent")
    return found


def address(event: Mapping[str, Any]) -> str | None:
    """Where the request came from; None where that is not known, or not any more."""
    found = (event["client"] or {}).get("ipAddress") or ""
    try:
        return str(ip_address(found))
    except ValueError:
        return None


def known(text: str | None) -> str | None:
    """None for what Okta writes where there is nothing to tell."""
    return None if text in (None, "", "unknown") else text
