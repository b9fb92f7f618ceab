"""Documents for the tests of connectors: plain factories with defaults."""

import uuid
from typing import Any

from downstream.connectors.base import AnyConnector
from lib.documents import Document


def user(user_name: str, **attributes: Any) -> Document:
    """A user as a connector gets it."""
    return {
        "id": str(uuid.uuid4()),
        "meta": {"resourceType": "User"},
        "userName": user_name,
        "active": True,
        **attributes,
    }


def group(display_name: str, members: list[str] | None = None) -> Document:
    """A group as a connector gets it; `members` are ids in the target."""
    return {
        "id": str(uuid.uuid4()),
        "meta": {"resourceType": "Group"},
        "displayName": display_name,
        "members": [{"value": member} for member in members or []],
    }


def put(connector: AnyConnector, document: Document, remote_id: str | None) -> str:
    """The id over there of what was put."""
    return connector.put(document, remote_id).remote_id
