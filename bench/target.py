"""The downstream system of the bench: one table of accounts, on SQLite or PostgreSQL."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

_ACCOUNTS = sa.Table(
    "accounts",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("login", sa.Text, nullable=False, unique=True),
    sa.Column("first_name", sa.Text),
    sa.Column("last_name", sa.Text),
    sa.Column("email", sa.Text),
    sa.Column("active", sa.Boolean),
)


def create(url: str) -> sa.Engine:
    """Make the table; the engine is how the bench looks into it."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    _ACCOUNTS.metadata.create_all(engine)
    return engine


def config(url: str) -> dict[str, Any]:
    """The configuration of a target of kind "sql" that writes there."""
    columns = {
        "login": "userName",
        "first_name": "name.givenName",
        "last_name": "name.familyName",
        "email": "emails[primary eq true].value",
        "active": {"path": "active", "default": True},
    }
    return {"url": url, "accounts": {"table": "accounts", "key": "id", "columns": columns}}


def logins(connection: sa.Connection) -> set[str]:
    return set(connection.scalars(sa.select(_ACCOUNTS.c.login)))


def count(connection: sa.Connection) -> int:
    found: int = connection.scalars(sa.select(sa.func.count()).select_from(_ACCOUNTS)).one()
    return found
