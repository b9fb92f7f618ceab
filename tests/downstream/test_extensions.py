"""A tenant's own attribute goes the whole way: Okta, directory, log, and a column of a target."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from directory.models import User
from downstream.engine import drain
from downstream.models import Replica, State
from tenants.models import Tenant
from tests.downstream.connectors.databases import accounts, create_people, settings, sqlite
from tests.factories import make_target, make_tenant, make_user
from tests.log import log_events
from tests.schemas import CUSTOM, define
from tests.scim.client import body, client_for

PIN = {"name": "pin", "mutability": "writeOnly"}
SPOT = {"name": "spot", "type": "complex", "subAttributes": [{"name": "floor", "type": "integer"}]}


@pytest.fixture
def tenant(db: None) -> Tenant:
    tenant = make_tenant("acme")
    define(tenant, {"name": "badge", "uniqueness": "server"}, PIN, SPOT)
    return tenant


def test_from_okta_to_the_log_and_a_column(tenant: Tenant, tmp_path: Path) -> None:
    with sqlite(tmp_path) as database:
        create_people(database)
        columns = {
            "login": "userName",
            "given": f"{CUSTOM}:pin",
            "number": f"{CUSTOM}:spot.floor",
            "note": f"{CUSTOM}:badge",
        }
        config = settings(database, accounts=accounts(columns=columns))
        target = make_target(tenant, "HR", kind="sql", config=config)
        okta = client_for(tenant)
        sent = {"userName": "ada", CUSTOM: {"badge": "B-77", "pin": "8265", "spot": {"floor": 3}}}
        address = f"/Users/{body(okta.post('/Users', sent))['id']}"

        okta.patch(address, {"op": "replace", "path": f"{CUSTOM}:badge", "value": "B-78"})
        drain(target.id, budget=timedelta(seconds=5))

        rows = database.rows("SELECT login, given, number, note FROM people")
    user = User.objects.get(tenant=tenant)
    change = log_events().get(tenant=tenant, event_type="user.account.update_profile").document["target"][0]
    assert Replica.objects.get(user=user).state == State.SYNCED
    assert user.document[CUSTOM] == {"badge": "B-78", "pin": "8265", "spot": {"floor": 3}}
    assert [change["changeDetails"][side][CUSTOM]["badge"] for side in ("from", "to")] == ["B-77", "B-78"]
    assert "8265" not in json.dumps(change)
    assert rows == [("ada", "8265", 3, "B-78")]


def test_what_a_target_says_of_a_secret_is_blotted_out(tenant: Tenant, tmp_path: Path) -> None:
    with sqlite(tmp_path) as database:
        create_people(database)
        columns = {"login": "userName", "note": {"path": f"{CUSTOM}:pin", "lookup": {"1": "one"}}}
        target = make_target(
            tenant, "HR", kind="sql", config=settings(database, accounts=accounts(columns=columns))
        )
        make_user(tenant, "ada", **{CUSTOM: {"pin": "8265"}})

        drain(target.id, budget=timedelta(seconds=5))

    replica = Replica.objects.get(target=target)
    told = [replica.error, *(attempt.error for attempt in replica.attempts.all())]
    told += [event.body for event in log_events().filter(tenant=tenant)]
    assert "***" in replica.error
    assert "8265" not in str(told)
