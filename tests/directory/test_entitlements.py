"""The catalogue of roles and entitlements: made by hand, and taken over from targets."""

from __future__ import annotations

import uuid

import pytest
from django.db import IntegrityError, transaction

from audit.catalogue import EventType
from audit.log_event import Subject, SubjectType
from directory.catalogue import Entitlement
from directory.errors import Conflict, Invalid, NotFound
from directory.services import add_entitlement, change_entitlement, delete_entitlement, take_over
from directory.services.entitlements import Facts
from tenants.models import Tenant
from tests.factories import actor, make_entitlement, make_tenant
from tests.log import log_events
from tests.scim.test_concurrency import at_once

HR = Subject(SubjectType.APP, str(uuid.uuid4()), "HR", "sql")
PAYROLL = Subject(SubjectType.APP, str(uuid.uuid4()), "Payroll", "sql")


@pytest.fixture
def tenant(db: None) -> Tenant:
    return make_tenant("acme")


@pytest.fixture(autouse=True)
def stranger(db: None) -> Tenant:
    """Has the same roles: by hand, and from a target of the same id."""
    stranger = make_tenant("stranger")
    make_entitlement(stranger, "editor")
    take_over(stranger, [Facts("Role", "reader")], target=HR, by=actor())
    return stranger


def names(tenant: Tenant) -> dict[str, str]:
    return dict(tenant.entitlements.order_by("value").values_list("value", "display_name"))


def events(tenant: Tenant) -> list[str]:
    kinds = log_events().filter(tenant=tenant).order_by("id").values_list("event_type", flat=True)
    return [kind for kind in kinds if "entitlement" in kind]


def test_what_is_added_is_in_the_catalogue_and_in_the_log(tenant: Tenant) -> None:
    entitlement = add_entitlement(
        tenant, Facts("License", "pro", " Pro licence ", "All there is"), by=actor()
    )

    event = log_events().get(tenant=tenant, event_type=EventType.ENTITLEMENT_CREATED).document
    assert (entitlement.display_name, entitlement.description) == ("Pro licence", "All there is")
    assert (entitlement.version, entitlement.is_by_hand, entitlement.is_role) == (1, True, False)
    assert event["target"][0]["displayName"] == "Pro licence"
    assert event["target"][0]["alternateId"] == "License pro"


def test_without_a_name_it_is_called_by_its_value(tenant: Tenant) -> None:
    assert make_entitlement(tenant, "editor", display_name="  ").display_name == "editor"


def test_a_value_is_there_once_in_each_type(tenant: Tenant) -> None:
    make_entitlement(tenant, "editor")

    with pytest.raises(Conflict, match="There is a Role editor already"):
        make_entitlement(tenant, "editor")
    make_entitlement(tenant, "editor", "License")
    make_entitlement(tenant, "Editor")

    assert tenant.entitlements.count() == 3


def test_the_database_holds_to_it_too(tenant: Tenant) -> None:
    role = make_entitlement(tenant, "editor")
    other = make_entitlement(tenant, "reader")

    with pytest.raises(IntegrityError), transaction.atomic():
        Entitlement.objects.filter(id=other.id).update(value=role.value)


@pytest.mark.parametrize(
    "facts",
    [
        *(Facts(type_name, "x") for type_name in ("", "role", "User", "Pro license", "R" * 64, "Role\n")),
        *(
            Facts("Role", value)
            for value in ("", " ", "a\0b", "a\nb", "/a", "a/", ".search", " a", "a ", "x" * 256)
        ),
        *(Facts("Role", value) for value in ("bulkId:1", "\ud800", "a\x7f")),
        Facts("Role", "x", "y" * 256),
        Facts("Role", "x", "a\0b"),
        Facts("Role", "x", "", "y" * 1001),
        Facts("Role", "x", "", "\ud800"),
    ],
    ids=str,
)
def test_what_can_be_none_is_refused(tenant: Tenant, facts: Facts) -> None:
    with pytest.raises(Invalid):
        add_entitlement(tenant, facts, by=actor())

    assert names(tenant) == {}


def test_a_change_raises_the_version_and_is_logged_with_what_differs(tenant: Tenant) -> None:
    role = make_entitlement(tenant, "editor", display_name="Editor")

    changed = change_entitlement(tenant, role.id, display_name="Chief editor", description="", by=actor())
    change_entitlement(tenant, role.id, display_name="Chief editor", description="", by=actor())

    event = log_events().get(tenant=tenant, event_type=EventType.ENTITLEMENT_UPDATED).document
    assert (changed.version, changed.display_name_key) == (2, "chief editor")
    assert event["target"][0]["changeDetails"]["from"]["displayName"] == "Editor"
    assert event["target"][0]["changeDetails"]["to"]["displayName"] == "Chief editor"


def test_what_is_deleted_may_come_again(tenant: Tenant) -> None:
    delete_entitlement(tenant, make_entitlement(tenant, "editor").id, by=actor())

    assert names(tenant) == {}
    make_entitlement(tenant, "editor")
    created, deleted = EventType.ENTITLEMENT_CREATED, EventType.ENTITLEMENT_DELETED
    assert events(tenant) == [created, deleted, created]


def test_another_tenants_is_not_found(tenant: Tenant, stranger: Tenant) -> None:
    theirs = stranger.entitlements.get(value="editor")

    with pytest.raises(NotFound):
        change_entitlement(tenant, theirs.id, display_name="x", description="", by=actor())
    with pytest.raises(NotFound):
        delete_entitlement(tenant, theirs.id, by=actor())

    assert names(stranger) == {"editor": "editor", "reader": "reader"}


def test_a_target_s_entries_become_what_it_offers(tenant: Tenant, stranger: Tenant) -> None:
    take_over(
        tenant,
        [Facts("Role", "a", "A"), Facts("Role", "b", "B"), Facts("Role", "c", "C")],
        target=HR,
        by=actor(),
    )

    offers = [Facts("Role", "a", "A"), Facts("Role", "b", "Bee"), Facts("License", "d", "D")]
    taken = take_over(tenant, offers, target=HR, by=actor())

    assert (taken.added, taken.changed, taken.removed, taken.left_out) == (1, 1, 1, ())
    assert names(tenant) == {"a": "A", "b": "Bee", "d": "D"}
    assert names(stranger) == {"editor": "editor", "reader": "reader"}
    assert dict(tenant.entitlements.values_list("value", "version")) == {"a": 1, "b": 2, "d": 1}


def test_taking_over_tells_the_log_once_in_sum_and_once_for_each_change(tenant: Tenant) -> None:
    take_over(tenant, [Facts("Role", "a"), Facts("Role", "b")], target=HR, by=actor())
    take_over(tenant, [Facts("Role", "a", "A")], target=HR, by=actor())
    take_over(tenant, [Facts("Role", "a", "A")], target=HR, by=actor())

    read, made = EventType.ENTITLEMENTS_IMPORTED, EventType.ENTITLEMENT_CREATED
    changed, gone = EventType.ENTITLEMENT_UPDATED, EventType.ENTITLEMENT_DELETED
    assert events(tenant) == [read, made, made, read, changed, gone, read]
    second = log_events().filter(tenant=tenant, event_type=read).order_by("id")[1]
    assert second.target_id == uuid.UUID(HR.id)
    assert second.document["debugContext"]["debugData"] == {"added": "0", "changed": "1", "removed": "1"}


def test_what_was_made_by_hand_or_is_another_targets_is_never_touched(tenant: Tenant) -> None:
    make_entitlement(tenant, "editor", display_name="By hand")
    take_over(tenant, [Facts("Role", "clerk", "Of payroll")], target=PAYROLL, by=actor())

    offers = [Facts("Role", "editor", "Of HR"), Facts("Role", "clerk", "Of HR"), Facts("Role", "new")]
    taken = take_over(tenant, offers, target=HR, by=actor())
    take_over(tenant, [], target=HR, by=actor())

    assert (taken.added, taken.left_out) == (1, ("Role 'editor'", "Role 'clerk'"))
    assert names(tenant) == {"editor": "By hand", "clerk": "Of payroll"}


def test_what_somebody_gave_up_is_there_for_the_next_to_take(tenant: Tenant) -> None:
    offers = [Facts("Role", "clerk")]
    take_over(tenant, offers, target=PAYROLL, by=actor())
    take_over(tenant, [], target=PAYROLL, by=actor())

    assert take_over(tenant, offers, target=HR, by=actor()).added == 1


def test_one_row_that_can_be_no_entitlement_does_not_keep_out_the_others(tenant: Tenant) -> None:
    offers = [Facts("Role", "a\0"), Facts("Role", ""), Facts("Role", "ok", "n\0" * 300, "\ud800" * 2000)]

    taken = take_over(tenant, offers, target=HR, by=actor())

    role = tenant.entitlements.get()
    assert taken.left_out == ("Role 'a\\x00'", "Role ''")
    assert (role.value, role.display_name, role.description) == ("ok", "n" * 255, "?" * 1000)


def test_what_a_target_has_is_not_changed_by_hand(tenant: Tenant) -> None:
    take_over(tenant, [Facts("Role", "a", "A")], target=HR, by=actor())
    role = tenant.entitlements.get()

    with pytest.raises(Conflict, match="read from a target"):
        change_entitlement(tenant, role.id, display_name="x", description="", by=actor())
    with pytest.raises(Conflict, match="read from a target"):
        delete_entitlement(tenant, role.id, by=actor())

    assert names(tenant) == {"a": "A"}


@pytest.mark.django_db(transaction=True)
def test_what_two_targets_offer_at_once_is_the_first_ones(tenant: Tenant) -> None:
    offers = [Facts("Role", f"role-{number}") for number in range(20)]
    calls = [lambda target=target: _added(tenant, offers, target) for target in (HR, PAYROLL)]

    added = at_once(calls)

    assert sorted(added) == [0, 20]
    assert tenant.entitlements.count() == 20


def _added(tenant: Tenant, offers: list[Facts], target: Subject) -> int:
    return take_over(tenant, offers, target=target, by=actor()).added
