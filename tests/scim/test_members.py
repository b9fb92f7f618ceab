"""Whom the members of a group stand for, and what it costs to change them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directory.models import Group, User
from tenants.models import Tenant
from tests.factories import make_group, make_user
from tests.scim.client import ScimClient, body
from tests.scim.membership import adding, ids, read, removing

OKTA_ID = "00ujl29u0le5T6Aj10h7"
# As long as a UUID and with its hyphens, but no UUID.
LOOKALIKE = "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz"


def test_an_unknown_member_is_kept_and_joins_up_when_its_user_arrives(
    okta: ScimClient, group: Group, ada: User
) -> None:
    unknown = {"value": OKTA_ID, "display": "late@example.com", "type": "User"}
    kept = body(okta.patch(f"/Groups/{group.id}", {"op": "add", "path": "members", "value": [unknown]}))

    late = body(okta.post("/Users", {"userName": "late", "externalId": OKTA_ID}))

    assert kept["members"][1] == unknown
    assert ids(read(okta, group)) == [str(ada.id), late["id"]]
    assert [one["value"] for one in body(okta.get(f"/Users/{late['id']}"))["groups"]] == [str(group.id)]


def test_a_member_that_only_looks_like_an_id_is_kept_unresolved(
    okta: ScimClient, group: Group, ada: User
) -> None:
    lookalike = {"value": LOOKALIKE}

    created = okta.post("/Groups", {"displayName": "Sales", "members": [lookalike]})
    patched = okta.patch(f"/Groups/{group.id}", {"op": "add", "path": "members", "value": [lookalike]})

    assert created.status_code == 201
    assert body(created)["members"] == [lookalike]
    assert patched.status_code == 200
    assert ids(body(patched)) == [str(ada.id), LOOKALIKE]
    assert body(patched)["members"][1] == lookalike


def test_an_unknown_member_can_be_removed_again(okta: ScimClient, group: Group, ada: User) -> None:
    okta.patch(f"/Groups/{group.id}", {"op": "add", "path": "members", "value": [{"value": OKTA_ID}]})

    answer = okta.patch(f"/Groups/{group.id}", {"op": "remove", "path": f'members[value eq "{OKTA_ID}"]'})

    assert ids(body(answer)) == [str(ada.id)]


def test_another_tenants_user_is_nobody_in_our_group(
    okta: ScimClient, foreign: ScimClient, stranger: Tenant, group: Group
) -> None:
    theirs = User.objects.get(tenant=stranger, user_name="bob")
    before = body(foreign.get(f"/Users/{theirs.id}"))

    answer = okta.patch(
        f"/Groups/{group.id}", {"op": "add", "path": "members", "value": [{"value": str(theirs.id)}]}
    )

    # Kept as an id that nobody here has: no name, no reference.
    assert body(answer)["members"][1:] == [{"value": str(theirs.id)}]
    assert body(foreign.get(f"/Users/{theirs.id}")) == before


def test_another_tenants_group_waits_in_vain_for_our_user(
    okta: ScimClient, foreign: ScimClient, stranger: Tenant
) -> None:
    theirs = Group.objects.get(tenant=stranger)
    add = {"op": "add", "path": "members", "value": [{"value": OKTA_ID}]}
    before = body(foreign.patch(f"/Groups/{theirs.id}", add))

    ours = body(okta.post("/Users", {"userName": "late", "externalId": OKTA_ID}))

    assert body(foreign.get(f"/Groups/{theirs.id}")) == before
    assert "groups" not in body(okta.get(f"/Users/{ours['id']}"))


def test_deleting_a_user_takes_it_out_of_its_groups(okta: ScimClient, group: Group, ada: User) -> None:
    before = read(okta, group)

    okta.delete(f"/Users/{ada.id}")

    after = read(okta, group)
    assert before["meta"]["version"] == 'W/"1-1"'
    assert after["meta"]["version"] == 'W/"2"'
    assert after["members"] == []


@pytest.mark.slow
def test_a_patch_of_a_very_large_group_is_answered_without_it(
    okta: ScimClient, group: Group, bob: User
) -> None:
    many = [{"value": f"nobody-{number}"} for number in range(1001)]

    answer = okta.patch(f"/Groups/{group.id}", {"op": "add", "path": "members", "value": many})

    assert answer.status_code == 204
    assert answer.content == b""
    assert len(read(okta, group)["members"]) == 1002


def test_a_patch_counts_no_more_members_than_decide_its_answer(
    okta: ScimClient, group: Group, bob: User
) -> None:
    many = [{"value": f"nobody-{number}"} for number in range(998)]
    okta.patch(f"/Groups/{group.id}", {"op": "add", "path": "members", "value": many})

    with CaptureQueriesContext(connection) as queries:
        answer = okta.patch(f"/Groups/{group.id}", adding(bob))

    counts = [query["sql"] for query in queries if "COUNT(" in query["sql"]]
    assert len(body(answer)["members"]) == 1000
    assert len(counts) == 1
    assert "LIMIT 1001" in counts[0]


@pytest.mark.parametrize("change", ["add", "remove"])
def test_one_member_more_or_less_costs_the_same_in_any_size_of_group(
    okta: ScimClient, tenant: Tenant, bob: User, change: str
) -> None:
    operation = adding(bob) if change == "add" else removing(bob)
    crowd = [make_user(tenant, f"user{number}") for number in range(200)]
    okta.get("/Users", count=0)
    costs = []
    for size in (10, 200):
        group = make_group(tenant, "Crowd", *crowd[:size], *([] if change == "add" else [bob]))
        with CaptureQueriesContext(connection) as queries:
            okta.patch(f"/Groups/{group.id}", operation)

        costs.append(len(queries))

    assert costs[0] == costs[1]
    assert costs[0] < 25


def test_a_page_of_groups_costs_the_same_for_any_number_of_members(okta: ScimClient, tenant: Tenant) -> None:
    users = [make_user(tenant, f"user{number}") for number in range(20)]
    okta.get("/Users", count=0)
    costs = []
    for name in ("one", "two", "three"):
        make_group(tenant, name, *users)
        with CaptureQueriesContext(connection) as queries:
            groups = body(okta.get("/Groups"))["Resources"]
        costs.append(len(queries))

    assert {len(group["members"]) for group in groups} == {20}
    assert costs[0] == costs[1] == costs[2]


def test_a_page_of_groups_with_their_members_is_at_most_a_hundred(okta: ScimClient, tenant: Tenant) -> None:
    for number in range(101):
        make_group(tenant, f"Group {number}")

    first = body(okta.get("/Groups", count=1000))
    second = body(okta.get("/Groups", count=1000, startIndex=101))
    bare = body(okta.get("/Groups", count=1000, excludedAttributes="members"))

    assert (first["totalResults"], first["itemsPerPage"], len(first["Resources"])) == (101, 100, 100)
    assert (second["totalResults"], second["itemsPerPage"], len(second["Resources"])) == (101, 1, 1)
    assert (bare["itemsPerPage"], len(bare["Resources"])) == (101, 101)
