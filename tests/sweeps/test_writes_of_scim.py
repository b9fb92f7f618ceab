"""Whatever a SCIM request changes is in the log, and so is what was refused: by which request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from audit.catalogue import EventType
from scim.urls import urlpatterns
from tests.factories import GROUP_SCHEMA, user_document
from tests.log import log_events
from tests.scim.client import ScimClient, client_for
from tests.sweeps.world import World

BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
CREW = {"schemas": [GROUP_SCHEMA], "displayName": "Crew"}


class Write(NamedTuple):
    told: tuple[EventType, ...]
    method: str
    path: Callable[[World], str]
    body: Callable[[World], Any] = lambda _: None
    operation: str = ""


def patch(*operations: dict[str, Any]) -> dict[str, Any]:
    return {"schemas": [PATCH], "Operations": list(operations)}


def of_user(world: World) -> str:
    return f"/Users/{world.user.id}"


def of_group(world: World) -> str:
    return f"/Groups/{world.group.id}"


def off(_: World) -> dict[str, Any]:
    return patch({"op": "replace", "path": "active", "value": False})


def bulk(world: World) -> dict[str, Any]:
    new = {"method": "POST", "path": "/Users", "bulkId": "a", "data": user_document("grace")}
    return {"schemas": [BULK], "Operations": [new, {"method": "DELETE", "path": of_user(world)}]}


WRITES: dict[str, Write] = {
    "create a user": Write(
        (EventType.USER_CREATED,), "POST", lambda _: "/Users", lambda _: user_document("grace"), "create"
    ),
    "replace a user": Write(
        (EventType.USER_UPDATED,), "PUT", of_user, lambda _: user_document("ada", title="Dr"), "replace"
    ),
    "change a user": Write(
        (EventType.USER_UPDATED,),
        *("PATCH", of_user),
        lambda _: patch({"op": "add", "path": "title", "value": "Dr"}),
        "modify",
    ),
    "switch a user off": Write((EventType.USER_DEACTIVATED,), "PATCH", of_user, off, "modify"),
    "delete a user": Write(
        (EventType.USER_DELETION_ASKED, EventType.USER_DELETED), "DELETE", of_user, operation="delete"
    ),
    "create a group": Write(
        (EventType.GROUP_CREATED,), "POST", lambda _: "/Groups", lambda _: CREW, "create"
    ),
    "replace a group": Write(
        (EventType.GROUP_UPDATED, EventType.MEMBER_REMOVED),
        *("PUT", of_group),
        lambda _: {**CREW, "members": []},
        "replace",
    ),
    "remove members": Write(
        (EventType.MEMBER_REMOVED,),
        *("PATCH", of_group),
        lambda _: patch({"op": "remove", "path": "members"}),
        "modify",
    ),
    "delete a group": Write((EventType.GROUP_DELETED,), "DELETE", of_group, operation="delete"),
    "many at once": Write(
        (EventType.USER_CREATED, EventType.USER_DELETED), "POST", lambda _: "/Bulk", bulk, "bulk"
    ),
}
# Below what is tried above there is nothing else that a request could change.
ROUTES = {
    *("users-search", "users", "groups-search", "groups", "service-provider-config", "resource-types"),
    *("schemas", "search", "me", "bulk", "entitlements-search", "entitlements", "root"),
}


@pytest.fixture
def okta(world: World) -> ScimClient:
    assert world.group.tenant == world.tenant
    return client_for(world.tenant)


def newer_than(last: int, world: World) -> list[dict[str, Any]]:
    events = log_events().filter(id__gt=last, tenant=world.tenant).order_by("id")
    return [event.document for event in events]


def newest() -> int:
    return log_events().order_by("-id").values_list("id", flat=True).first() or 0


def test_no_route_is_new() -> None:
    assert {pattern.name for pattern in urlpatterns} == ROUTES


@pytest.mark.parametrize("name", WRITES)
def test_what_a_request_changed_is_in_the_log_with_the_request(
    world: World, okta: ScimClient, name: str
) -> None:
    write, last = WRITES[name], newest()
    path = write.path(world)

    answer = okta.send(write.method, path, write.body(world))

    assert answer.status_code in {200, 201, 204}, answer.content
    told = newer_than(last, world)
    assert {event["eventType"] for event in told} >= set(write.told)
    assert {event["transaction"]["id"] for event in told} == {told[0]["transaction"]["id"]}
    for event in told:
        facts = event["debugContext"]["debugData"]
        assert facts["requestUri"] == f"/scim/v2{path}"
        assert facts["httpMethod"] == write.method
        assert facts["scimOperation"] == write.operation
        assert event["actor"]["type"] == "PublicClientApp"
        assert event["client"]["userAgent"]["rawUserAgent"] == "Okta SCIM Client 1.0.0"


@pytest.mark.parametrize("name", WRITES)
def test_the_same_again_changes_nothing_and_tells_nothing_of_a_change(
    world: World, okta: ScimClient, name: str
) -> None:
    write = WRITES[name]
    path, body = write.path(world), write.body(world)
    okta.send(write.method, path, body)
    last = newest()

    answer = okta.send(write.method, path, body)

    told = newer_than(last, world)
    if answer.status_code in {200, 204} and name != "many at once":
        assert told == []
    elif name in {"create a user", "delete a user", "delete a group", "many at once"}:
        assert {event["eventType"] for event in told} == {EventType.API_CALLED}
        assert {event["outcome"]["result"] for event in told} == {"FAILURE"}
        assert all(event["outcome"]["reason"] for event in told)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/Users", b"{"),
        ("POST", "/Users", {"schemas": ["urn:x"]}),
        ("PUT", "/Users/00000000-0000-4000-8000-000000000000", user_document("x")),
        ("PATCH", "/Users/nobody", patch()),
        ("DELETE", "/Groups/nobody", None),
        ("POST", "/Groups", {"displayName": 7}),
        ("POST", "/Bulk", {"schemas": [BULK], "Operations": "all"}),
        ("DELETE", "/Schemas", None),
        ("PUT", "/Roles/x", {}),
        ("POST", "/Nothing", {}),
    ],
)
def test_what_is_refused_is_in_the_log_with_its_reason(
    world: World, okta: ScimClient, method: str, path: str, body: Any
) -> None:
    last = newest()

    answer = okta.send(method, path, body)

    (event,) = newer_than(last, world)
    assert event["eventType"] == EventType.API_CALLED
    assert (event["outcome"]["result"], event["severity"]) == ("FAILURE", "WARN")
    assert event["debugContext"]["debugData"]["httpStatus"] == str(answer.status_code)
    assert event["debugContext"]["debugData"]["requestUri"] == f"/scim/v2{path}"


@pytest.mark.parametrize("path", ["/Users", "/Users/nobody", "/Groups?filter=x", "/Schemas", "/Nothing"])
def test_reading_is_not_in_the_log(world: World, okta: ScimClient, path: str) -> None:
    last = newest()

    okta.send("GET", path)
    okta.send("POST", "/Users/.search", {"filter": "x"})

    assert newer_than(last, world) == []
