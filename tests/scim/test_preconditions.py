"""ETag, If-Match and If-None-Match (RFC 7644, 3.14; RFC 9110, 13)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse

from directory.models import Group, User
from scim.views import resources
from tenants.models import Tenant
from tests.factories import make_user, user_document
from tests.scim.bulks import bulk, new_user, patch, statuses
from tests.scim.client import ScimClient, assert_scim_error, body, client_for
from tests.scim.test_concurrency import at_once

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
# Each names version 1 in a way of its own.
MATCHING = ['W/"1"', '"1"', "*", ' W/"7" , W/"1"', '"a",,"1"']
OTHERS = ['W/"2"', '"01"', '"*"', 'W/"7", "x"']
BROKEN = ["1", "W/1", '"1', 'w/"1"', "", ",", '""1""', "\x00", "W/", "é", '"1"x', "*, *x"]


def title(value: str) -> dict[str, Any]:
    return {"schemas": [PATCH], "Operations": [{"op": "replace", "path": "title", "value": value}]}


def change(okta: ScimClient, method: str, user: User, **headers: str) -> HttpResponse:
    sent = {"PUT": user_document("ada", title="New"), "PATCH": title("New"), "DELETE": None}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return okta.send(method, f"/Users/{user.id}", sent[method], headers=named)


def read(okta: ScimClient, path: str, method: str = "GET", **headers: str) -> HttpResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return okta.send(method, path, b"", headers=named)


@pytest.mark.parametrize("path", ["/Users", "/Groups"])
def test_every_answer_with_one_resource_says_its_version(okta: ScimClient, path: str) -> None:
    name = {"/Users": "userName", "/Groups": "displayName"}[path]

    created = okta.post(path, {name: "one"})
    one = f"{path}/{body(created)['id']}"
    answers = [
        created,
        okta.get(one),
        okta.put(one, {name: "two"}),
        okta.patch(one, {"op": "replace", "path": name, "value": "three"}),
        okta.get(one),
    ]

    assert [answer["ETag"] for answer in answers] == ['W/"1"', 'W/"1"', 'W/"2"', 'W/"3"', 'W/"3"']
    assert [body(answer)["meta"]["version"] for answer in answers] == [a["ETag"] for a in answers]
    assert read(okta, one, "HEAD")["ETag"] == 'W/"3"'
    assert okta.get(one, attributes="id")["ETag"] == 'W/"3"'
    assert "ETag" not in okta.get(path)


def test_a_large_group_that_is_not_sent_back_says_its_version(
    okta: ScimClient, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "MEMBERS_SENT_BACK", 0)

    answer = okta.patch(f"/Groups/{group.id}", {"op": "replace", "path": "displayName", "value": "Crew"})

    assert (answer.status_code, answer.content, answer["ETag"]) == (204, b"", 'W/"2"')


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("tags", MATCHING)
def test_what_the_client_has_is_not_sent_again(okta: ScimClient, ada: User, method: str, tags: str) -> None:
    answer = read(okta, f"/Users/{ada.id}", method, If_None_Match=tags)

    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", 'W/"1"')


@pytest.mark.parametrize("tags", [*OTHERS, *BROKEN])
def test_what_the_client_has_not_is_sent(okta: ScimClient, group: Group, tags: str) -> None:
    answer = read(okta, f"/Groups/{group.id}", If_None_Match=tags)

    assert answer.status_code == 200
    assert body(answer)["displayName"] == "Engineers"


def test_a_precondition_saves_no_request_that_is_refused(okta: ScimClient, ada: User, foreign: Any) -> None:
    wrong = f"/Users/{ada.id}?attributes=id&excludedAttributes=name"

    assert_scim_error(read(okta, wrong, If_None_Match="*"), 400, "invalidValue")
    assert_scim_error(read(foreign, f"/Users/{ada.id}", If_None_Match="*"), 404)
    assert_scim_error(change(foreign, "PATCH", ada, If_Match='W/"9"'), 404)


def test_reading_a_version_that_is_gone_is_412(okta: ScimClient, ada: User) -> None:
    assert read(okta, f"/Users/{ada.id}", If_Match='W/"1"').status_code == 200
    assert_scim_error(read(okta, f"/Users/{ada.id}", If_Match='W/"2"'), 412)


@pytest.mark.parametrize("tags", MATCHING)
@pytest.mark.parametrize(("method", "status"), [("PUT", 200), ("PATCH", 200), ("DELETE", 204)])
def test_a_change_of_the_version_that_was_seen_is_made(
    okta: ScimClient, ada: User, method: str, status: int, tags: str
) -> None:
    assert change(okta, method, ada, If_Match=tags).status_code == status

    ada.refresh_from_db()
    assert ada.version == 2


@pytest.mark.parametrize("tags", [*OTHERS, *BROKEN])
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_change_of_another_version_changes_nothing(
    okta: ScimClient, ada: User, method: str, tags: str
) -> None:
    answer = change(okta, method, ada, If_Match=tags)

    assert_scim_error(answer, 412)
    assert 'W/"1"' in body(answer)["detail"]
    assert "again" in body(answer)["detail"]
    assert answer["ETag"] == 'W/"1"'
    assert User.objects.living().get(id=ada.id).version == 1
    assert "title" not in body(okta.get(f"/Users/{ada.id}"))


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("tags", MATCHING)
def test_a_change_is_refused_where_the_version_must_not_be(
    okta: ScimClient, ada: User, method: str, tags: str
) -> None:
    assert_scim_error(change(okta, method, ada, If_None_Match=tags), 412)
    assert User.objects.living().get(id=ada.id).version == 1


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_change_is_made_where_another_version_must_not_be(okta: ScimClient, ada: User, method: str) -> None:
    assert change(okta, method, ada, If_None_Match='W/"7", nonsense').status_code == 200


def test_a_change_that_changes_nothing_is_refused_as_well(okta: ScimClient, ada: User) -> None:
    answer = okta.send("PUT", f"/Users/{ada.id}", user_document("ada"), headers={"If-Match": 'W/"9"'})

    assert_scim_error(answer, 412)


@pytest.mark.parametrize(
    ("method", "sent"),
    [
        ("PUT", {"displayName": "Crew", "members": []}),
        ("PATCH", {"schemas": [PATCH], "Operations": [{"op": "remove", "path": "members"}]}),
        ("DELETE", None),
    ],
)
def test_a_group_keeps_its_members_unless_the_version_was_seen(
    okta: ScimClient, group: Group, method: str, sent: Any
) -> None:
    path = f"/Groups/{group.id}"

    refused = okta.send(method, path, sent, headers={"If-Match": 'W/"2"'})

    assert_scim_error(refused, 412)
    assert group.memberships.count() == 1
    assert okta.send(method, path, sent, headers={"If-Match": 'W/"1"'}).status_code < 300
    assert group.memberships.count() == 0


def test_creating_knows_no_version(okta: ScimClient) -> None:
    answer = okta.send(
        "POST", "/Users", user_document("eve"), headers={"If-None-Match": "*", "If-Match": "x"}
    )

    assert answer.status_code == 201


def test_the_headers_of_the_bulk_request_say_nothing_of_its_operations(okta: ScimClient, ada: User) -> None:
    dr = {"op": "replace", "path": "title", "value": "Dr"}
    operations = [patch(f"/Users/{ada.id}", dr), new_user("ann"), patch("/Users/bulkId:ann", dr)]

    answer = okta.send(
        "POST", "/Bulk", bulk(*operations), headers={"If-Match": 'W/"9"', "If-None-Match": "*"}
    )

    assert statuses(body(answer)["Operations"]) == ["200", "201", "200"]


@pytest.mark.django_db(transaction=True)
def test_of_two_writers_that_saw_the_same_version_one_wins(tenant: Tenant, stranger: Tenant) -> None:
    user = make_user(tenant, "ada")

    statuses = at_once([_writing(client_for(tenant), user, f"Title {number}") for number in range(2)])

    assert sorted(statuses) == [200, 412]
    user.refresh_from_db()
    assert user.version == 2


def _writing(client: ScimClient, user: User, value: str) -> Callable[[], int]:
    seen = {"If-Match": 'W/"1"'}
    return lambda: client.send("PATCH", f"/Users/{user.id}", title(value), headers=seen).status_code
