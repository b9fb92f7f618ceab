"""Many changes in one request (RFC 7644, 3.7)."""

from __future__ import annotations

from typing import Any

import pytest

from directory.models import Group, Membership, User
from tenants.models import Tenant
from tests.factories import make_user, user_document
from tests.log import log_events
from tests.scim.bulks import bulk, id_in, new_group, new_user, patch, run, statuses
from tests.scim.client import ERROR, ScimClient, body

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
REFUSED = "application.provision.integration.call_api"


def test_the_example_of_all_four_methods(okta: ScimClient, ada: User, bob: User, group: Group) -> None:
    """RFC 7644, 3.7.3."""
    answer = run(
        okta,
        new_user("qwerty", "Alice"),
        {
            "method": "PUT",
            "path": f"/Users/{bob.id}",
            "version": 'W/"1"',
            "data": user_document("Bob", title="x"),
        },
        patch(
            f"/Users/{ada.id}", {"op": "remove", "path": "nickName"}, {"op": "add", "value": {"title": "Dr"}}
        ),
        {"method": "DELETE", "path": f"/Groups/{group.id}", "version": 'W/"1"'},
        failOnErrors=1,
    )

    alice = User.objects.get(tenant=ada.tenant, user_name="Alice")
    base = "http://testserver/scim/v2"
    assert answer == [
        {
            "method": "POST",
            "bulkId": "qwerty",
            "version": 'W/"1"',
            "location": f"{base}/Users/{alice.id}",
            "status": "201",
        },
        {"method": "PUT", "version": 'W/"2"', "location": f"{base}/Users/{bob.id}", "status": "200"},
        {"method": "PATCH", "version": 'W/"2"', "location": f"{base}/Users/{ada.id}", "status": "200"},
        {"method": "DELETE", "location": f"{base}/Groups/{group.id}", "status": "204"},
    ]
    assert okta.get(f"/Groups/{group.id}").status_code == 404


def test_a_new_group_has_a_new_user_as_member(okta: ScimClient, tenant: Tenant) -> None:
    """RFC 7644, 3.7.2."""
    answer = run(okta, new_user("qwerty", "Alice"), new_group("ytrewq", "bulkId:qwerty"))

    assert statuses(answer) == ["201", "201"]
    (member,) = body(okta.get(f"/Groups/{id_in(answer[1])}"))["members"]
    assert member["value"] == id_in(answer[0])


def test_what_is_referred_to_runs_first_and_the_answer_keeps_the_order_sent(okta: ScimClient) -> None:
    manager: dict[str, Any] = {ENTERPRISE: {"manager": {"value": "bulkId:boss"}}}

    answer = run(okta, new_group("team", "bulkId:worker"), new_user("worker", **manager), new_user("boss"))

    assert [operation["bulkId"] for operation in answer] == ["team", "worker", "boss"]
    assert statuses(answer) == ["201"] * 3
    worker = body(okta.get(f"/Users/{id_in(answer[1])}"))
    assert worker[ENTERPRISE]["manager"]["value"] == id_in(answer[2])
    assert (
        Membership.objects.get(group_id=id_in(answer[0])).user_id == User.objects.get(user_name="worker").id
    )


def test_two_groups_may_be_members_of_each_other(okta: ScimClient) -> None:
    """RFC 7644, 3.7.1."""
    answer = run(okta, new_group("a", "bulkId:b"), new_group("b", "bulkId:a"))

    first, second = (id_in(operation) for operation in answer)
    assert statuses(answer) == ["201", "201"]
    assert Membership.objects.get(group_id=first).value == second
    assert Membership.objects.get(group_id=second).value == first


def test_two_users_may_manage_each_other(okta: ScimClient) -> None:
    def managed_by(name: str) -> dict[str, Any]:
        return {ENTERPRISE: {"manager": {"value": f"bulkId:{name}"}}}

    answer = run(okta, new_user("a", **managed_by("b")), new_user("b", **managed_by("a")))

    first, second = (body(okta.get(f"/Users/{id_in(operation)}")) for operation in answer)
    assert first[ENTERPRISE]["manager"]["value"] == second["id"]
    assert second[ENTERPRISE]["manager"]["value"] == first["id"]


def test_a_user_and_its_group_may_refer_to_each_other(okta: ScimClient) -> None:
    answer = run(okta, new_user("ann", costCenter="bulkId:team"), new_group("team", "bulkId:ann"))

    assert statuses(answer) == ["201", "201"]
    assert body(okta.get(f"/Users/{id_in(answer[0])}"))["costCenter"] == id_in(answer[1])
    assert str(Membership.objects.get(group_id=id_in(answer[1])).user_id) == id_in(answer[0])


def test_a_chain_as_long_as_the_request_runs_from_its_end(okta: ScimClient) -> None:
    names = [f"g{number}" for number in range(60)]
    chain = [
        new_group(name, f"bulkId:{after}") for name, after in zip(names, [*names[1:], "g0"], strict=True)
    ]

    assert set(statuses(run(okta, *chain))) == {"201"}


def test_patch_values_paths_and_addresses_may_refer(okta: ScimClient, group: Group, ada: User) -> None:
    value = [{"value": "bulkId:new"}]
    answer = run(
        okta,
        patch(f"/Groups/{group.id}", {"op": "add", "path": "members", "value": value}),
        patch(f"/Groups/{group.id}", {"op": "remove", "path": 'members[value eq "bulkId:new"]'}),
        patch("/Users/bulkId:new", {"op": "replace", "path": "title", "value": "Dr"}),
        new_user("new"),
    )

    assert statuses(answer) == ["200", "200", "200", "201"]
    assert User.objects.get(user_name="new").document["title"] == "Dr"
    assert id_in(answer[2]) == id_in(answer[3])
    assert list(group.memberships.values_list("user_id", flat=True)) == [ada.id]
    assert Group.objects.get(id=group.id).version == 3


def test_an_unknown_bulk_id_fails_its_operation_alone(okta: ScimClient, tenant: Tenant) -> None:
    answer = run(okta, new_group("team", "bulkId:nobody"), new_user("ann"))

    assert statuses(answer) == ["400", "201"]
    assert answer[0]["response"]["scimType"] == "invalidValue"
    assert "nobody" in answer[0]["response"]["detail"]
    assert not Group.objects.filter(tenant=tenant).exists()


def test_what_refers_to_a_failed_operation_fails_and_says_which(okta: ScimClient, ada: User) -> None:
    answer = run(okta, new_group("team", "bulkId:twin"), new_user("twin", "ada"))

    assert statuses(answer) == ["409", "409"]
    assert "twin" in answer[0]["response"]["detail"]
    assert answer[1]["response"]["scimType"] == "uniqueness"
    assert "location" not in answer[0]
    assert not Group.objects.filter(tenant=ada.tenant).exists()


def test_a_refused_operation_answers_as_the_single_request_does(okta: ScimClient, ada: User) -> None:
    single = body(okta.post("/Users", user_document("ada")))

    (refused,) = run(okta, new_user("x", "ada"))

    assert refused == {"method": "POST", "bulkId": "x", "status": "409", "response": single}
    assert single["schemas"] == [ERROR]


@pytest.mark.parametrize(("allowed", "ran"), [(1, 2), (2, 4), (3, 5), (None, 5)])
def test_after_as_many_errors_as_allowed_the_rest_is_left(
    okta: ScimClient, ada: User, allowed: int | None, ran: int
) -> None:
    operations = [new_user("a"), new_user("b", "ada"), new_user("c"), new_user("d", "ada"), new_user("e")]

    answer = run(okta, *operations, failOnErrors=allowed)

    assert [operation["bulkId"] for operation in answer] == list("abcde")[:ran]
    assert User.objects.filter(tenant=ada.tenant, user_name="e").exists() is (ran == 5)


def test_another_version_is_412_for_its_operation(okta: ScimClient, ada: User, bob: User) -> None:
    title = {"op": "replace", "path": "title", "value": "Dr"}
    answer = run(
        okta,
        patch(f"/Users/{ada.id}", title, version='W/"7"'),
        {"method": "DELETE", "path": f"/Users/{bob.id}", "version": "1"},
        patch(f"/Users/{ada.id}", title, version='W/"1"'),
    )

    assert statuses(answer) == ["412", "412", "200"]
    assert id_in(answer[0]) == str(ada.id)
    assert answer[2]["version"] == 'W/"2"'


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_another_tenants_user_is_not_there(okta: ScimClient, stranger: Tenant, method: str) -> None:
    theirs = User.objects.filter(tenant=stranger).first()
    assert theirs
    operation = {"method": method, "path": f"/Users/{theirs.id}", "data": user_document("mine")}

    (refused,) = run(okta, operation)

    assert refused["status"] == refused["response"]["status"] == "404"
    theirs.refresh_from_db()
    assert (theirs.version, theirs.deleted_at) == (1, None)


def test_an_operation_happens_whole_or_not_at_all(okta: ScimClient, group: Group, bob: User) -> None:
    add = {"op": "add", "path": "members", "value": [{"value": str(bob.id)}]}
    wrong = {"op": "replace", "path": "nonsense", "value": 1}

    answer = run(okta, new_user("before"), patch(f"/Groups/{group.id}", add, wrong), new_user("after"))

    assert statuses(answer) == ["201", "400", "201"]
    assert group.memberships.count() == 1
    assert Group.objects.get(id=group.id).version == 1


def test_a_bug_is_not_swallowed_and_what_ran_before_stays(
    okta: ScimClient, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scim.adapters.services.create_group", lambda *_, **__: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        okta.post("/Bulk", bulk(new_user("before"), new_user("again", "before"), new_group("team")))

    assert log_events().filter(tenant=tenant, event_type=REFUSED).count() == 1
    assert User.objects.filter(tenant=tenant, user_name="before").exists()


def test_every_refused_operation_is_in_the_log(okta: ScimClient, ada: User) -> None:
    run(okta, new_user("x", "ada"), {"method": "DELETE", "path": "/Users/1"}, new_user("fine"))

    events = log_events().filter(tenant=ada.tenant, event_type=REFUSED).order_by("id")
    noted = [event.document["debugContext"]["debugData"] for event in events]
    assert [(one["httpMethod"], one["requestUri"], one["httpStatus"]) for one in noted] == [
        ("POST", "/scim/v2/Users", "409"),
        ("DELETE", "/scim/v2/Users/1", "404"),
    ]


def test_a_deleted_user_name_is_free_for_the_next_operation(okta: ScimClient, tenant: Tenant) -> None:
    ann = make_user(tenant, "ann")

    answer = run(okta, {"method": "DELETE", "path": f"/Users/{ann.id}"}, new_user("ann"))

    assert statuses(answer) == ["204", "201"]
