"""Extensions for tests."""

from __future__ import annotations

from typing import Any

from directory.extensions import Extension
from directory.services import define_extension
from lib.schema import Schema
from lib.schema.definitions import read_definition
from tenants.models import Tenant
from tests.factories import actor

CUSTOM = "urn:okta:acme:1.0:user:custom"


def custom(*attributes: dict[str, Any], urn: str = CUSTOM, name: str = "Acme") -> Schema:
    return read_definition({"urn": urn, "name": name, "attributes": list(attributes)})


def define(tenant: Tenant, *attributes: dict[str, Any], resource: str = "User", **more: str) -> Extension:
    """The tenant in hand knows of it, as that of the next request does."""
    extension = define_extension(tenant, resource, custom(*attributes, **more), by=actor())
    tenant.refresh_from_db()
    return extension


SPOT = [{"name": "floor", "type": "integer"}, {"name": "room"}, {"name": "until", "type": "dateTime"}]
EVERY_TYPE: list[dict[str, Any]] = [
    {"name": "badge", "caseExact": True},
    {"name": "tag"},
    {"name": "level", "type": "integer"},
    {"name": "score", "type": "decimal"},
    {"name": "since", "type": "dateTime"},
    {"name": "site", "type": "reference"},
    {"name": "key", "type": "binary"},
    {"name": "on", "type": "boolean"},
    {"name": "tags", "multiValued": True},
    {"name": "levels", "type": "integer", "multiValued": True},
    {"name": "spot", "type": "complex", "subAttributes": SPOT},
    {"name": "spots", "type": "complex", "multiValued": True, "subAttributes": SPOT},
]
EVERY_RULE: list[dict[str, Any]] = [
    {"name": "once", "mutability": "immutable"},
    {"name": "fixed", "mutability": "readOnly"},
    {"name": "pin", "mutability": "writeOnly"},
    {"name": "note", "returned": "request"},
    {"name": "mark", "returned": "always", "required": True},
    {"name": "memo", "returned": "never"},
    {"name": "card", "uniqueness": "server"},
    {"name": "kind", "canonicalValues": ["CAPEX", "OPEX"]},
]


def schema_of_every_type(urn: str = CUSTOM) -> Schema:
    return custom(*EVERY_TYPE, urn=urn)
