"""Secrets are planted in credentials and requests; none is in an event, a log line or an error page."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.db import DataError, connection
from django.test import Client
from django.urls import reverse

from tenants.guessing import TRIES
from tenants.models import Role, Scope, Tenant
from tenants.services import revoke_credential
from tests.factories import actor, make_credential, make_operator, user_document
from tests.log import log_events
from tests.scim.client import ScimClient
from tests.sweeps.secrets.planting import SECRET, Watched
from tests.sweeps.world import World

BROKEN = ("directory_user", "downstream_replica", "audit_event")


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
