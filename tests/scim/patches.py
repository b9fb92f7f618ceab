"""A user to patch, the operations to patch it with, and what comes of it."""

from copy import deepcopy
from typing import Any

import pytest

from lib.documents import Document
from lib.schema import USER_RESOURCE
from scim.patch import PatchError, apply

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
CUSTOM = "urn:okta:app:1.0:user:custom"
WORK = {"type": "work", "value": "w@x", "primary": True}
HOME = {"type": "home", "value": "h@x"}


def make_document(**attributes: Any) -> Document:
    return {"schemas": [CORE], "userName": "ada", **deepcopy(attributes)}


def patched(document: Document, *operations: dict[str, Any]) -> Document:
    return apply(document, list(operations), USER_RESOURCE, resource_id="u1")


def refused(document: Document, *operations: object) -> str:
    with pytest.raises(PatchError) as caught:
        apply(document, list(operations), USER_RESOURCE, resource_id="u1")
    assert str(caught.value)
    return caught.value.scim_type


def set_to(value: Any, path: str | None = None, op: str = "replace") -> dict[str, Any]:
    return {"op": op, "value": value} | ({"path": path} if path is not None else {})
