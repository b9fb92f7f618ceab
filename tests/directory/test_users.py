"""The rules for users: version, event and signal of each change, uniqueness, tombstones, joining up."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from directory.errors import Conflict, NotFound
from directory.models import User
from directory.services import change_user, create_user, delete_user
from downstream.models import Replica
from lib.documents import Document
from tenants.models import Tenant
from tests.directory.events import last_change, types_of
from tests.factories import actor, make_target, make_tenant, make_user, user_document
from tests.log import log_events

CREATED = "user.lifecycle.create"
UPDATED = "user.account.update_profile"
DEACTIVATED = "user.lifecycle.deactivate"
REACTIVATED = "user.lifecycle.reactivate"
DELETED = "user.lifecycle.delete.completed"


def change(user: User, **attributes: Any) -> User:
    """Set attributes; None takes one away."""

    def edit(document: Document) -> Document:
        return {name: value for name, value in {**document, **attributes}.items() if value is not None}

    return change_user(user.tenant, user.id, edit, by=actor())


def test_a_new_user_has_version_one_one_event_and_one_signal(
    tenant: Tenant, announced: list[tuple[UUID, int]]
) -> None:
    user = make_user(tenant, "ada", externalId="00u1", displayName="Ada L.")

    assert (user.user_name, user.external_id, user.display_name) == ("ada", "00u1", "Ada L.")
    assert (user.active, user.primary_email, user.version) == (True, "ada@example.com", 1)
    assert types_of(user) == [CREATED]
    assert announced == [(user.id, 1)]


def test_a_change_raises_the_version_by_one_and_shows_only_what_changed(
    ada: User, announced: list[tuple[UUID, int]]
) -> None:
    changed = change(ada, title="Countess", nickName="Enchantress")

    assert changed.version == 2
    assert changed.modified_at > ada.modified_at
    assert types_of(ada) == [CREATED, UPDATED]
    assert last_change(ada) == {
        "from": {"title": None, "nickName": None},
        "to": {"title": "Countess", "nickName": "Enchantress"},
    }
    assert announced == [(ada.id, 2)]


def test_a_change_that_changes_nothing_leaves_no_trace(ada: User, announced: list[tuple[UUID, int]]) -> None:
    make_target(ada.tenant)
    before = (log_events().count(), list(Replica.objects.values()))

    same = change_user(ada.tenant, ada.id, lambda _: user_document("ada"), by=actor())

    ada.refresh_from_db()
    assert same.version == ada.version == 1
    assert same.modified_at == ada.modified_at
    assert (log_events().count(), list(Replica.objects.values())) == before
    assert announced == []


@pytest.mark.parametrize(
    ("before", "attributes", "types"),
    [
        (True, {"active": False}, [DEACTIVATED]),
        (False, {"active": True}, [REACTIVATED]),
        (True, {"active": None}, [UPDATED]),
        (None, {"active": True}, [UPDATED]),
        (None, {"active": False}, [DEACTIVATED]),
        (True, {"active": False, "title": "x"}, [DEACTIVATED, UPDATED]),
        (False, {"active": True, "title": "x"}, [REACTIVATED, UPDATED]),
    ],
)
def test_switching_off_and_on_are_events_of_their_own(
    tenant: Tenant, before: bool | None, attributes: dict[str, Any], types: list[str]
) -> None:
    document = {**user_document("ada"), "active": before}
    user = create_user(
        tenant, {name: value for name, value in document.items() if value is not None}, by=actor()
    )

    changed = change(user, **attributes)

    assert types_of(user) == [CREATED, *types]
    assert changed.version == 2
    assert changed.active is attributes["active"]


def test_every_event_of_one_change_carries_its_transaction_and_version(ada: User) -> None:
    by = actor()

    change_user(ada.tenant, ada.id, lambda old: {**old, "active": False, "title": "x"}, by=by)

    events = log_events().filter(transaction_id=by.transaction_id)
    assert [event.version for event in events] == [2, 2]
    assert {event.document["transaction"]["id"] for event in events} == {by.transaction_id}


def test_the_promoted_columns_follow_the_document(ada: User) -> None:
    changed = change(
        ada,
        userName="Augusta",
        externalId="00u2",
        displayName=None,
        emails=[{"value": "first@x"}, {"value": "second@x", "primary": True}],
        name={"givenName": "Augusta", "familyName": "King"},
    )

    changed.refresh_from_db()
    assert (changed.user_name, changed.user_name_key, changed.external_id) == ("Augusta", "augusta", "00u2")
    assert (changed.display_name, changed.primary_email) == ("Augusta King", "second@x")


@pytest.mark.parametrize("name", ["ada", "ADA", "Ada"])
def test_a_taken_name_is_a_conflict_in_any_case(tenant: Tenant, ada: User, name: str) -> None:
    bob = make_user(tenant, "bob")
    events = log_events().count()

    with pytest.raises(Conflict, match=name):
        make_user(tenant, name)
    with pytest.raises(Conflict, match=name):
        change(bob, userName=name)

    bob.refresh_from_db()
    assert (bob.user_name, bob.version) == ("bob", 1)
    assert User.objects.filter(tenant=tenant).count() == 2
    assert log_events().count() == events


def test_case_is_folded_beyond_ascii(tenant: Tenant) -> None:
    make_user(tenant, "straße")

    with pytest.raises(Conflict):
        make_user(tenant, "STRASSE")


def test_the_database_keeps_names_apart_by_itself(ada: User) -> None:
    twin = User(
        tenant=ada.tenant,
        document={},
        user_name="x",
        user_name_key="ada",
        created_at=ada.created_at,
        modified_at=ada.created_at,
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


def test_another_tenant_may_have_the_same_name(ada: User) -> None:
    assert make_user(make_tenant("third"), "ada").id != ada.id


def test_an_edit_within_the_document_it_is_given_is_a_change(ada: User) -> None:
    def edit(document: Document) -> Document:
        document["name"]["givenName"] = "Augusta"
        return document

    changed = change_user(ada.tenant, ada.id, edit, by=actor())

    assert (changed.version, changed.document["name"]["givenName"]) == (2, "Augusta")


def test_an_edit_that_fails_changes_nothing(ada: User) -> None:
    def fail(document: Document) -> Document:
        document["title"] = "half done"
        raise ValueError

    with pytest.raises(ValueError):
        change_user(ada.tenant, ada.id, fail, by=actor())

    ada.refresh_from_db()
    assert ada.version == 1
    assert "title" not in ada.document


def test_a_deleted_user_is_a_tombstone_and_its_name_is_free(
    ada: User, announced: list[tuple[UUID, int]]
) -> None:
    delete_user(ada.tenant, ada.id, by=actor())

    tomb = User.objects.get(id=ada.id)
    assert not tomb.is_living
    assert tomb.version == 2
    assert not User.objects.filter(id=ada.id).living().exists()
    assert types_of(ada) == [CREATED, "user.lifecycle.delete.initiated", DELETED]
    assert announced == [(ada.id, 2)]
    assert make_user(ada.tenant, "ada").id != ada.id


def test_a_tombstone_is_not_found(ada: User) -> None:
    delete_user(ada.tenant, ada.id, by=actor())

    with pytest.raises(NotFound):
        delete_user(ada.tenant, ada.id, by=actor())
    with pytest.raises(NotFound):
        change(ada, title="x")


def test_neither_is_an_unknown_user_nor_that_of_another_tenant(ada: User) -> None:
    other = make_tenant("third")

    for tenant, user_id in ((other, ada.id), (ada.tenant, uuid4())):
        with pytest.raises(NotFound):
            change_user(tenant, user_id, lambda old: {**old, "title": "x"}, by=actor())
        with pytest.raises(NotFound):
            delete_user(tenant, user_id, by=actor())

    ada.refresh_from_db()
    assert ada.version == 1
