"""Reading what the log says of a resource."""

from __future__ import annotations

from typing import Any

from directory.models import Group, User
from tests.log import log_events


def events_of(resource: User | Group) -> list[dict[str, Any]]:
    """The LogEvents about it, oldest first."""
    about = {"user_id": resource.id} if isinstance(resource, User) else {"group_id": resource.id}
    return [event.document for event in log_events().filter(**about).order_by("id")]


def types_of(resource: User | Group) -> list[str]:
    return [event["eventType"] for event in events_of(resource)]


def last_change(resource: User | Group) -> dict[str, Any]:
    """`changeDetails` of the newest event about it."""
    subjects = events_of(resource)[-1]["target"]
    details: dict[str, Any] = next(one["changeDetails"] for one in subjects if one["id"] == str(resource.id))
    return details
