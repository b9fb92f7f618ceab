"""What Okta sends arrives in the HR application's database."""

import uuid
from typing import Any

import pytest

from tests.end_to_end.lockstep import Lockstep, eventually

pytestmark = [pytest.mark.end_to_end, pytest.mark.xdist_group("end_to_end")]

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def test_a_new_user_becomes_an_employee(running: Lockstep) -> None:
    login = _login()

    running.send("POST", "Users", _user(login))

    employee = "SELECT first_name, last_name, email, active FROM employees WHERE login = ?"
    assert eventually(lambda: running.rows(employee, login)) == [("Ada", "Lovelace", login, 1)]


def test_an_update_reaches_the_employee(running: Lockstep) -> None:
    login = _login()
    user = running.send("POST", "Users", _user(login))

    running.send(
        "PUT", f"Users/{user['id']}", user | {"name": {"givenName": "Augusta", "familyName": "King"}}
    )

    changed = "SELECT 1 FROM employees WHERE login = ? AND first_name = 'Augusta' AND last_name = 'King'"
    assert eventually(lambda: running.rows(changed, login))


def test_deactivation_and_reactivation_reach_the_employee(running: Lockstep) -> None:
    login = _login()
    user = running.send("POST", "Users", _user(login))
    switch = "SELECT 1 FROM employees WHERE login = ? AND active = ?"

    _set_active(running, user, False)
    assert eventually(lambda: running.rows(switch, login, 0))

    _set_active(running, user, True)
    assert eventually(lambda: running.rows(switch, login, 1))


def test_a_pushed_group_becomes_a_team_with_its_member(running: Lockstep) -> None:
    login, team = _login(), f"Team {uuid.uuid4().hex[:8]}"
    user = running.send("POST", "Users", _user(login))
    group = running.send("POST", "Groups", {"schemas": [GROUP], "displayName": team, "members": []})

    member = {"value": user["id"], "display": login}
    _patch(running, f"Groups/{group['id']}", {"op": "add", "path": "members", "value": [member]})

    logins = """
        SELECT login FROM team_members
        JOIN teams ON teams.id = team JOIN employees ON badge = employee WHERE teams.name = ?
    """
    assert eventually(lambda: running.rows(logins, team)) == [(login,)]


GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"


def _login() -> str:
    return f"{uuid.uuid4().hex}@okta.local"


def _user(login: str) -> dict[str, Any]:
    """As Okta creates users."""
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": login,
        "name": {"givenName": "Ada", "familyName": "Lovelace"},
        "emails": [{"primary": True, "value": login, "type": "work"}],
        "displayName": "Ada Lovelace",
        "locale": "en-US",
        "externalId": f"00u{uuid.uuid4().hex[:17]}",
        "groups": [],
        "password": "1mz050nq",
        "active": True,
    }


def _set_active(running: Lockstep, user: dict[str, Any], active: bool) -> None:
    _patch(running, f"Users/{user['id']}", {"op": "replace", "value": {"active": active}})


def _patch(running: Lockstep, path: str, operation: dict[str, Any]) -> None:
    running.send("PATCH", path, {"schemas": [PATCH], "Operations": [operation]})
