"""Secrets are planted wherever somebody may put one; none is in an event, a log line or an error page."""

from __future__ import annotations

import base64
import json
import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DataError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from audit.models import Event
from downstream.connectors import memory
from downstream.engine import drain
from downstream.errors import BadData, Transient
from tenants.guessing import TRIES
from tenants.models import Role, Scope, Tenant
from tenants.services import revoke_credential
from tests.dashboard.test_target_settings import sent
from tests.factories import actor, make_credential, make_operator, make_target, user_document
from tests.log import log_events
from tests.schemas import CUSTOM, define
from tests.scim.client import ScimClient, client_for
from tests.sweeps.world import World

SECRET = "hunter2-Zq7"
SQL: dict[str, Any] = {
    "url": f"sqlite:////nowhere/hr.sqlite3?password={SECRET}",
    "accounts": {"table": "people", "key": "id", "columns": {"login": "userName"}},
}
BROKEN = ("directory_user", "downstream_replica", "audit_event")
HOOK = {"url": f"https://hooks.example.com/events?token={SECRET}"}


class Watched:
    """Every answer that is an error, and every line of the server's log."""

    def __init__(self, lines: pytest.LogCaptureFixture) -> None:
        self.lines = lines
        self.texts: list[str] = []

    def see(self, answer: Any) -> Any:
        """An answer in which the secret has no business."""
        self.texts.append(answer.content.decode(errors="replace") + str(dict(answer.headers)))
        return answer

    def see_error(self, answer: Any) -> Any:
        assert answer.status_code >= 400, answer.content
        return self.see(answer)

    def found(self) -> list[str]:
        events = [row.body + row.blocks + str(getattr(row, "search", "")) for row in log_events()]
        texts = [*self.texts, self.lines.text, *events]
        encoded = base64.b64encode(SECRET.encode()).decode().rstrip("=")[:12]
        return [text for text in texts if SECRET in text or SECRET.casefold() in text or encoded in text]


@pytest.fixture
def watched(caplog: pytest.LogCaptureFixture) -> Iterator[Watched]:
    caplog.set_level(logging.DEBUG)
    # It is silent at these levels where it runs: see LOGGING.
    for name in ("django_scim", "django.db.backends", "celery", "kombu", "asyncio"):
        caplog.set_level(logging.WARNING, logger=name)
    yield Watched(caplog)


@pytest.fixture
def okta(world: World) -> ScimClient:
    define(
        world.tenant,
        {"name": "pin", "mutability": "writeOnly"},
        {"name": "memo", "returned": "never", "canonicalValues": ["one", "two"]},
        {"name": "level", "type": "integer", "returned": "never"},
    )
    return client_for(world.tenant)


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


@pytest.mark.parametrize(
    "header",
    [
        f"Bearer {SECRET}",
        f"{SECRET}",
        f"{SECRET} {SECRET}",
        f"SSWS{SECRET}",
        f"Basic {SECRET}",
        "Basic " + base64.b64encode(f"me:{SECRET}".encode()).decode(),
        "Basic " + base64.b64encode(SECRET.encode()).decode(),
        f"Digest {SECRET}",
        f"Token token={SECRET}",
    ],
)
def test_a_credential_in_the_wrong_place(world: World, watched: Watched, header: str) -> None:
    Tenant.objects.exclude(id=world.tenant.id).delete()
    for address in ("/scim/v2/Users", "/api/v1/targets", "/api/v1/logs", "/scim/v2/nothing"):
        watched.see_error(Client().get(address, headers={"Authorization": header}))

    assert log_events().filter(event_type="security.request.blocked").exists()
    assert watched.found() == []


def test_a_token_that_was_good(world: World, watched: Watched) -> None:
    issued = make_credential(world.tenant)
    ScimClient(f"Bearer {issued.token}").post("/Users", user_document("grace"))
    revoke_credential(issued.credential, by=actor())
    watched.see_error(ScimClient(f"Bearer {issued.token}").get("/Users"))

    texts = [*watched.texts, watched.lines.text, *(event.body for event in log_events())]
    assert not [text for text in texts if issued.token in text or issued.credential.digest in text]


@pytest.mark.parametrize(
    "address", ["/scim/v2/Users", "/scim/v2/Nothing", "/api/v1/nothing", "/nothing", "/log"]
)
def test_a_query_string(world: World, okta: ScimClient, watched: Watched, address: str) -> None:
    query = f"?access_token={SECRET}&password={SECRET}"
    client = Client()
    client.force_login(make_operator(world.tenant).user)
    for method in ("post", "delete"):
        watched.see(getattr(client, method)(address + query, headers=okta.headers))

    assert watched.found() == []


def test_signing_in(client: Client, world: World, watched: Watched) -> None:
    make_operator(world.tenant, Role.ADMIN, "grace")
    for address in (reverse("sign-in"), reverse("admin:login")):
        for _ in range(TRIES + 1):
            watched.see(client.post(address, {"username": "grace", "password": SECRET}))
    # The name that stands in the form again is what was typed there.
    client.post(reverse("sign-in"), {"username": SECRET, "password": "x"})

    assert watched.found() == []


def test_settings_of_a_target(client: Client, world: World, watched: Watched) -> None:
    client.force_login(make_operator(world.tenant).user)
    manager = {"Authorization": f"Bearer {make_credential(world.tenant, scope=Scope.MANAGE).token}"}
    sql = make_target(world.tenant, "SQL", "sql", SQL)
    hook = make_target(world.tenant, "Hook", "webhook", HOOK)
    watched.see(client.get(reverse("target", args=[sql.id])))
    for target, config in ((sql, SQL), (hook, HOOK)):
        for changed in (
            {**config, "unknown": SECRET},
            {**config, "url": [SECRET]},
            {**config, "url": SECRET},
        ):
            body = json.dumps({"config": changed})
            watched.see_error(
                client.patch(
                    f"/api/v1/targets/{target.id}", body, content_type="application/json", headers=manager
                )
            )
        renamed = {**config, "url": config["url"].replace("nowhere", "elsewhere") + "2"}
        secrets = {"secret_url": renamed["url"]} if target == sql else {}
        public = {name: value for name, value in renamed.items() if name not in ("url",)}
        config_text = json.dumps(public if target == sql else renamed)
        client.post(reverse("change-target", args=[target.id]), sent(target, config=config_text, **secrets))
        watched.see(client.post(reverse("check-target", args=[target.id]), headers={"HX-Request": "true"}))
    client.post(reverse("rotate-secret", args=[hook.id]), {"keep_hours": 1})

    hook.refresh_from_db()
    told = [event.body for event in log_events()]
    assert watched.found() == []
    assert not [text for text in told if hook.settings["secret"] in text]
    assert Event.objects.filter(event_type="application.lifecycle.update").count() >= 2


def test_addresses_of_alert_channels(client: Client, world: World, watched: Watched) -> None:
    client.force_login(make_operator(world.tenant).user)
    address = f"https://hooks.example.com/services/{SECRET}"
    client.post(reverse("add-channel"), {"kind": "webhook", "address": address})
    channel = world.tenant.alert_channels.get()
    client.post(reverse("test-channel", args=[channel.id]))
    client.post(reverse("change-channel", args=[channel.id]), {"address": f"{address}2"})
    client.post(reverse("remove-channel", args=[channel.id]))

    assert watched.found() == []


STREAMS: dict[str, dict[str, Any]] = {
    "webhook": {"url": f"https://siem.example.com/?token={SECRET}"},
    "splunk": {"url": "https://siem.example.com/services/collector", "token": SECRET},
}


@pytest.mark.parametrize("kind", STREAMS)
def test_settings_of_a_stream(world: World, watched: Watched, client: Client, kind: str) -> None:
    token = make_credential(world.tenant, scope=Scope.MANAGE).token
    config, path = STREAMS[kind], "/api/v1/log-streams"

    def send(method: str, path: str, body: dict[str, Any]) -> HttpResponse:
        told = {"content_type": "application/json", "headers": {"Authorization": f"Bearer {token}"}}
        return client.generic(method, path, json.dumps(body), **told)  # type: ignore[return-value, arg-type]

    made = send("POST", path, {"name": "SIEM", "kind": kind, "config": config})
    assert made.status_code == 201, made.content
    one = f"{path}/{world.tenant.log_streams.get().id}"
    send("PATCH", one, {"config": {**config, "url": f"{config['url']}2"}})
    send("POST", f"{one}/test", {})
    for wrong in ({**config, "unknown": SECRET}, {**config, "url": [SECRET]}, {**config, "url": SECRET}):
        watched.see_error(send("PATCH", one, {"config": wrong}))
    send("DELETE", one, {})

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


@pytest.mark.parametrize("address", ["/scim/v2/Users", "/api/v1/replicas", "/users", "/log"])
def test_an_error_page(world: World, watched: Watched, address: str) -> None:
    """Whatever breaks: the page says nothing of it, and the trace in the server's log shows no values."""
    client = Client(raise_request_exception=False)
    client.force_login(make_operator(world.tenant).user)
    scope = Scope.SCIM if address.startswith("/scim") else Scope.MANAGE
    token = make_credential(world.tenant, scope=scope).token

    def broken(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if any(table in sql for table in BROKEN):
            raise DataError("no such column")
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(broken):
        answer = client.get(
            address, {"access_token": SECRET}, headers={"Authorization": f"Bearer {token}", "X-Key": SECRET}
        )

    assert answer.status_code == 500
    watched.see(answer)
    assert "no such column" not in watched.texts[0]
    assert "no such column" in watched.lines.text
    assert watched.found() == []


def test_commands(world: World, watched: Watched, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    for wrong in ({**SQL, "unknown": SECRET}, {**SQL, "url": [SECRET]}, {**SQL, "url": SECRET}):
        config.write_text(json.dumps(wrong))
        with pytest.raises(CommandError) as refused:
            call_command("add_target", "acme", "SQL", "--kind", "sql", "--config", str(config))
        watched.texts.append(str(refused.value))
    config.write_text(json.dumps(SQL))
    call_command("add_target", "acme", "SQL", "--kind", "sql", "--config", str(config))
    with pytest.raises(CommandError) as unreachable:
        call_command("check_target", "acme", "SQL")

    watched.texts += [str(unreachable.value), *capsys.readouterr()]
    assert watched.found() == []
