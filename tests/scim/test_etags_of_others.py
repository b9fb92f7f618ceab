"""A tag names what a resource shows of others, too (RFC 7644, 3.14; RFC 9110, 8.8)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from directory.models import Group, User
from directory.services import delete_group
from tenants.models import Tenant
from tests.factories import actor, make_group, make_user, user_document
from tests.scim.bulks import patch, run
from tests.scim.client import ScimClient, body
from tests.scim.filtering import found
from tests.scim.membership import adding, member
from tests.scim.test_costs import statements

TITLE = {"op": "replace", "path": "title", "value": "Dr"}
RENAMED = {"op": "replace", "path": "displayName", "value": "Crew"}


def again(okta: ScimClient, path: str, tag: str) -> HttpResponse:
    """Read once more by who has what the tag names."""
    return okta.send("GET", path, b"", headers={"If-None-Match": tag})


def tag_of(okta: ScimClient, path: str) -> str:
    """The same in the header and in the body, and 304 as long as nothing changes."""
    answer = okta.get(path)
    tag: str = answer["ETag"]
    assert body(answer)["meta"]["version"] == tag
    assert (again(okta, path, tag).status_code, again(okta, path, tag)["ETag"]) == (304, tag)
    return tag


def test_a_user_whose_groups_changed_is_sent_again(okta: ScimClient, ada: User, group: Group) -> None:
    path = f"/Users/{ada.id}"
    alone = tag_of(okta, f"/Users/{make_user(ada.tenant, 'alone').id}")
    in_one = tag_of(okta, path)

    okta.patch(f"/Groups/{group.id}", RENAMED)
    renamed = again(okta, path, in_one)
    make_group(ada.tenant, "Second", ada)
    in_two = again(okta, path, renamed["ETag"])
    delete_group(ada.tenant, group.id, by=actor())
    left = again(okta, path, in_two["ETag"])

    assert alone == 'W/"1"'
    assert [one["display"] for one in body(renamed)["groups"]] == ["Crew"]
    assert [one["display"] for one in body(in_two)["groups"]] == ["Crew", "Second"]
    assert [one["display"] for one in body(left)["groups"]] == ["Second"]
    tags = [in_one, *(answer["ETag"] for answer in (renamed, in_two, left))]
    assert len(set(tags)) == 4
    assert all(tag.startswith('W/"1-') for tag in tags)


def test_who_left_all_groups_has_a_plain_tag_again(okta: ScimClient, ada: User, group: Group) -> None:
    in_one = tag_of(okta, f"/Users/{ada.id}")

    okta.patch(f"/Groups/{group.id}", {"op": "remove", "path": "members"})

    assert again(okta, f"/Users/{ada.id}", in_one)["ETag"] == 'W/"1"'


def test_without_groups_the_tag_is_that_of_the_version(okta: ScimClient, ada: User, group: Group) -> None:
    for query in ("excludedAttributes=groups", "attributes=userName", "attributes=meta"):
        assert okta.get(f"/Users/{ada.id}?{query}")["ETag"] == 'W/"1"'
        assert again(okta, f"/Users/{ada.id}?{query}", 'W/"1"').status_code == 304
    assert again(okta, f"/Users/{ada.id}", 'W/"1"').status_code == 200


def test_every_answer_shows_the_same_tag(okta: ScimClient, ada: User, group: Group) -> None:
    path = f"/Users/{ada.id}"

    patched, put = okta.patch(path, TITLE), okta.put(path, user_document("ada", title="Dr"))

    tag = tag_of(okta, path)
    assert tag.startswith('W/"2-')
    assert {patched["ETag"], put["ETag"], body(put)["meta"]["version"]} == {tag}
    assert [one["meta"]["version"] for one in body(okta.get("/Users"))["Resources"]] == [tag]
    search = okta.post("/.search", {"filter": 'userName eq "ada"'})
    assert [one["meta"]["version"] for one in body(search)["Resources"]] == [tag]
    assert okta.send("HEAD", path)["ETag"] == tag


def test_a_change_is_on_condition_of_the_version_alone(okta: ScimClient, ada: User, group: Group) -> None:
    """Groups are read-only there: a change of the user overwrites nothing of theirs."""
    path = f"/Users/{ada.id}"
    seen = tag_of(okta, path)
    okta.patch(f"/Groups/{group.id}", RENAMED)

    def change(tag: str, header: str = "If-Match") -> int:
        return okta.send("PUT", path, user_document("ada", title=tag), headers={header: tag}).status_code

    assert change(seen, "If-None-Match") == 412
    assert change(seen) == 200
    assert change(seen) == 412
    assert change('W/"2"') == 200
    assert change('W/"3-"') == 412
    assert okta.send("GET", path, b"", headers={"If-Match": seen}).status_code == 412


def test_a_bulk_operation_takes_the_tag_as_its_version(okta: ScimClient, ada: User, group: Group) -> None:
    tag = tag_of(okta, f"/Users/{ada.id}")

    (fine,) = run(okta, patch(f"/Users/{ada.id}", TITLE, version=tag))
    (stale,) = run(okta, patch(f"/Users/{ada.id}", TITLE, version=tag))

    assert (fine["status"], fine["version"], stale["status"]) == ("200", 'W/"2"', "412")


def test_filters_compare_the_version_alone(okta: ScimClient, ada: User, group: Group) -> None:
    make_user(ada.tenant, "bob")
    okta.patch(f"/Users/{ada.id}", TITLE)
    tag = tag_of(okta, f"/Users/{ada.id}")

    for version in (tag, 'W/"2"', 'W/"2-abc"'):
        quoted = version.replace('"', '\\"')
        assert found(okta, f'meta.version eq "{quoted}"') == "ada"
        assert found(okta, f'meta.version ne "{quoted}"') == "bob"


@pytest.fixture
def crew(okta: ScimClient, tenant: Tenant, bob: User) -> Group:
    """Bob is in it, and no client said what he is called there."""
    return make_group(tenant, "Crew", bob)


def rename(okta: ScimClient, user: User) -> None:
    okta.patch(f"/Users/{user.id}", {"op": "replace", "path": "displayName", "value": "Robert"})


def test_a_group_whose_member_is_called_otherwise_is_sent_again(
    okta: ScimClient, crew: Group, bob: User
) -> None:
    path = f"/Groups/{crew.id}"
    before = tag_of(okta, path)

    rename(okta, bob)

    after = again(okta, path, before)
    assert body(after)["members"][0]["display"] == "Robert"
    assert before != after["ETag"] == tag_of(okta, path)
    assert {one["meta"]["version"] for one in body(okta.get("/Groups"))["Resources"]} == {after["ETag"]}


def test_a_group_that_shows_only_what_clients_sent_stays_what_it_is(
    okta: ScimClient, group: Group, ada: User, bob: User
) -> None:
    okta.patch(f"/Groups/{group.id}", {"op": "replace", "path": "members", "value": []}, adding(bob))
    path = f"/Groups/{group.id}"
    before = tag_of(okta, path)

    rename(okta, bob)

    assert again(okta, path, before).status_code == 304
    assert before == 'W/"2"'
    assert body(okta.get(path))["members"][0]["display"] == member(bob)["display"]


def test_without_members_a_group_is_what_its_version_says(okta: ScimClient, crew: Group, bob: User) -> None:
    rename(okta, bob)

    assert again(okta, f"/Groups/{crew.id}?excludedAttributes=members", 'W/"1"').status_code == 304


def test_a_group_changes_on_condition_of_its_own_version(okta: ScimClient, crew: Group, bob: User) -> None:
    path = f"/Groups/{crew.id}"
    seen = tag_of(okta, path)
    rename(okta, bob)

    sent = {"displayName": "Team"}

    assert okta.send("PUT", path, sent, headers={"If-Match": seen}).status_code == 200
    assert okta.send("PUT", path, sent, headers={"If-Match": seen}).status_code == 412


@pytest.mark.parametrize("kind", ["Users", "Groups"])
def test_the_tag_costs_a_statement_at_most(okta: ScimClient, group: Group, ada: User, kind: str) -> None:
    path = f"/Users/{ada.id}" if kind == "Users" else f"/Groups/{group.id}"
    tag = tag_of(okta, path)

    def cost(**headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with CaptureQueriesContext(connection) as captured:
            okta.send("GET", path, b"", headers=named)
        return len(statements(captured))

    assert cost() == cost(If_None_Match='W/"7"') == cost(If_None_Match=tag) == (2 if kind == "Users" else 3)


def test_deleting_a_member_changes_the_version(okta: ScimClient, crew: Group, bob: User) -> None:
    before = tag_of(okta, f"/Groups/{crew.id}")

    okta.delete(f"/Users/{bob.id}")

    assert body(again(okta, f"/Groups/{crew.id}", before))["members"] == []
