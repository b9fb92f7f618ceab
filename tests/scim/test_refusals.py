"""What a refused write leaves behind: nothing but an event that says why."""

from __future__ import annotations

from typing import Any

import pytest

from directory.models import Membership, User
from downstream.models import Replica
from tenants.models import Tenant
from tests.factories import make_credential, make_group, make_target, make_user, user_document
from tests.log import log_events
from tests.scim.client import ScimClient, assert_scim_error, body

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
CUSTOM = "urn:okta:app:1.0:user:custom"
REFUSED = "application.provision.integration.call_api"


def refusals(tenant: Tenant) -> list[dict[str, Any]]:
    return [event.document for event in log_events().filter(tenant=tenant, event_type=REFUSED).order_by("id")]


def test_an_unknown_attribute_in_a_body_is_kept_and_echoed(okta: ScimClient) -> None:
    extra = {"shoeSize": 42, CUSTOM: {"badge": "7"}, "notes": [{"x": None}, 1, "two"]}

    created = body(okta.post("/Users", {**user_document("ada"), **extra}))

    assert {name: created[name] for name in extra} == extra
    assert CUSTOM in created["schemas"]
    replaced = body(okta.put(f"/Users/{created['id']}", {**created, "shoeSize": 43}))
    assert replaced["shoeSize"] == 43
    assert body(okta.get(f"/Users/{created['id']}"))[CUSTOM] == {"badge": "7"}


@pytest.mark.parametrize(
    "path",
    ["shoeSize", "name.shoeSize", f"{ENTERPRISE}:shoeSize", f"{CUSTOM}:badge", 'emails[size eq "1"].value'],
)
def test_an_unknown_attribute_in_a_patch_path_is_refused(okta: ScimClient, ada: User, path: str) -> None:
    answer = okta.patch(f"/Users/{ada.id}", {"op": "replace", "path": path, "value": "42"})

    assert_scim_error(answer, 400, "invalidFilter" if "[" in path else "invalidPath")
    ada.refresh_from_db()
    assert ada.version == 1


def test_an_unknown_attribute_in_a_filter_is_refused(okta: ScimClient) -> None:
    for name in (
        "shoeSize",
        "name.shoeSize",
        f"{ENTERPRISE}:shoeSize",
        f"{CUSTOM}:badge",
        "tenant",
        "document",
    ):
        assert_scim_error(okta.get("/Users", filter=f'{name} eq "x"'), 400, "invalidFilter")


@pytest.mark.parametrize(
    ("operations", "scim_type"),
    [
        ([{"op": "increment", "path": "title", "value": "x"}], "invalidSyntax"),
        ([{"op": None, "path": "title", "value": "x"}], "invalidSyntax"),
        ([{"path": "title", "value": "x"}], "invalidSyntax"),
        ([{"op": "replace", "path": "title"}], "invalidValue"),
        ([{"op": "replace", "path": 5, "value": "x"}], "invalidPath"),
        ([{"op": "replace", "path": "emails[", "value": "x"}], "invalidFilter"),
        ([{"op": "remove"}], "noTarget"),
        ([{"op": "remove", "path": "userName"}], "mutability"),
        ([{"op": "replace", "path": "id", "value": "x"}], "mutability"),
        ([{"op": "replace", "path": "meta.created", "value": "x"}], "mutability"),
        ([{"op": "replace", "path": "userName", "value": 5}], "invalidValue"),
        ([{"op": "replace", "path": "active", "value": "maybe"}], "invalidValue"),
        (["replace"], "invalidSyntax"),
        ({"op": "replace"}, "invalidSyntax"),
        ("replace", "invalidSyntax"),
        (None, "invalidSyntax"),
        ([{"op": "add", "path": "title", "value": "x"}] * 1001, "tooMany"),
    ],
    ids=str,
)
def test_an_operation_that_is_not_understood_is_refused(
    okta: ScimClient, ada: User, operations: object, scim_type: str
) -> None:
    schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]

    answer = okta.send("PATCH", f"/Users/{ada.id}", {"schemas": schemas, "Operations": operations})

    assert_scim_error(answer, 400, scim_type)
    ada.refresh_from_db()
    assert ada.version == 1


def test_one_bad_operation_undoes_the_good_ones_before_it(okta: ScimClient, ada: User) -> None:
    group = make_group(ada.tenant, "Engineers")
    add = {"op": "add", "path": "members", "value": [{"value": str(ada.id)}]}

    user = okta.patch(
        f"/Users/{ada.id}",
        {"op": "add", "path": "title", "value": "x"},
        {"op": "add", "path": "no", "value": 1},
    )
    crew = okta.patch(f"/Groups/{group.id}", add, {"op": "replace", "path": "displayName", "value": ""})

    assert_scim_error(user, 400, "invalidPath")
    assert_scim_error(crew, 400, "invalidValue")
    assert "title" not in body(okta.get(f"/Users/{ada.id}"))
    assert not Membership.objects.filter(group=group).exists()


@pytest.mark.parametrize("name", ["ADA", "Ada", "ada"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_a_taken_user_name_is_a_conflict_in_any_case(
    okta: ScimClient, ada: User, method: str, name: str
) -> None:
    bob = make_user(ada.tenant, "bob")
    path = "/Users" if method == "POST" else f"/Users/{bob.id}"

    if method == "PATCH":
        answer = okta.patch(path, {"op": "replace", "path": "userName", "value": name})
    else:
        answer = okta.send(method, path, user_document(name))

    assert_scim_error(answer, 409, "uniqueness")
    assert name in body(answer)["detail"]
    bob.refresh_from_db()
    assert (bob.user_name, bob.version) == ("bob", 1)


def test_changing_the_case_of_ones_own_name_is_no_conflict(okta: ScimClient, ada: User) -> None:
    answer = okta.patch(f"/Users/{ada.id}", {"op": "replace", "path": "userName", "value": "ADA"})

    assert answer.status_code == 200
    assert body(answer)["userName"] == "ADA"


def test_a_refused_write_leaves_an_event_with_the_reason_and_nothing_else(
    okta: ScimClient, ada: User
) -> None:
    make_target(ada.tenant)
    before = (User.objects.count(), Replica.objects.count(), log_events().count())

    answer = okta.post("/Users", user_document("ADA", externalId="new"))

    (event,) = refusals(ada.tenant)
    assert event["outcome"] == {"result": "FAILURE", "reason": body(answer)["detail"]}
    assert event["severity"] == "WARN"
    assert event["actor"]["displayName"] == "Okta SCIM Client"
    assert event["client"]["ipAddress"] == "127.0.0.1"
    assert event["debugContext"]["debugData"] == {
        "direction": "inbound",
        "httpMethod": "POST",
        "requestUri": "/scim/v2/Users",
        "httpStatus": "409",
        "scimOperation": "create",
        "scimType": "uniqueness",
    }
    assert (User.objects.count(), Replica.objects.count()) == before[:2]
    assert log_events().count() == before[2] + 1


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("POST", "/Users", b"{", "400"),
        ("PUT", "/Users/1", {}, "404"),
        ("DELETE", "/Groups/1", {}, "404"),
        ("DELETE", "/Users", {}, "405"),
        ("POST", "/Bulk", {}, "400"),
        ("POST", "/nothing", {}, "404"),
        ("POST", "/Users", b"x" * 10_000_000, "413"),
    ],
)
def test_every_refused_write_is_noted(
    okta: ScimClient, tenant: Tenant, method: str, path: str, sent: Any, status: str
) -> None:
    okta.send(method, path, sent)

    (event,) = refusals(tenant)
    assert event["debugContext"]["debugData"]["httpStatus"] == status
    assert event["outcome"]["reason"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_who_asks_for_an_impossible_answer_changes_nothing(okta: ScimClient, ada: User, method: str) -> None:
    path = "/Users" if method == "POST" else f"/Users/{ada.id}"
    sent = {**user_document("bob"), "Operations": [{"op": "add", "path": "title", "value": "x"}]}
    sent |= {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]} if method == "PATCH" else {}

    answer = okta.send(method, f"{path}?attributes=id&excludedAttributes=name", sent)

    assert_scim_error(answer, 400, "invalidValue")
    assert list(User.objects.filter(tenant=ada.tenant).values_list("user_name", "version")) == [("ada", 1)]


def test_reading_what_is_not_there_is_no_event(okta: ScimClient, tenant: Tenant) -> None:
    okta.get("/Users/1")
    okta.get("/Users", filter="nonsense")
    okta.post("/Users/.search", {"schemas": "nonsense"})

    assert refusals(tenant) == []


def test_no_secret_is_in_any_event_or_row(tenant: Tenant) -> None:
    issued = make_credential(tenant)
    okta = ScimClient(f"Bearer {issued.token}")
    secret = "correct-horse-battery"

    created = body(okta.post("/Users", user_document("ada", password=secret)))
    path = f"/Users/{created['id']}"
    okta.put(path, user_document("ada", password=secret, title="x"))
    okta.patch(path, {"op": "replace", "value": {"password": secret, "active": False}})
    okta.patch(path, {"op": "replace", "path": "password", "value": secret})
    okta.patch(path, {"op": "replace", "path": "password", "value": {"x": secret}})
    okta.post("/Users", user_document("ada", password=secret))
    okta.put(path, user_document("ada", password=[secret], active="maybe"))

    kept = str(list(log_events().values())) + str(list(User.objects.values()))
    assert secret not in kept
    assert issued.token not in kept
