"""The target: tables of a PostgreSQL database, which refuse a second account of the same login."""

from __future__ import annotations

from typing import Any

import psycopg

TABLES = """
CREATE TABLE accounts (
    id serial PRIMARY KEY, login text NOT NULL UNIQUE, scim_id text, title text, active boolean NOT NULL
);
CREATE TABLE teams (id serial PRIMARY KEY, name text NOT NULL UNIQUE, scim_id text);
CREATE TABLE members (
    team integer NOT NULL REFERENCES teams (id),
    account integer NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (team, account)
);
"""
Held = dict[str, dict[str, Any]]


def config(url: str) -> dict[str, Any]:
    """Of a target of kind `sql` that writes there."""
    return {
        "url": url.replace("postgresql:", "postgresql+psycopg:", 1),
        "accounts": {
            "table": "accounts",
            "key": "id",
            "columns": {"login": "userName", "scim_id": "id", "title": "title", "active": "active"},
        },
        "groups": {"table": "teams", "key": "id", "columns": {"name": "displayName", "scim_id": "id"}},
        "memberships": {"table": "members", "account": "account", "group": "team"},
    }


def recorded(url: str) -> tuple[Held, Held, list[str]]:
    """Users and groups by their id in Lockstep, and the ids that are there more than once."""
    with psycopg.connect(url) as connection:
        accounts = connection.execute("SELECT scim_id, login, title, active FROM accounts").fetchall()
        teams = connection.execute(
            "SELECT scim_id, name, ARRAY(SELECT a.scim_id FROM members m JOIN accounts a ON a.id = m.account "
            "WHERE m.team = t.id ORDER BY 1) FROM teams t"
        ).fetchall()
    users: Held = {key: {"userName": name, "title": title, "active": on} for key, name, title, on in accounts}
    groups: Held = {key: {"displayName": name, "members": members} for key, name, members in teams}
    ids = [row[0] for row in [*accounts, *teams]]
    return users, groups, sorted({str(key) for key in ids if ids.count(key) > 1})
