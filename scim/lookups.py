"""Users and groups by one column, by a statement that is built once: what clients ask before each change."""

from __future__ import annotations

import uuid
from functools import cache
from typing import Any

from django.db import connection

from directory.errors import no_such
from directory.models import Group, User
from lib.statements import Found, select
from tenants.models import Tenant


def look_up(
    model: type[User | Group],
    tenant: Tenant,
    columns: str,
    by: tuple[str, object],
    *,
    start: int = 0,
    count: int = 1,
) -> Found:
    """The living ones with that value in that field, the oldest first.

    `columns` speak of the row as `r`; `start` counts from 0.
    """
    name, value = by
    field = next(field for field in model._meta.concrete_fields if field.name == name)
    values = [
        Tenant._meta.pk.get_db_prep_value(tenant.pk, connection),
        field.get_db_prep_value(value, connection),
    ]
    return select(_statement(model, columns, name), [*values, count, start])


def row_with_id(model: type[User | Group], tenant: Tenant, columns: str, text: str) -> tuple[Any, ...]:
    """Raises NotFound; what is no UUID names nothing."""
    try:
        (row,) = look_up(model, tenant, columns, ("id", uuid.UUID(text)))
    except ValueError as error:
        raise no_such(model.__name__.lower(), text) from error
    return row


@cache
def _statement(model: type[User | Group], columns: str, name: str) -> str:
    quote = connection.ops.quote_name
    return (
        f"SELECT {columns} FROM {quote(model._meta.db_table)} AS r "  # noqa: S608  # names only
        f"WHERE tenant_id = %s AND {quote(name)} = %s AND deleted_at IS NULL "
        "ORDER BY created_at, id LIMIT %s OFFSET %s"
    )
