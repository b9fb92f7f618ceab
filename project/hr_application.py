"""The demo target of `make run`: a small HR application's database with a rule to refuse people by."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

# The rule: an employee's department, if there is one, is in the table of departments.
TABLES = """
CREATE TABLE departments (name TEXT PRIMARY KEY);
INSERT INTO departments (name)
VALUES ('Engineering'), ('Finance'), ('IT'), ('Marketing'), ('Operations'), ('People'), ('Sales');

CREATE TABLE employees (
    badge INTEGER PRIMARY KEY AUTOINCREMENT,
    login TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (length(login) <= 100),
    first_name TEXT,
    last_name TEXT,
    email TEXT,
    job_title TEXT,
    department TEXT,
    role TEXT,
    active BOOLEAN NOT NULL DEFAULT 1
);
CREATE TRIGGER hired BEFORE INSERT ON employees
WHEN NEW.department NOT IN (SELECT name FROM departments)
BEGIN SELECT RAISE(ABORT, 'the department is not in the table departments'); END;
CREATE TRIGGER moved BEFORE UPDATE OF department ON employees
WHEN NEW.department NOT IN (SELECT name FROM departments)
BEGIN SELECT RAISE(ABORT, 'the department is not in the table departments'); END;

CREATE TABLE roles (code TEXT PRIMARY KEY, title TEXT NOT NULL, about TEXT NOT NULL);
INSERT INTO roles (code, title, about)
VALUES
    ('employee', 'Employee', 'Sees their own file'),
    ('manager', 'Manager', 'Approves the leave of their team'),
    ('hr-admin', 'HR administrator', 'Sees and changes everybody''s file');

CREATE TABLE teams (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE);
CREATE TABLE team_members (
    team INTEGER NOT NULL REFERENCES teams (id),
    employee INTEGER NOT NULL REFERENCES employees (badge),
    PRIMARY KEY (team, employee)
);
"""

EMPLOYEES = {
    "table": "employees",
    "key": "badge",
    "columns": {
        "login": "userName",
        "first_name": "name.givenName",
        "last_name": "name.familyName",
        "email": "emails[primary eq true].value",
        "job_title": "title",
        "department": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        "role": "roles.value",
        "active": {"path": "active", "default": True},
    },
    # Someone who leaves stays on file.
    "on_remove": {"set": {"active": False}},
}
TEAMS = {"table": "teams", "key": "id", "columns": {"name": "displayName"}}
TEAM_MEMBERS = {"table": "team_members", "account": "employee", "group": "team"}
ROLES = {"type": "Role", "table": "roles", "key": "code", "name": "title", "description": "about"}


def create(path: Path) -> None:
    """Make the database, for its owner only; one that is there already is left as it is."""
    if path.exists():
        return
    # Under another name until it is whole: a start that is cut short leaves nothing half-made.
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    with closing(sqlite3.connect(draft)) as connection:
        connection.executescript(f"BEGIN; {TABLES} COMMIT;")
    os.replace(draft, path)


def target_config(path: Path) -> dict[str, Any]:
    """The configuration of a target of kind "sql" that writes there."""
    return {
        "url": f"sqlite:///{path}",
        "accounts": EMPLOYEES,
        "groups": TEAMS,
        "memberships": TEAM_MEMBERS,
        "entitlements": [ROLES],
    }
