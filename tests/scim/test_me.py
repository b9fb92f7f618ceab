"""/Me: the user that a credential speaks for (RFC 7644, 3.11), and what such a credential may not do."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory

from directory.models import Group, User
from directory.services import change_user, delete_user
from directory.services.announce import subject_of
from scim.adapters import UserAdapter
from scim.errors import ScimError
from tenants.models import Credential, Tenant
from tests.factories import actor, make_credential, make_user, user_document
from tests.log import log_events
from tests.scim.client import ScimClient, assert_scim_error, body

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def client_of(user: User) -> ScimClient:
    """Speaks for this user alone."""
    return ScimClient(f"Bearer {make_credential(user.tenant, user=subject_of(user)).token}")


@pytest.fixture
def me(ada: User, stranger: Tenant) -> ScimClient:
    return client_of(ada)


def test_me_is_the_user_under_its_permanent_location(me: ScimClient, okta: ScimClient, ada: User) -> None:
    answer = me.get("/Me")

    assert answer.status_code == 200
    assert body(answer) == body(okta.get(f"/Users/{ada.id}"))
    assert answer["Location"] == body(answer)["meta"]["location"]
    assert answer["Location"] == f"http://testserver/scim/v2/Users/{ada.id}"
    assert answer["ETag"] == 'W/"1"'


def test_me_tolerates_a_slash_and_has_a_head(me: ScimClient) -> None:
    slash, head = me.get("/Me/"), me.send("HEAD", "/Me")

    assert slash.status_code == head.status_code == 200
    assert head.content == b""
    assert head["Location"] == slash["Location"]


def test_me_is_projected_as_asked(me: ScimClient) -> None:
    assert set(body(me.get("/Me", attributes="userName"))) == {"schemas", "id", "userName"}
    assert "emails" not in body(me.get("/Me", excludedAttributes="emails"))


def test_me_is_put_and_patched(me: ScimClient, ada: User) -> None:
    put = me.put("/Me", user_document("ada", title="Countess"))
    patched = me.patch("/Me", {"op": "replace", "path": "nickName", "value": "Lady"})

    ada.refresh_from_db()
    assert (put.status_code, patched.status_code) == (200, 200)
    assert put["Location"] == patched["Location"] == f"http://testserver/scim/v2/Users/{ada.id}"
    assert (ada.document["title"], ada.document["nickName"], ada.version) == ("Countess", "Lady", 3)


def test_a_deleted_me_is_gone_and_its_credential_of_no_use(me: ScimClient, ada: User) -> None:
    deleted = me.delete("/Me")

    ada.refresh_from_db()
    assert deleted.status_code == 204
    assert not ada.is_living
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        assert_scim_error(me.send(method, "/Me", user_document("ada")), 404)
    assert_scim_error(me.get("/Users"), 403)
    assert_scim_error(me.get(f"/Users/{ada.id}"), 404)


def test_preconditions_hold_for_me(me: ScimClient) -> None:
    unchanged = me.send("GET", "/Me", headers={"If-None-Match": 'W/"1"'})
    stale = me.send("PUT", "/Me", user_document("ada", title="x"), headers={"If-Match": 'W/"7"'})

    assert (unchanged.status_code, unchanged["ETag"]) == (304, 'W/"1"')
    assert_scim_error(stale, 412)
    assert stale["ETag"] == 'W/"1"'


def test_a_refused_change_of_me_is_in_the_log(me: ScimClient, ada: User) -> None:
    make_user(ada.tenant, "bob")

    answer = me.put("/Me", user_document("bob"))

    assert_scim_error(answer, 409, "uniqueness")
    event = log_events().filter(tenant=ada.tenant).newest_first()[0].document
    assert event["outcome"]["result"] == "FAILURE"
    assert event["debugContext"]["debugData"]["requestUri"] == "/scim/v2/Me"


def test_nobody_is_created_by_a_post_to_me(me: ScimClient, ada: User) -> None:
    answer = me.post("/Me", user_document("eve"))

    assert_scim_error(answer, 405)
    assert answer["Allow"] == "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"
    assert User.objects.filter(tenant=ada.tenant).count() == 1


@pytest.mark.parametrize("path", ["/Me", "/Me/"])
@pytest.mark.parametrize("method", METHODS)
def test_a_credential_of_the_whole_tenant_has_no_me(
    okta: ScimClient, ada: User, method: str, path: str
) -> None:
    answer = okta.send(method, path, user_document("ada"))

    assert_scim_error(answer, 501)
    assert "--user" in body(answer)["detail"]


def test_me_is_never_the_user_of_that_name_elsewhere(me: ScimClient, ada: User, stranger: Tenant) -> None:
    theirs = User.objects.get(tenant=stranger, user_name="ada")

    assert body(me.get("/Me"))["id"] == str(ada.id)
    assert_scim_error(me.get(f"/Users/{theirs.id}"), 403)


def test_a_user_of_another_tenant_is_not_reached_by_its_id(tenant: Tenant, stranger: Tenant) -> None:
    theirs = User.objects.get(tenant=stranger, user_name="ada")
    client = ScimClient(f"Bearer {make_credential(tenant, user=subject_of(theirs)).token}")

    assert_scim_error(client.get("/Me"), 404)
    assert_scim_error(client.delete("/Me"), 404)
    assert User.objects.get(id=theirs.id).is_living


def test_where_me_says_it_is_it_can_be_reached(me: ScimClient, ada: User) -> None:
    path = body(me.get("/Me"))["meta"]["location"].removeprefix("http://testserver/scim/v2")

    assert me.get(path).status_code == 200
    assert me.patch(path, {"op": "replace", "value": {"title": "x"}}).status_code == 200
    assert me.delete(path).status_code == 204


@pytest.mark.parametrize("path", ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas"])
def test_the_discovery_documents_are_open_to_a_user(me: ScimClient, path: str) -> None:
    assert me.get(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        *("/Users", "/Users/{bob}", "/Groups", "/Groups/{group}", "/Users/.search", "/Groups/.search"),
        *("/.search", "/Bulk", "/nothing", ""),
    ],
)
@pytest.mark.parametrize("method", [*METHODS, "HEAD", "OPTIONS"])
def test_everything_else_is_forbidden_to_a_user(
    me: ScimClient, ada: User, bob: User, group: Group, method: str, path: str
) -> None:
    users, groups = User.objects.filter(tenant=ada.tenant), Group.objects.filter(tenant=ada.tenant)
    before = list(users.values()), list(groups.values())

    answer = me.send(method, path.format(bob=bob.id, group=group.id), {"userName": "eve", "displayName": "x"})

    assert answer.status_code == 403
    assert (list(users.values()), list(groups.values())) == before
    if method != "HEAD":
        assert_scim_error(answer, 403)
        assert "/Me" in body(answer)["detail"]


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_a_deactivated_user_does_not_let_itself_in_again(
    me: ScimClient, ada: User, tenant: Tenant, method: str
) -> None:
    change_user(tenant, ada.id, lambda document: document | {"active": False}, by=actor())

    answers = [me.send(method, path, user_document("ada")) for path in ("/Me", f"/Users/{ada.id}")]

    ada.refresh_from_db()
    assert (ada.active, ada.version) == (False, 2)
    for answer in answers:
        assert_scim_error(answer, 403)
        assert "activate" in body(answer)["detail"]


def test_a_change_that_waited_for_the_deactivation_is_refused(ada: User, tenant: Tenant) -> None:
    """As when it has been let in by the view and then waits for the lock of the deactivation."""
    request = RequestFactory().patch("/scim/v2/Me")
    vars(request).update(tenant=tenant, actor=actor(), bound_to=ada.id)
    adapter = UserAdapter(ada, request=request)
    change_user(tenant, ada.id, lambda document: document | {"active": False}, by=actor())

    with pytest.raises(ScimError, match="deactivated"):
        adapter.handle_operations([{"op": "replace", "value": {"active": True}}])

    ada.refresh_from_db()
    assert ada.active is False


def test_a_deactivated_user_is_reached_by_the_tenants_credential(okta: ScimClient, ada: User) -> None:
    operation: dict[str, Any] = {"op": "replace", "value": {"active": False}}
    okta.patch(f"/Users/{ada.id}", operation)

    assert okta.patch(f"/Users/{ada.id}", operation | {"value": {"active": True}}).status_code == 200


def test_deleting_the_user_elsewhere_ends_what_its_credential_can_do(
    me: ScimClient, ada: User, tenant: Tenant
) -> None:
    delete_user(tenant, ada.id, by=actor())

    assert_scim_error(me.get("/Me"), 404)
    assert Credential.objects.get(user_id=ada.id).revoked_at is None
