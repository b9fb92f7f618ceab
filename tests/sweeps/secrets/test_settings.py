"""Secrets are planted in settings; none is in an event, a log line or an error page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from audit.models import Event
from tenants.models import Scope
from tests.dashboard.test_target_settings import sent
from tests.factories import make_credential, make_operator, make_target
from tests.log import log_events
from tests.sweeps.secrets.planting import SECRET, Watched
from tests.sweeps.world import World

SQL: dict[str, Any] = {
    "url": f"sqlite:////nowhere/hr.sqlite3?password={SECRET}",
    "accounts": {"table": "people", "key": "id", "columns": {"login": "userName"}},
}
HOOK = {"url": f"https://hooks.example.com/events?token={SECRET}"}


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
