"""A preview says what a delivery would do, attribute by attribute, and writes nothing."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from directory.models import Group, User
from directory.services import change_group, change_user, delete_user
from downstream.errors import AccessDenied
from downstream.fields import HIDDEN
from downstream.models import Attempt
from downstream.previews import Outlook, Preview, preview
from lib.documents import Member
from lib.documents.changes import AddMembers
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.downstream.test_delivery import rename, switch
from tests.factories import actor, make_group, make_user
from tests.schemas import define


def look(hr: Downstream, resource: User | Group) -> Preview:
    """The preview; the target's accounts and the replica stay as they are."""
    accounts, replica = deepcopy(hr.store.accounts), hr.replica(resource)
    before, attempts = vars(replica).copy(), Attempt.objects.count()

    seen = preview(replica)

    assert hr.store.accounts == accounts
    after = vars(hr.replica(resource))
    assert {name: after[name] for name in before if name != "_state"} == {
        name: value for name, value in before.items() if name != "_state"
    }
    assert Attempt.objects.count() == attempts
    return seen


def changes(seen: Preview) -> dict[str, tuple[Any, Any]]:
    return {line.field: (line.there, line.wanted) for line in seen.changes}


def test_a_new_user_would_be_created(tenant: Tenant, hr: Downstream) -> None:
    seen = look(hr, make_user(tenant, "ada"))

    assert seen.outlook == Outlook.CREATE
    assert changes(seen)["userName"] == (None, "ada")


def test_a_change_is_told_beside_what_is_there(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada", displayName="Ada")
    hr.drain()
    change_user(tenant, ada.id, rename("Countess"), by=actor())

    seen = look(hr, ada)

    assert (seen.outlook, changes(seen)) == (Outlook.UPDATE, {"displayName": ("Ada", "Countess")})
    assert ("userName", "ada") in [(line.field, line.there) for line in seen.lines]


def test_what_was_changed_over_there_would_be_put_right(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada", displayName="Ada")
    hr.drain()
    hr.store.accounts[hr.replica(ada).remote_id]["displayName"] = "Eve"

    assert changes(look(hr, ada)) == {"displayName": ("Eve", "Ada")}


def test_what_is_in_step_needs_nothing(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    hr.drain()

    assert look(hr, ada).outlook == Outlook.NOTHING


def test_each_operation_has_its_word(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada", active=True)
    hr.drain()
    seen = []
    for active in (False, True):
        change_user(tenant, ada.id, switch(active), by=actor())
        seen.append(look(hr, ada).outlook)
        hr.drain()
    delete_user(tenant, ada.id, by=actor())
    seen.append(look(hr, ada).outlook)
    hr.drain()
    seen.append(look(hr, ada).outlook)

    assert seen == [Outlook.DEACTIVATE, Outlook.REACTIVATE, Outlook.REMOVE, Outlook.NOTHING]


def test_an_account_that_vanished_would_be_created_again(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    hr.drain()
    hr.store.accounts.clear()

    seen = look(hr, ada)

    assert seen.outlook == Outlook.RECREATE
    assert "gone" in seen.sentence


def test_an_account_that_is_there_already_would_be_adopted(tenant: Tenant, hr: Downstream) -> None:
    hr.store.accounts["7"] = {"userName": "ada", "meta": {"resourceType": "User"}}

    seen = look(hr, make_user(tenant, "ada"))

    assert (seen.outlook, seen.remote_id) == (Outlook.ADOPT, "7")


def test_an_entry_of_somebody_else_would_not_be_seized(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    hr.drain()
    hr.store.accounts[hr.replica(ada).remote_id]["userName"] = "bob"

    seen = look(hr, make_user(tenant, "bob"))

    assert seen.outlook == Outlook.FAIL
    assert "Ada Lovelace" in seen.sentence


def test_a_name_that_another_still_has_is_waited_for(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    hr.drain()
    change_user(tenant, ada.id, lambda document: {**document, "userName": "ada2"}, by=actor())

    assert look(hr, make_user(tenant, "ada")).outlook == Outlook.WAIT


def test_members_that_would_join_or_leave_are_counted_and_named(tenant: Tenant, hr: Downstream) -> None:
    ada, bob = make_user(tenant, "ada"), make_user(tenant, "bob")
    group = make_group(tenant, "Engineers", ada)
    hr.drain()
    hr.store.accounts[hr.replica(group).remote_id]["members"] = [{"value": "stranger"}]
    change_group(
        tenant, group.id, lambda document: document, [AddMembers((Member(value=str(bob.id)),))], by=actor()
    )

    seen = look(hr, group)

    assert seen.outlook == Outlook.UPDATE
    assert seen.members is not None
    assert (seen.members.joining, seen.members.leaving) == (2, 1)
    assert (seen.members.first_joining, seen.members.first_leaving) == (("ada", "bob"), ("stranger",))


def test_a_group_that_is_too_large_to_compare_says_so(
    tenant: Tenant, hr: Downstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = make_group(tenant, "Engineers", make_user(tenant, "ada"), make_user(tenant, "bob"))
    hr.drain()
    monkeypatch.setattr("downstream.previews.MEMBERS_READ", 1)

    seen = look(hr, group)

    assert seen.members is not None
    assert not seen.members.compared


def test_a_target_that_is_down_is_told_in_words(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    hr.store.read_errors.append(AccessDenied("The password is wrong."))

    seen = look(hr, ada)

    assert (seen.outlook, seen.sentence) == (Outlook.FAIL, "The password is wrong.")


def test_a_target_that_does_not_answer_is_given_up_in_time(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    hr.target.time_limit = 1
    hr.target.save(update_fields=["time_limit"])
    hr.store.delay = 60

    seen = look(hr, ada)

    assert "did not answer within 1 s" in seen.sentence


def test_what_nobody_may_read_is_masked_on_both_sides(tenant: Tenant, hr: Downstream) -> None:
    extension = define(tenant, {"name": "badge", "returned": "never", "mutability": "writeOnly"})
    ada = make_user(tenant, "ada", **{extension.urn: {"badge": "top secret"}})
    seen_before = look(hr, ada)
    hr.drain()
    seen_after = look(hr, ada)

    told = repr((seen_before.lines, seen_after.lines))
    assert "top secret" not in told
    assert HIDDEN in told


def test_the_command_tells_the_same(
    tenant: Tenant, hr: Downstream, capsys: pytest.CaptureFixture[str]
) -> None:
    make_user(tenant, "ada", displayName="Ada")

    call_command("preview", tenant.name, hr.target.name, user="ADA")

    told = capsys.readouterr().out
    assert told.startswith("Would be created.")
    assert 'displayName: nothing -> "Ada"' in told
    with pytest.raises(CommandError, match="no users named 'bob'"):
        call_command("preview", tenant.name, hr.target.name, user="bob")
