"""Rules for extensions that only the tenant's other data can break, and what the log tells of them."""

from __future__ import annotations

from typing import Any

import pytest

from audit.catalogue import EventType
from directory.documents import readable
from directory.errors import Conflict, NotFound
from directory.extensions import Extension, UniqueValue
from directory.models import User
from directory.schemas import user_schema
from directory.services import change_extension, define_extension, delete_extension, delete_user
from lib.schema.definitions import DefinitionError
from tenants.models import Tenant
from tests.factories import actor, make_tenant, make_user
from tests.log import log_events
from tests.schemas import CUSTOM, custom, define

BADGE = {"name": "badge"}
UNIQUE = {**BADGE, "uniqueness": "server"}


def refused(tenant: Tenant, urn: str) -> str:
    with pytest.raises(DefinitionError) as caught:
        define_extension(tenant, "Group", custom(BADGE, urn=urn), by=actor())
    (problem,) = caught.value.problems
    assert problem.field == "urn"
    return problem.sentence


@pytest.mark.parametrize("urn", [CUSTOM, CUSTOM.upper()])
def test_a_urn_is_defined_once_in_a_tenant_whatever_it_is_for(tenant: Tenant, urn: str) -> None:
    define(tenant, BADGE)
    define(make_tenant(), BADGE)

    assert "is defined already" in refused(tenant, urn)


@pytest.mark.parametrize("urn", [f"{CUSTOM}:more", CUSTOM.rpartition(":")[0]])
def test_no_urn_begins_with_another(tenant: Tenant, urn: str) -> None:
    define(tenant, BADGE)

    assert refused(tenant, urn)


def test_a_tenant_has_room_for_twenty(tenant: Tenant) -> None:
    for number in range(20):
        define(tenant, BADGE, urn=f"urn:okta:app-{number}:1.0:user:custom")

    assert "At most 20" in refused(tenant, CUSTOM)


@pytest.mark.parametrize("urn", [CUSTOM.upper(), "urn:okta:other:1.0:user:custom"])
def test_the_urn_stays(tenant: Tenant, urn: str) -> None:
    extension = define(tenant, BADGE)

    with pytest.raises(DefinitionError, match="The URN stays"):
        change_extension(extension, custom(BADGE, urn=urn), by=actor())


def test_a_wrong_definition_is_refused_by_the_service_as_well(tenant: Tenant) -> None:
    extension = define(tenant, BADGE)

    with pytest.raises(DefinitionError):
        change_extension(extension, custom({"name": "a b"}), by=actor())

    extension.refresh_from_db()
    assert extension.attributes[0]["name"] == "badge"


def test_each_change_raises_the_version_of_this_tenant_s_schema_alone(tenant: Tenant) -> None:
    other = make_tenant()
    extension = define(tenant, BADGE)
    versions = [tenant.schema_version]

    change_extension(extension, custom(BADGE, {"name": "door"}), by=actor())
    tenant.refresh_from_db()
    versions.append(tenant.schema_version)
    delete_extension(extension, by=actor())
    tenant.refresh_from_db()
    versions.append(tenant.schema_version)

    other.refresh_from_db()
    assert versions == [1, 2, 3]
    assert other.schema_version == 0
    assert user_schema(tenant).extension(CUSTOM) is None


def test_what_is_gone_can_be_neither_changed_nor_deleted(tenant: Tenant) -> None:
    extension = define(tenant, BADGE)
    late = Extension.objects.get(id=extension.id)
    delete_extension(extension, by=actor())

    with pytest.raises(NotFound):
        change_extension(late, custom(BADGE), by=actor())
    with pytest.raises(NotFound):
        delete_extension(late, by=actor())


def test_a_change_of_a_part_is_told_as_the_part_s(tenant: Tenant) -> None:
    extension = define(tenant, {"name": "desk", "type": "complex", "subAttributes": [{"name": "floor"}]})
    parts = [{"name": "floor", "description": "From the ground up."}]

    change_extension(
        extension, custom({"name": "desk", "type": "complex", "subAttributes": parts}), by=actor()
    )

    event = log_events().filter(tenant=tenant, event_type=EventType.EXTENSION_CHANGED).get()
    (subject,) = event.document["target"]
    assert list(subject["changeDetails"]["to"]) == ["attribute desk.floor"]


def test_the_log_tells_who_changed_what(tenant: Tenant) -> None:
    by = actor()
    extension = define_extension(tenant, "User", custom(BADGE, {"name": "door"}), by=by)
    change_extension(extension, custom(UNIQUE, {"name": "door"}), by=by)
    change_extension(extension, custom(UNIQUE, {"name": "door"}), by=by)
    identity = str(extension.id)
    delete_extension(extension, by=by)

    events = [
        event.document
        for event in log_events()
        .filter(tenant=tenant, event_type__startswith="connector.schema.")
        .order_by("id")
    ]
    subjects = [event["target"][0] for event in events]
    assert [event["eventType"].rpartition(".")[2] for event in events] == ["create", "update", "delete"]
    assert {(one["type"], one["id"], one["alternateId"]) for one in subjects} == {
        ("Schema", identity, CUSTOM)
    }
    changed = subjects[1]["changeDetails"]
    assert list(changed["to"]) == ["attribute badge"]
    assert [changed[side]["attribute badge"]["uniqueness"] for side in ("from", "to")] == ["none", "server"]
    assert all(value is None for value in subjects[2]["changeDetails"]["to"].values())


def test_what_is_not_unique_yet_can_not_become_so(tenant: Tenant) -> None:
    extension = define(tenant, BADGE)
    for name, badge in (("eve", "a"), ("joe", "A"), ("max", "b"), ("moe", "")):
        make_user(tenant, name, **{CUSTOM: {"badge": badge}})
    gone = make_user(tenant, "gone", **{CUSTOM: {"badge": "b"}})
    delete_user(tenant, gone.id, by=actor())
    make_user(make_tenant(), "foreign", **{CUSTOM: {"badge": "b"}})

    with pytest.raises(DefinitionError, match="joe have a value that others have too"):
        change_extension(extension, custom(UNIQUE), by=actor())

    assert not UniqueValue.objects.exists()
    tenant.refresh_from_db()
    assert tenant.schema_version == 1
    User.objects.get(user_name="joe").delete()
    change_extension(extension, custom(UNIQUE), by=actor())
    assert UniqueValue.objects.count() == 2


def test_only_the_first_few_of_many_are_named(tenant: Tenant) -> None:
    for number in range(8):
        make_user(tenant, f"user-{number}", **{CUSTOM: {"badge": "x"}})

    with pytest.raises(DefinitionError) as caught:
        define(tenant, UNIQUE)

    assert "user-1, user-2, user-3, user-4, user-5 have" in str(caught.value)


@pytest.mark.parametrize(
    "changed",
    [{**UNIQUE, "caseExact": True}, {**UNIQUE, "multiValued": True}, {**UNIQUE, "type": "reference"}],
)
def test_another_way_to_compare_is_counted_anew(tenant: Tenant, changed: dict[str, Any]) -> None:
    extension = define(tenant, UNIQUE)
    make_user(tenant, "eve", **{CUSTOM: {"badge": "a"}})

    change_extension(extension, custom(changed), by=actor())

    tenant.refresh_from_db()
    make_user(tenant, "joe", **{CUSTOM: {"badge": "b"}})
    assert UniqueValue.objects.filter(tenant=tenant).count() == 2


@pytest.mark.parametrize(
    "left", [[BADGE], [{"name": "door"}], None], ids=["not unique", "removed", "deleted"]
)
def test_what_is_not_unique_any_more_is_not_watched(
    tenant: Tenant, left: list[dict[str, Any]] | None
) -> None:
    extension = define(tenant, UNIQUE)
    make_user(tenant, "eve", **{CUSTOM: {"badge": "a"}})

    if left is None:
        delete_extension(extension, by=actor())
    else:
        change_extension(extension, custom(*left), by=actor())

    assert not UniqueValue.objects.exists()


def test_many_values_from_before_are_taken_in_parts(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("directory.services.unique_values.CHUNK", 3)
    for number in range(8):
        make_user(tenant, f"user-{number}", **{CUSTOM: {"badge": str(number)}})

    define(tenant, UNIQUE)

    assert UniqueValue.objects.filter(tenant=tenant).count() == 8


@pytest.mark.parametrize("hidden", [{"mutability": "writeOnly"}, {"returned": "never"}])
def test_a_secret_does_not_come_out_by_taking_its_definition_away(
    tenant: Tenant, hidden: dict[str, Any]
) -> None:
    pin = {"name": "pin", **hidden}
    extension = define(tenant, BADGE, pin)
    eve = make_user(tenant, "eve", **{CUSTOM: {"pin": "8265"}})

    for attempt in (
        lambda: change_extension(extension, custom(BADGE), by=actor()),
        lambda: change_extension(extension, custom(BADGE, {"name": "pin"}), by=actor()),
        lambda: delete_extension(extension, by=actor()),
    ):
        with pytest.raises(DefinitionError, match="People have pin, which would be shown"):
            attempt()
    delete_user(tenant, eve.id, by=actor())
    delete_extension(extension, by=actor())

    eve.refresh_from_db()
    assert "8265" not in str(eve.document)
    assert not Extension.objects.filter(tenant=tenant).exists()


def test_a_name_in_another_capitalisation_is_the_same_attribute(tenant: Tenant) -> None:
    extension = define(tenant, UNIQUE, {"name": "pin", "mutability": "writeOnly"})
    eve = make_user(tenant, "eve", **{CUSTOM: {"badge": "a", "pin": "8265"}})

    renamed = custom({**UNIQUE, "name": "BADGE"}, {"name": "PIN", "mutability": "writeOnly"})
    change_extension(extension, renamed, by=actor())

    tenant.refresh_from_db()
    assert "8265" not in str(readable(eve.document, user_schema(tenant)))
    with pytest.raises(Conflict):
        make_user(tenant, "joe", **{CUSTOM: {"BADGE": "A"}})
    with pytest.raises(DefinitionError, match="People have PIN, which would be shown"):
        delete_extension(extension, by=actor())
