"""Secrets are planted in what is said of users; none is in an event, a log line or an error page."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from downstream.connectors import memory
from downstream.engine import drain
from downstream.errors import BadData, Transient
from tests.factories import make_operator, make_target, user_document
from tests.log import log_events
from tests.schemas import CUSTOM, define
from tests.scim.client import ScimClient
from tests.sweeps.secrets.planting import SECRET, Watched
from tests.sweeps.world import World


def test_what_people_may_not_read_of_a_user(world: World, okta: ScimClient, watched: Watched) -> None:
    hidden = {"password": SECRET, CUSTOM: {"pin": SECRET, "memo": "one"}}
    seen = [
        okta.post("/Users", user_document("grace", **hidden)),
        okta.post("/Users", user_document("joan", **hidden)),
        okta.post("/Users", user_document("GRACE", **hidden)),
        okta.put(f"/Users/{world.user.id}", user_document("ada", **{"password": SECRET})),
        okta.put(f"/Users/{world.user.id}", user_document("ada", **{CUSTOM: {"memo": SECRET}})),
        okta.put(f"/Users/{world.user.id}", user_document("ada", **{CUSTOM: {"level": SECRET}})),
        okta.put(f"/Users/{world.user.id}", user_document("ada", **{CUSTOM: {"pin": [SECRET]}})),
        okta.put(f"/Users/{world.user.id}", user_document("ada", password=[SECRET])),
        okta.put(f"/Users/{world.user.id}", user_document("ada", password={"value": SECRET})),
    ]
    for value in (SECRET, [SECRET], {"value": SECRET}, [[SECRET]]):
        for path in ("password", f"{CUSTOM}:pin", f"{CUSTOM}:memo", f"{CUSTOM}:level"):
            change = {"op": "replace", "path": path, "value": value}
            seen.append(okta.patch(f"/Users/{world.user.id}", change))
        seen.append(okta.patch(f"/Users/{world.user.id}", {"op": "add", "value": {"password": value}}))
    for answer in seen:
        watched.see(answer)

    assert {answer.status_code for answer in seen} >= {200, 201, 400, 409}
    assert watched.found() == []


@pytest.mark.parametrize(
    "body",
    [
        f'{{"userName": "x", "password": "{SECRET}"'.encode(),
        f'{{"userName": "x", "password": {SECRET}}}'.encode(),
        f'"{SECRET}"'.encode(),
        f'[{{"password": "{SECRET}"}}]'.encode(),
        f'{{"password": "{SECRET}", "password": "{SECRET}"}}'.encode(),
        f'{{"password": "{SECRET}\xff"}}'.encode("latin-1"),
        f'{{"schemas": [], "password": "{SECRET}"}}'.encode(),
        f'{{"userName": {{"password": "{SECRET}"}}}}'.encode(),
    ],
)
def test_a_body_that_is_not_understood(world: World, okta: ScimClient, watched: Watched, body: bytes) -> None:
    for method, path in (("POST", "/Users"), ("PUT", f"/Users/{world.user.id}"), ("POST", "/Bulk")):
        watched.see_error(okta.send(method, path, body))

    assert watched.found() == []


def test_what_is_sent_in_many_operations(world: World, okta: ScimClient, watched: Watched) -> None:
    bad = user_document("grace", password=SECRET, emails=7)
    operations = [
        {"method": "POST", "path": "/Users", "bulkId": "a", "data": bad},
        {"method": "PUT", "path": f"/Users/{world.user.id}", "data": {"password": SECRET}},
        {"method": "PATCH", "path": f"/Users/{world.user.id}", "data": {"password": SECRET}},
    ]
    schemas = ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"]

    watched.see(okta.post("/Bulk", {"schemas": schemas, "Operations": operations}))

    assert watched.found() == []


@pytest.mark.parametrize("error", [BadData, Transient, RuntimeError])
def test_a_target_that_repeats_what_it_was_told(
    world: World, okta: ScimClient, watched: Watched, error: Callable[[str], Exception]
) -> None:
    okta.post("/Users", user_document("grace", **{CUSTOM: {"pin": SECRET}}))
    memory.store(world.target.name).errors.extend(error(f"pin {SECRET} is weak") for _ in range(3))

    world.deliver()

    assert log_events().about_target(world.target.id).exclude(user_id=None).exists()
    assert watched.found() == []


def test_a_value_that_is_overridden_and_hidden(world: World, watched: Watched, tmp_path: Path) -> None:
    define(world.tenant, {"name": "pin", "mutability": "writeOnly"})
    database = tmp_path / "hr.sqlite3"
    with closing(sqlite3.connect(database)) as hr:
        hr.execute("CREATE TABLE people (id INTEGER PRIMARY KEY, login TEXT, pin TEXT)")
    columns = {"login": "userName", "pin": f"{CUSTOM}:pin"}
    accounts = {"table": "people", "key": "id", "columns": columns}
    target = make_target(world.tenant, "SQL", "sql", {"url": f"sqlite:///{database}", "accounts": accounts})
    replica = target.replicas.get(user=world.user)
    client = Client()
    client.force_login(make_operator(world.tenant).user)

    for reason in ("It is so.", ""):
        asked = {"field": "pin", "value": SECRET, "reason": reason}
        client.post(reverse("make-override", args=[replica.id]), asked)
    drain(target.id, budget=timedelta(seconds=10))
    watched.see(client.get(reverse("preview", args=[replica.id])))

    with closing(sqlite3.connect(database)) as hr:
        assert hr.execute("SELECT pin FROM people").fetchall() == [(SECRET,)]
    assert log_events().filter(event_type="connector.override.create").count() == 1
    assert watched.found() == []
