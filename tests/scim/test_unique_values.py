"""Custom attributes that no two people may share (RFC 7643, 2.2, `uniqueness`)."""

from __future__ import annotations

from typing import Any

import pytest

from directory.extensions import UniqueValue
from directory.models import User
from tenants.models import Tenant
from tests.factories import make_user
from tests.schemas import CUSTOM, define
from tests.scim.client import ScimClient, assert_scim_error, body, client_for
from tests.scim.test_concurrency import at_once

BADGE = {"name": "badge", "uniqueness": "server"}


def person(name: str, **values: Any) -> dict[str, Any]:
    return {"userName": name, CUSTOM: values}


@pytest.mark.parametrize(
    ("more", "first", "second"),
    [
        ({}, "A1", "a1"),
        ({}, "Straße", "STRASSE"),
        ({"caseExact": True}, "A1", "A1"),
        ({"type": "integer"}, 7, 7),
        ({"type": "decimal"}, 7, 7.0),
        ({"type": "dateTime"}, "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00"),
        ({"type": "reference"}, "urn:x", "urn:x"),
        ({"multiValued": True}, ["a", "b"], ["c", "B"]),
        ({}, "x" * 20_000, "X" * 20_000),
    ],
)
def test_a_value_that_another_has_is_refused(
    okta: ScimClient, tenant: Tenant, more: dict[str, Any], first: Any, second: Any
) -> None:
    define(tenant, {**BADGE, **more})
    okta.post("/Users", person("eve", badge=first))
    joe = body(okta.post("/Users", {"userName": "joe"}))["id"]

    answers = [
        okta.post("/Users", person("max", badge=second)),
        okta.put(f"/Users/{joe}", person("joe", badge=second)),
        okta.patch(f"/Users/{joe}", {"op": "add", "path": f"{CUSTOM}:badge", "value": second}),
    ]

    for answer in answers:
        assert_scim_error(answer, 409, "uniqueness")
        assert f"{CUSTOM}:badge must be unique" in body(answer)["detail"]
    assert not User.objects.filter(tenant=tenant, user_name="max").exists()


@pytest.mark.parametrize(
    ("more", "first", "second"),
    [
        ({"caseExact": True}, "A1", "a1"),
        ({"type": "integer"}, 7, 8),
        ({}, "", ""),
        ({"multiValued": True}, ["a", "a"], ["b"]),
        ({}, None, None),
    ],
)
def test_values_that_differ_stand_beside_one_another(
    okta: ScimClient, tenant: Tenant, more: dict[str, Any], first: Any, second: Any
) -> None:
    define(tenant, {**BADGE, **more})

    answers = [
        okta.post("/Users", person(name, badge=value)) for name, value in (("eve", first), ("joe", second))
    ]

    assert [answer.status_code for answer in answers] == [201, 201]


def test_the_refusal_names_only_what_is_taken(okta: ScimClient, tenant: Tenant) -> None:
    define(tenant, BADGE, {"name": "door", "uniqueness": "server"})
    okta.post("/Users", person("eve", badge="1", door="1"))

    answer = okta.post("/Users", person("joe", badge="2", door="1"))

    assert body(answer)["detail"].startswith(f"{CUSTOM}:door must be unique")


def test_a_value_is_free_once_its_owner_changes_or_goes(okta: ScimClient, tenant: Tenant) -> None:
    define(tenant, BADGE)
    eve = body(okta.post("/Users", person("eve", badge="1")))["id"]
    joe = body(okta.post("/Users", person("joe", badge="2")))["id"]
    okta.put(f"/Users/{eve}", person("eve", badge="3"))
    okta.delete(f"/Users/{joe}")

    answers = [okta.post("/Users", person(f"new-{badge}", badge=badge)) for badge in ("1", "2", "3")]

    assert [answer.status_code for answer in answers] == [201, 201, 409]


def test_one_keeps_one_s_own_value(okta: ScimClient, tenant: Tenant) -> None:
    define(tenant, BADGE)
    eve = body(okta.post("/Users", person("eve", badge="a")))["id"]

    answers = [okta.put(f"/Users/{eve}", person("eve", badge=badge, open="x")) for badge in ("a", "A")]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert UniqueValue.objects.filter(tenant=tenant).count() == 1


def test_a_stranger_may_have_the_same_value(
    okta: ScimClient, foreign: ScimClient, tenant: Tenant, stranger: Tenant
) -> None:
    for owner in (tenant, stranger):
        define(owner, BADGE)

    answers = [client.post("/Users", person("eve", badge="1")) for client in (okta, foreign)]

    assert [answer.status_code for answer in answers] == [201, 201]


def test_groups_and_users_have_values_of_their_own(okta: ScimClient, tenant: Tenant) -> None:
    urn = "urn:okta:acme:1.0:group:custom"
    define(tenant, BADGE)
    define(tenant, BADGE, urn=urn, resource="Group")
    okta.post("/Users", person("eve", badge="1"))

    first = okta.post("/Groups", {"displayName": "A", urn: {"badge": "1"}})
    second = okta.post("/Groups", {"displayName": "B", urn: {"badge": "1"}})
    okta.delete(f"/Groups/{body(first)['id']}")

    assert first.status_code == 201
    assert_scim_error(second, 409, "uniqueness")
    assert "another group" in body(second)["detail"]
    assert okta.post("/Groups", {"displayName": "B", urn: {"badge": "1"}}).status_code == 201


def test_in_bulk_the_second_is_refused_and_the_rest_done(okta: ScimClient, tenant: Tenant) -> None:
    define(tenant, BADGE)
    operations = [
        {"method": "POST", "path": "/Users", "bulkId": name, "data": person(name, badge=badge)}
        for name, badge in (("eve", "1"), ("joe", "1"), ("max", "2"))
    ]

    answer = okta.post("/Bulk", {"Operations": operations})

    assert [operation["status"] for operation in body(answer)["Operations"]] == ["201", "409", "201"]


def test_a_taken_user_name_is_still_told_as_such(okta: ScimClient, tenant: Tenant, ada: User) -> None:
    define(tenant, BADGE)

    answer = okta.post("/Users", person("ADA", badge="1"))

    assert_scim_error(answer, 409, "uniqueness")
    assert "userName" in body(answer)["detail"]
    assert not UniqueValue.objects.exists()


def test_values_from_before_the_definition_count(okta: ScimClient, tenant: Tenant) -> None:
    make_user(tenant, "eve", **{CUSTOM: {"badge": "1"}})
    define(tenant, BADGE)

    assert_scim_error(okta.post("/Users", person("joe", badge="1")), 409, "uniqueness")


@pytest.mark.django_db(transaction=True)
def test_of_those_who_ask_for_a_value_at_once_one_gets_it(tenant: Tenant, stranger: Tenant) -> None:
    define(tenant, BADGE)
    people = [(client_for(tenant), person(f"person-{number}", badge="1")) for number in range(4)]

    statuses = at_once(
        [lambda one=one, sent=sent: one.post("/Users", sent).status_code for one, sent in people]  # type: ignore[misc]
    )

    assert sorted(statuses) == [201, 409, 409, 409]
    assert User.objects.filter(tenant=tenant).count() == 1
