"""What a target calls the attributes of its accounts, and which of them hold what nobody may read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from directory.schemas import schema_of
from downstream.connectors.base import AnyConnector, Field, Fields
from downstream.work import Work, secrets_of
from lib.schema import ResourceSchema

HIDDEN = "•••"


def hidden_fields(fields: Iterable[Field], schema: ResourceSchema) -> frozenset[str]:
    """The names of those that are made of what nobody may read."""
    hidden = tuple(f"{found.urn}:{attribute.name}".lower() for found, attribute in schema.hidden)
    return frozenset(
        field.name for field in fields if any(path.lower().startswith(hidden) for path in field.paths)
    )


class Veil:
    """Puts a mark in the place of values that nobody may read, of one piece of work."""

    def __init__(self, work: Work, connector: AnyConnector) -> None:
        schema = schema_of(work.replica.target.tenant, work.kind)
        self._names = hidden_fields(connector.fields(work.kind), schema)
        self._secrets = secrets_of(work)

    def __call__(self, name: str, value: Any) -> Any:
        if value is None:
            return None
        told = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        return HIDDEN if name in self._names or any(secret in told for secret in self._secrets) else value


def is_same(one: Any, other: Any) -> bool:
    """Whether a target that knows no types, or only some, has the value already."""
    if one is None or other is None or isinstance(one, bool) or isinstance(other, bool):
        return bool(one == other)
    return bool(one == other or str(one) == str(other))


def names_of(there: Fields | None, wanted: Mapping[str, Any] | None) -> list[str]:
    """Of both, by name: a database does not keep the order in which a configuration was written."""
    return sorted({*(wanted or {}), *(there or {})})
