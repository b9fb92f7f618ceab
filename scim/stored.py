"""Users as the database has them, written into an answer without being read: half the cost of a page."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.db.models import TextField
from django.db.models.functions import Cast
from django.http import HttpRequest

from directory.documents import meta_of
from directory.models import User
from lib.statements import Field, reader_of
from scim.hooks import address
from scim.references import groups_in, groups_mark, shown_groups, with_groups


class Stored(NamedTuple):
    """`text` is the document, `read_groups` what `groups_in` gives."""

    id: uuid.UUID
    version: int
    created_at: datetime
    modified_at: datetime
    text: str
    read_groups: str


def stored_columns() -> str:
    """For a statement that calls the user `r`; `stored_of` reads them."""
    return f"r.id, r.version, r.created_at, r.modified_at, r.document, {groups_in('r')}"


def stored_of(values: Sequence[Any]) -> Stored:
    """From what the driver gives."""
    return Stored(*(reader(value) for reader, value in zip(_readers(), values[:4], strict=True)), *values[4:])


@cache
def _readers() -> tuple[Any, ...]:
    fields: list[Field] = [User._meta.get_field(name) for name in Stored._fields[:4]]  # type: ignore[misc]
    return tuple(reader_of(field) for field in fields)


def as_stored(users: Any) -> Any:
    """The same of a queryset, with the `sort_key` if the list has one."""
    more = [name for name in ("sort_key",) if name in users.query.annotations]
    found = with_groups(users).annotate(text=Cast("document", TextField()))
    return found.values_list(*Stored._fields, *more, named=True)


def stored_texts(users: Sequence[Stored], request: HttpRequest) -> list[str]:
    """Each whole user as a JSON object."""
    location, groups = address("scim:users", request), address("scim:groups", request)
    return [_text(user, f"{location}/{user.id}", groups) for user in users]


def _text(user: Stored, location: str, groups: str) -> str:
    mark = groups_mark(user.read_groups)
    meta = meta_of("User", user.version, user.created_at, user.modified_at, mark)
    made: dict[str, Any] = {"id": str(user.id), "meta": {**meta, "location": location}}
    if shown := shown_groups(user.read_groups, groups):
        made["groups"] = shown
    return f"{user.text[:-1]}, {json.dumps(made)[1:]}"
