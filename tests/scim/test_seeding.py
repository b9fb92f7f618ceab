"""A tenant that `seed_directory` filled answers like one that was filled by SCIM."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from audit.models import Event
from directory.documents import own_version
from directory.models import Group, Membership, User
from directory.seeding.documents import group_document, user_document
from lib.documents import clean
from lib.schema import GROUP_RESOURCE, USER_RESOURCE
from tenants.models import Tenant
from tests.factories import make_user
from tests.log import log_events
from tests.scim.client import ScimClient, body

# What differs between two of a kind: whose, when and which one.
OWN = {"id", "tenant_id", "user_id", "uuid", "created_at", "modified_at", "published", "transaction_id"}
OWN |= {"body", "words", "_state", "group_id"}


def seed(*words: str) -> None:
    call_command("seed_directory", "acme", *words, stdout=StringIO())


def columns(row: User | Group | Membership | Event) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if name not in OWN}


def names(answer: Any) -> list[str]:
    return [user["userName"] for user in body(answer)["Resources"]]


@pytest.mark.parametrize("number", [1, 20, 32, 999_999])
def test_synthetic_documents_are_as_clean_as_what_was_sent_and_cleaned(number: int) -> None:
    user, group = user_document(number), group_document(number)

    assert clean(user, USER_RESOURCE) == user
    assert clean(group, GROUP_RESOURCE) == group


def test_a_seeded_user_is_the_row_and_the_event_of_one_that_was_sent(
    okta: ScimClient, foreign: ScimClient, tenant: Tenant, stranger: Tenant
) -> None:
    seed("--users", "1", "--events", "1")

    sent = foreign.post("/Users", user_document(1))

    assert sent.status_code == 201
    seeded_row, sent_row = User.objects.get(tenant=tenant), User.objects.get(id=body(sent)["id"])
    assert columns(seeded_row) == columns(sent_row)
    seeded_event, sent_event = (log_events().get(user_id=row.id) for row in (seeded_row, sent_row))
    assert columns(seeded_event).keys() == columns(sent_event).keys()
    assert seeded_event.document.keys() == sent_event.document.keys()
    for name in ("event_type", "severity", "result", "version", "group_id", "target_id"):
        assert getattr(seeded_event, name) == getattr(sent_event, name)
    about, same = seeded_event.document["target"][0], sent_event.document["target"][0]
    assert {**about, "id": ""} == {**same, "id": ""}
    assert about["id"] == str(seeded_row.id)


def test_a_seeded_user_is_read_like_one_that_was_sent(okta: ScimClient, foreign: ScimClient) -> None:
    seed("--users", "1")
    sent = body(foreign.post("/Users", user_document(1)))

    (seeded,) = body(okta.get("/Users", filter='userName eq "USER0000001@example.com"'))["Resources"]

    alone = okta.get(f"/Users/{seeded['id']}")
    assert body(alone) == seeded
    assert alone["ETag"] == 'W/"1"'
    own = ("id", "meta")
    assert {**seeded, **dict.fromkeys(own)} == {**sent, **dict.fromkeys(own)}
    assert seeded["meta"].keys() == sent["meta"].keys()


def test_seeded_users_are_listed_in_the_order_of_their_numbers(okta: ScimClient) -> None:
    seed("--users", "30")
    seed("--users", "2")

    page = okta.get("/Users", startIndex=29, count=10)

    assert names(page) == [f"user00000{number}@example.com" for number in (29, 30, 31, 32)]
    assert body(page)["totalResults"] == 32


def test_users_who_were_sent_meanwhile_keep_their_names(okta: ScimClient, tenant: Tenant) -> None:
    seed("--users", "1")
    make_user(tenant, "User0000007@Example.com")

    seed("--users", "2")

    assert names(okta.get("/Users"))[1:] == [
        "User0000007@Example.com",
        "user0000008@example.com",
        "user0000009@example.com",
    ]


def test_seeded_groups_have_the_oldest_users_as_members(okta: ScimClient, foreign: ScimClient) -> None:
    seed("--users", "5")

    seed("--groups", "2", "--group-size", "3")

    first, second = body(okta.get("/Groups"))["Resources"]
    users = {user["id"]: user["userName"][4:11] for user in body(okta.get("/Users"))["Resources"]}
    assert [users[member["value"]] for member in first["members"]] == ["0000001", "0000002", "0000003"]
    assert [users[member["value"]] for member in second["members"]] == ["0000004", "0000005", "0000001"]
    of_both = okta.get(
        "/Users", filter=f'groups.value eq "{first["id"]}" and groups.value eq "{second["id"]}"'
    )
    assert names(of_both) == ["user0000001@example.com"]
    assert body(foreign.get("/Groups"))["totalResults"] == 1


def test_a_seeded_group_is_read_like_one_that_was_sent(okta: ScimClient, foreign: ScimClient) -> None:
    seed("--users", "1", "--groups", "1", "--group-size", "1", "--events", "3")
    user = body(foreign.post("/Users", user_document(1)))
    members = {"members": [{"value": user["id"]}]}
    sent = body(foreign.post("/Groups", {**group_document(1), **members}))

    (seeded,) = body(okta.get("/Groups"))["Resources"]

    own = ("id", "meta", "members")
    assert {**seeded, **dict.fromkeys(own)} == {**sent, **dict.fromkeys(own)}
    assert [member["display"] for member in seeded["members"]] == [
        member["display"] for member in sent["members"]
    ]
    kinds = log_events().order_by("id").values_list("event_type", flat=True)
    assert list(kinds.filter(group_id=seeded["id"])) == list(kinds.filter(group_id=sent["id"]))
    rows = [Membership.objects.get(group_id=group["id"]) for group in (seeded, sent)]
    assert columns(rows[0]).keys() == columns(rows[1]).keys()
    assert rows[0].value == str(rows[0].user_id)


def test_a_member_of_a_seeded_group_is_taken_out_like_any_other(okta: ScimClient) -> None:
    seed("--users", "3", "--groups", "1", "--group-size", "3")
    (group,) = body(okta.get("/Groups"))["Resources"]
    leaving = group["members"][1]["value"]

    answer = okta.patch(f"/Groups/{group['id']}", {"op": "remove", "path": f'members[value eq "{leaving}"]'})

    assert answer.status_code == 200
    assert len(body(answer)["members"]) == 2
    assert own_version(body(answer)["meta"]["version"]) == 'W/"2"'


def test_the_log_has_as_many_events_as_are_wanted_in_the_order_of_time(
    okta: ScimClient, tenant: Tenant
) -> None:
    before = log_events().filter(tenant=tenant).count()

    seed("--users", "2", "--groups", "1", "--group-size", "2", "--events", "7")

    events = list(log_events().filter(tenant=tenant).order_by("id")[before:])
    assert [event.event_type for event in events] == [
        *["user.lifecycle.create"] * 2,
        "group.lifecycle.create",
        *["group.user_membership.add"] * 2,
        *["user.session.start"] * 2,
    ]
    published = [event.published for event in events]
    assert published == sorted(published)


def test_fewer_events_than_changes_leave_the_later_changes_out(okta: ScimClient, tenant: Tenant) -> None:
    before = log_events().filter(tenant=tenant).count()

    seed("--users", "3", "--groups", "1", "--group-size", "1", "--events", "2")

    assert [event.event_type for event in log_events().filter(tenant=tenant).order_by("id")[before:]] == [
        "user.lifecycle.create"
    ] * 2


def test_many_rows_go_part_by_part(okta: ScimClient, tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lib.bulk.PART", 3)

    seed("--users", "10", "--groups", "4", "--group-size", "7", "--events", "50")

    assert names(okta.get("/Users")) == [f"user{number:07d}@example.com" for number in range(1, 11)]
    assert [len(group["members"]) for group in body(okta.get("/Groups"))["Resources"]] == [7] * 4
    assert log_events().filter(tenant=tenant).exclude(event_type__startswith="system.").count() == 50


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--users", "-1"], "whole number"),
        (["--users", "many"], "whole number"),
        (["--users", "3", "--groups", "1", "--group-size", "4"], "there are 3 users"),
        (["--users", "10000000"], "9999999"),
    ],
)
def test_what_cannot_be_made_is_refused_whole_with_a_sentence(
    okta: ScimClient, tenant: Tenant, words: list[str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        seed(*words)

    assert tenant.users.count() == 0


def test_asking_for_nothing_is_wrong_usage(okta: ScimClient) -> None:
    with pytest.raises(CommandError, match="Say what to make") as refused:
        seed()

    assert refused.value.returncode == 2


def test_an_unknown_tenant_is_named_and_nobody_is_made(okta: ScimClient, stranger: Tenant) -> None:
    before = User.objects.count()

    with pytest.raises(CommandError, match="There is no tenant 'nobody'"):
        call_command("seed_directory", "nobody", "--users", "1")

    assert User.objects.count() == before
