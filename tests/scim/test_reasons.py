"""A test for each of the twenty reasons why integrations with Okta fail, and those that come on top."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directory.models import Group, User
from tenants.models import Credential, Tenant
from tests.factories import make_credential, make_group, make_user, user_document
from tests.scim.client import ScimClient, assert_scim_error, body
from tests.scim.filtering import found
from tests.scim.membership import adding, ids, read, removing

CUSTOM = "urn:okta:app:1.0:user:custom"
DEACTIVATE = {"op": "replace", "value": {"active": False}}


def test_every_reason_has_a_test() -> None:
    numbers = re.findall(r"^def test_reason_(\d+)_", Path(__file__).read_text(), re.MULTILINE)

    assert {int(number) for number in numbers} == set(range(1, 21))


@pytest.mark.parametrize(
    "media_type",
    [
        "application/scim+json",
        "application/scim+json; charset=utf-8",
        "application/json",
        "text/json;charset=UTF-8",
        "*/*",
        "text/html",
        "",
    ],
)
def test_reason_1_every_media_type_of_clients_is_taken_and_answered_in_scim(
    okta: ScimClient, media_type: str
) -> None:
    okta.headers["Accept"] = media_type

    created = okta.send("POST", "/Users", user_document("ada"), content_type=media_type)
    listed = okta.get("/Users")

    assert (created.status_code, listed.status_code) == (201, 200)
    assert created["Content-Type"] == listed["Content-Type"] == "application/scim+json"


def test_reason_2_the_figures_of_a_list_are_integers(okta: ScimClient, ada: User, group: Group) -> None:
    for path in ("/Users", "/Groups"):
        answer = body(okta.get(path, startIndex="1", count="1"))

        assert {type(answer[name]) for name in ("totalResults", "itemsPerPage", "startIndex")} == {int}


def test_reason_3_a_patch_needs_no_path(okta: ScimClient, ada: User, group: Group) -> None:
    user = okta.patch(f"/Users/{ada.id}", DEACTIVATE)
    renamed = okta.patch(f"/Groups/{group.id}", {"op": "replace", "value": {"displayName": "New"}})

    assert body(user)["active"] is False
    assert body(renamed)["displayName"] == "New"


def test_reason_4_the_id_may_stand_in_the_value_of_a_patch(okta: ScimClient, ada: User, group: Group) -> None:
    for path, one in ((f"/Groups/{group.id}", group), (f"/Users/{ada.id}", ada)):
        answer = okta.patch(path, {"op": "replace", "value": {"id": str(one.id), "displayName": "New"}})

        assert (answer.status_code, body(answer)["displayName"]) == (200, "New")


@pytest.mark.parametrize(
    "path",
    ["/scim/Users", "/scim/v2Users", "/scim/", "/scim/v2/nothing/here", "/scim/v2//Users", "/scim/v2"],
)
def test_reason_5_no_address_below_scim_answers_in_html_or_elsewhere(okta: ScimClient, path: str) -> None:
    for method in ("GET", "POST"):
        answer: Any = okta.django.generic(method, path, headers=okta.headers)

        assert_scim_error(answer, 404)


def test_reason_5_a_slash_more_or_less_is_no_redirect(okta: ScimClient) -> None:
    assert okta.post("/Users", user_document("ada")).status_code == 201
    assert okta.post("/Users/", user_document("bob")).status_code == 201


def test_reason_6_bearer_may_be_missing_or_doubled(okta: ScimClient) -> None:
    bearer = okta.headers["Authorization"]

    for authorization in (bearer, f"Bearer {bearer}", bearer.removeprefix("Bearer ")):
        okta.headers["Authorization"] = authorization

        assert okta.get("/Users").status_code == 200


@pytest.mark.parametrize("name", ["STRASSE@x", "straße@X", "Strasse@x"])
def test_reason_7_a_name_conflicts_exactly_when_the_lookup_finds_it(
    okta: ScimClient, tenant: Tenant, name: str
) -> None:
    make_user(tenant, "Straße@x")

    assert found(okta, f'userName eq "{name}"') == "Straße@x"
    assert_scim_error(okta.post("/Users", user_document(name)), 409, "uniqueness")


def test_reason_8_the_lookup_finds_who_is_inactive(okta: ScimClient, ada: User) -> None:
    okta.patch(f"/Users/{ada.id}", DEACTIVATE)

    assert found(okta, 'userName eq "ada"') == "ada"
    assert body(okta.get("/Users"))["totalResults"] == 1


def test_reason_9_a_create_answers_201_with_what_was_created(okta: ScimClient) -> None:
    for path, sent in (("/Users", user_document("ada")), ("/Groups", {"displayName": "Crew"})):
        answer = okta.post(path, sent)

        assert answer.status_code == 201
        assert body(answer) == body(okta.get(f"{path}/{body(answer)['id']}"))


def test_reason_10_the_id_is_a_uuid_that_no_change_changes(okta: ScimClient, ada: User) -> None:
    answer = okta.put(f"/Users/{ada.id}", {**user_document("augusta"), "id": "other"})

    assert UUID(body(answer)["id"]) == ada.id
    assert body(answer)["userName"] == "augusta"
    assert body(answer)["meta"]["location"].endswith(f"/scim/v2/Users/{ada.id}")


def test_reason_11_who_was_deleted_here_stays_404_and_can_be_created_again(
    okta: ScimClient, ada: User
) -> None:
    okta.delete(f"/Users/{ada.id}")

    assert_scim_error(okta.put(f"/Users/{ada.id}", user_document("ada")), 404)
    assert_scim_error(okta.patch(f"/Users/{ada.id}", DEACTIVATE), 404)
    assert okta.post("/Users", user_document("ada")).status_code == 201


def test_reason_12_what_is_unknown_is_kept_and_sent_back(okta: ScimClient) -> None:
    unknown = {"shoeSize": 42, CUSTOM: {"badge": "7"}}
    schemas = ["urn:ietf:params:scim:schemas:core:2.0:User", "http://schemas.microsoft.com/unknown"]

    created = body(okta.post("/Users", {**user_document("ada"), **unknown, "schemas": schemas}))

    assert {name: created[name] for name in unknown} == unknown
    assert set(schemas) <= set(created["schemas"])


def test_reason_13_nothing_at_all_may_be_sent_as_a_value(okta: ScimClient, ada: User) -> None:
    """Okta's test plan C9337 pushes empty values."""
    empty: dict[str, Any] = {
        "title": "",
        "nickName": None,
        "phoneNumbers": [],
        "addresses": [{}],
        "name": {"givenName": ""},
    }

    put = okta.put(f"/Users/{ada.id}", {**user_document("ada"), **empty})
    patched = okta.patch(f"/Users/{ada.id}", {"op": "replace", "value": empty})

    for answer in (put, patched):
        assert answer.status_code == 200
        assert body(answer)["title"] == ""
        assert not {"nickName", "phoneNumbers"} & set(body(answer))


def test_reason_14_a_put_of_what_was_read_wipes_nothing(okta: ScimClient, ada: User, group: Group) -> None:
    okta.patch(f"/Users/{ada.id}", {"op": "add", "value": {"shoeSize": 42, "title": "Countess"}})

    for path in (f"/Users/{ada.id}", f"/Groups/{group.id}"):
        before = body(okta.get(path))

        assert body(okta.put(path, before)) == before

    okta.put(f"/Groups/{group.id}", {"displayName": "New"})
    assert ids(read(okta, group)) == [str(ada.id)]


def test_reason_15_no_page_repeats_the_first(okta: ScimClient, tenant: Tenant) -> None:
    for number in range(4):
        make_user(tenant, f"user{number}")

    pages = [body(okta.get("/Users", startIndex=start, count=2))["Resources"] for start in (1, 3, 5)]

    names = [[user["userName"] for user in page] for page in pages]
    assert names == [["user0", "user1"], ["user2", "user3"], []]


def test_reason_16_users_of_a_name_only_are_listed(okta: ScimClient) -> None:
    created = body(okta.post("/Users", {"userName": "bare"}))

    assert body(okta.get("/Users"))["Resources"] == [created]
    assert created["schemas"] == ["urn:ietf:params:scim:schemas:core:2.0:User"]
    assert "active" not in created


def test_reason_17_patch_is_there_and_said_to_be(okta: ScimClient, ada: User, group: Group) -> None:
    assert body(okta.get("/ServiceProviderConfig"))["patch"] == {"supported": True}
    assert okta.patch(f"/Users/{ada.id}", DEACTIVATE).status_code == 200
    assert okta.patch(f"/Groups/{group.id}", removing(ada)).status_code == 200


def test_reason_18_a_page_of_users_costs_the_same_for_one_and_for_twenty(
    okta: ScimClient, tenant: Tenant
) -> None:
    okta.get("/Users")
    costs = []
    for size in (1, 20):
        for number in range(size):
            make_group(tenant, "Crew", make_user(tenant, f"user{size}-{number}"))
        with CaptureQueriesContext(connection) as captured:
            okta.get("/Users")
        costs.append(len(captured))

    assert costs[0] == costs[1]


def test_reason_19_a_member_comes_once_and_goes_without_having_been_there(
    okta: ScimClient, group: Group, ada: User, bob: User
) -> None:
    """What happens at once is in test_concurrency."""
    answers = [
        okta.patch(f"/Groups/{group.id}", one)
        for one in (adding(ada, ada, bob), removing(bob), removing(bob))
    ]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert ids(body(answers[0])) == [str(ada.id), str(bob.id)]
    assert ids(read(okta, group)) == [str(ada.id)]


def test_reason_20_a_token_that_expired_is_401_so_that_clients_renew_it(tenant: Tenant) -> None:
    """Of OAuth it is this that the SCIM door has a part in."""
    issued = make_credential(tenant)
    Credential.objects.filter(id=issued.credential.id).update(expires_at=timezone.now())

    answer = ScimClient(f"Bearer {issued.token}").get("/Users")

    assert_scim_error(answer, 401)
    assert answer["WWW-Authenticate"].startswith("Bearer")
