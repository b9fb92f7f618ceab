"""Overrides and previews of a SQL target: a column whose mapping fails is put right."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from downstream.connectors.base import AnyConnector
from downstream.engine import drain
from downstream.errors import BadData
from downstream.models import Replica, State, Target
from downstream.overrides import override
from downstream.previews import Outlook, preview
from downstream.refusals import Refusal
from downstream.services import add_target
from tests.downstream.connectors.databases import EMPLOYEE_NUMBER, Database, OpenSql, accounts, settings
from tests.downstream.connectors.documents import user
from tests.factories import actor, make_tenant, make_user

LOOKUP = {"path": "title", "lookup": {"Dr": "doctor"}}


def _config(people: Database) -> dict[str, Any]:
    columns = {"login": "userName", "given": "name.givenName", "note": LOOKUP, "number": EMPLOYEE_NUMBER}
    return settings(people, accounts=accounts(columns=columns))


def _parked(people: Database, **attributes: Any) -> Replica:
    tenant = make_tenant()
    target = add_target(tenant, name="HR", kind="sql", config=_config(people), by=actor())
    make_user(tenant, "ada", **attributes)
    _deliver(target)
    return Replica.objects.select_related("target__tenant", "user", "group").get(target=target)


def _deliver(target: Target) -> None:
    drain(target.id, budget=timedelta(seconds=20))


def _fix(replica: Replica, field: str, value: Any) -> None:
    override(replica, field, value, reason="As HR has it", expires_at=None, by=actor())


def test_a_column_whose_mapping_fails_may_be_overridden(people: Database, open_sql: OpenSql) -> None:
    connector: AnyConnector = open_sql(_config(people))
    ada = user("ada", name={"givenName": "Ada"}, title="Countess")
    with pytest.raises(BadData) as failed:
        connector.render(ada)

    connector.put(ada, None, overrides={"note": "countess"})

    assert failed.value.attribute == "note"
    assert people.rows("SELECT login, note FROM people") == [("ada", "countess")]


@pytest.mark.django_db
def test_fix_and_replay_of_a_value_that_the_mapping_does_not_know(people: Database) -> None:
    replica = _parked(people, title="Countess")
    seen = preview(replica)

    _fix(replica, replica.error_attribute, "countess")
    _deliver(replica.target)

    assert (replica.state, replica.error_attribute) == (State.PARKED, "note")
    assert (seen.outlook, seen.attribute) == (Outlook.FAIL, "note")
    assert people.rows("SELECT login, note FROM people") == [("ada", "countess")]
    replica.refresh_from_db()
    assert replica.state == State.SYNCED


@pytest.mark.django_db
def test_a_preview_has_each_column(people: Database) -> None:
    replica = _parked(people, title="Dr")
    people.run("UPDATE people SET note = 'changed over there'")

    seen = preview(replica)

    assert seen.outlook == Outlook.UPDATE
    assert [(line.field, line.there, line.wanted) for line in seen.changes] == [
        ("note", "changed over there", "doctor")
    ]
    assert [line.field for line in seen.lines] == ["given", "login", "note", "number"]


@pytest.mark.django_db
def test_a_value_that_the_column_can_not_hold_is_refused_at_once(people: Database) -> None:
    replica = _parked(people, title="Dr")

    with pytest.raises(Refusal, match='"number" is of type INTEGER'):
        _fix(replica, "number", "many")
    with pytest.raises(Refusal, match="login identifies the account"):
        _fix(replica, "login", "eve")
    _fix(replica, "number", "42")
    _deliver(replica.target)

    assert people.rows("SELECT number FROM people") == [(42,)]
