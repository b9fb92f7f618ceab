"""Okta's user traffic as recorded, through the real WSGI application."""

from __future__ import annotations

from typing import Any

import pytest

from directory.models import User
from tests.scim.client import ScimClient, body

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
DEACTIVATE = {"op": "replace", "value": {"active": False}}
ACTIVATE = {"op": "replace", "value": {"active": True}}


def as_okta_creates() -> dict[str, Any]:
    return {
        "schemas": [CORE],
        "userName": "test.user@okta.local",
        "name": {"givenName": "Test", "familyName": "User"},
        "emails": [{"primary": True, "value": "test.user@okta.local", "type": "work"}],
        "displayName": "Test User",
        "locale": "en-US",
        "externalId": "00ujl29u0le5T6Aj10h7",
        "groups": [],
        "password": "1mz050nq",
        "active": True,
    }


@pytest.fixture
def created(okta: ScimClient) -> dict[str, Any]:
    return body(okta.post("/Users", as_okta_creates()))


def test_the_credential_test_gets_empty_lists_with_integers(okta: ScimClient) -> None:
    for path, count in (("/Users", 2), ("/Groups", 100)):
        answer = okta.get(path, startIndex=1, count=count)

        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/scim+json"
        assert body(answer) == {
            "schemas": [LIST],
            "totalResults": 0,
            "itemsPerPage": 0,
            "startIndex": 1,
            "Resources": [],
        }


def test_looking_up_a_new_user_finds_nobody(okta: ScimClient) -> None:
    answer = okta.get("/Users", filter='userName eq "test.user@okta.local"', startIndex=1, count=100)

    assert answer.status_code == 200
    assert body(answer)["totalResults"] == 0


def test_a_create_answers_201_with_the_whole_user_and_no_password(okta: ScimClient) -> None:
    answer = okta.post("/Users", as_okta_creates())

    user = body(answer)
    sent = as_okta_creates()
    assert answer.status_code == 201
    assert answer["Location"] == user["meta"]["location"]
    assert {name: user[name] for name in sent if name not in {"groups", "password"}} == {
        name: value for name, value in sent.items() if name not in {"groups", "password"}
    }
    assert "password" not in user
    assert "1mz050nq" not in str(User.objects.values_list("document"))
    assert user["meta"]["resourceType"] == "User"
    assert body(okta.get(f"/Users/{user['id']}")) == user


def test_a_create_in_plain_json_media_type_is_understood(okta: ScimClient) -> None:
    answer = okta.send("POST", "/Users", as_okta_creates(), content_type="application/json")

    assert answer.status_code == 201


def test_a_second_create_in_capitals_is_a_conflict(okta: ScimClient, created: dict[str, Any]) -> None:
    answer = okta.post("/Users", {**as_okta_creates(), "userName": "TEST.USER@okta.local"})

    assert answer.status_code == 409
    assert body(answer)["scimType"] == "uniqueness"
    assert body(answer)["status"] == "409"
    assert "TEST.USER@okta.local" in body(answer)["detail"]
    assert User.objects.filter(tenant__name="acme").count() == 1


@pytest.mark.parametrize("name", ["test.user@okta.local", "TEST.USER@OKTA.LOCAL"])
def test_the_lookup_finds_the_user_in_any_case(okta: ScimClient, created: dict[str, Any], name: str) -> None:
    found = body(okta.get("/Users", filter=f'userName eq "{name}"', startIndex=1, count=100))

    assert [user["id"] for user in found["Resources"]] == [created["id"]]


def test_a_profile_push_sends_back_what_it_got_with_changes(
    okta: ScimClient, created: dict[str, Any]
) -> None:
    merged = body(okta.get(f"/Users/{created['id']}"))
    merged["name"] = {**merged["name"], "familyName": "Renamed", "middleName": ""}
    merged["groups"] = []

    answer = okta.put(f"/Users/{created['id']}", merged)

    assert answer.status_code == 200
    assert body(answer)["name"] == {"givenName": "Test", "familyName": "Renamed", "middleName": ""}
    assert body(okta.get(f"/Users/{created['id']}"))["name"]["familyName"] == "Renamed"


def test_pushing_nulls_and_empty_values_is_accepted(okta: ScimClient, created: dict[str, Any]) -> None:
    emptied = {**as_okta_creates(), "nickName": None, "phoneNumbers": [], "addresses": [{}], "title": ""}

    answer = okta.put(f"/Users/{created['id']}", emptied)

    assert answer.status_code == 200
    assert body(answer)["title"] == ""
    assert "nickName" not in body(answer)


def test_a_patch_without_path_deactivates_and_reactivates(okta: ScimClient, created: dict[str, Any]) -> None:
    for operation, active in ((DEACTIVATE, False), (ACTIVATE, True)):
        answer = okta.patch(f"/Users/{created['id']}", operation)

        assert answer.status_code == 200
        assert body(answer)["active"] is active
        assert body(okta.get(f"/Users/{created['id']}"))["active"] is active


def test_a_put_deactivates_as_the_wizard_does(okta: ScimClient, created: dict[str, Any]) -> None:
    answer = okta.put(f"/Users/{created['id']}", {**created, "active": False})

    assert answer.status_code == 200
    assert body(okta.get(f"/Users/{created['id']}"))["active"] is False


def test_the_lookup_finds_a_deactivated_user(okta: ScimClient, created: dict[str, Any]) -> None:
    okta.patch(f"/Users/{created['id']}", DEACTIVATE)

    found = body(okta.get("/Users", filter='userName eq "test.user@okta.local"'))

    assert [user["active"] for user in found["Resources"]] == [False]


def test_a_password_push_changes_nothing_and_is_kept_nowhere(
    okta: ScimClient, created: dict[str, Any]
) -> None:
    answer = okta.patch(f"/Users/{created['id']}", {"op": "replace", "value": {"password": "s3cret-word"}})

    assert answer.status_code == 200
    assert body(answer)["meta"]["version"] == created["meta"]["version"]
    assert "s3cret-word" not in str(User.objects.values())


def test_an_import_visits_every_user_once_in_a_stable_order(okta: ScimClient) -> None:
    for number in range(25):
        okta.post("/Users", {**as_okta_creates(), "userName": f"user{number}@okta.local"})

    pages = [body(okta.get("/Users", startIndex=start, count=10)) for start in (1, 11, 21)]

    names = [user["userName"] for page in pages for user in page["Resources"]]
    assert names == [f"user{number}@okta.local" for number in range(25)]
    assert [page["itemsPerPage"] for page in pages] == [10, 10, 5]
    assert {page["totalResults"] for page in pages} == {25}


def test_a_deleted_user_is_gone_and_its_name_is_free(okta: ScimClient, created: dict[str, Any]) -> None:
    answer = okta.delete(f"/Users/{created['id']}")

    assert answer.status_code == 204
    assert okta.get(f"/Users/{created['id']}").status_code == 404
    assert body(okta.get("/Users", filter='userName eq "test.user@okta.local"'))["totalResults"] == 0
    again = okta.post("/Users", as_okta_creates())
    assert again.status_code == 201
    assert body(again)["id"] != created["id"]
