"""Who may change a tenant's own attributes, and when (RFC 7643, 2.2; RFC 7644, 3.5.1 and 3.5.2)."""

from __future__ import annotations

from typing import Any

from directory.models import User
from directory.services import change_extension
from tenants.models import Tenant
from tests.factories import actor, make_user
from tests.schemas import CUSTOM, custom, define
from tests.scim.client import ScimClient, assert_scim_error, body

SERIAL = {"name": "serial", "mutability": "immutable"}
GRADE = {"name": "grade", "mutability": "readOnly"}
PIN = {"name": "pin", "mutability": "writeOnly"}
MEMO = {"name": "memo", "returned": "never"}
LEVEL = {"name": "level", "type": "integer", "required": True}
OPEN = {"name": "open"}


def kept(user: User) -> Any:
    user.refresh_from_db()
    return user.document.get(CUSTOM)


def person(**values: Any) -> dict[str, Any]:
    return {"userName": "ada", **({CUSTOM: values} if values else {})}


def set_at(name: str, value: Any, op: str = "replace") -> dict[str, Any]:
    return {"op": op, "path": f"{CUSTOM}:{name}", "value": value}


def test_an_immutable_value_is_set_once_at_any_time(okta: ScimClient, tenant: Tenant, ada: User) -> None:
    define(tenant, SERIAL, OPEN)
    address = f"/Users/{ada.id}"

    created = okta.post("/Users", {**person(serial="s1"), "userName": "eve"})
    later = okta.patch(address, set_at("serial", "s2"))
    same = okta.put(address, person(serial="s2", open="x"))

    assert body(created)[CUSTOM] == {"serial": "s1"}
    assert body(later)[CUSTOM] == {"serial": "s2"}
    assert body(same)[CUSTOM] == {"serial": "s2", "open": "x"}


def test_an_immutable_value_that_is_set_stays(okta: ScimClient, tenant: Tenant, ada: User) -> None:
    define(tenant, SERIAL)
    address = f"/Users/{ada.id}"
    okta.put(address, person(serial="s1"))

    answers = [
        okta.put(address, person(serial="s2")),
        okta.put(address, person(serial=None)),
        okta.put(address, {"userName": "ada", CUSTOM: None}),
        okta.patch(address, set_at("serial", "s2")),
        okta.patch(address, {"op": "remove", "path": f"{CUSTOM}:serial"}),
        okta.patch(address, {"op": "remove", "path": CUSTOM}),
        okta.patch(address, {"op": "add", "value": {CUSTOM: {"serial": "s2"}}}),
    ]

    for answer in answers:
        assert_scim_error(answer, 400, "mutability")
        assert f"{CUSTOM}:serial is immutable" in body(answer)["detail"]
    assert kept(ada) == {"serial": "s1"}


def test_a_put_that_leaves_an_immutable_value_out_keeps_it(
    okta: ScimClient, tenant: Tenant, ada: User
) -> None:
    define(tenant, SERIAL, OPEN)
    okta.put(f"/Users/{ada.id}", person(serial="s1", open="x"))

    answer = okta.put(f"/Users/{ada.id}", person())

    assert body(answer)[CUSTOM] == {"serial": "s1"}


def test_what_is_read_only_is_passed_over_in_a_body_and_refused_in_a_path(
    okta: ScimClient, tenant: Tenant, ada: User
) -> None:
    """OKTA.md 1.4: Okta sends back what it read, also what it may not write."""
    extension = define(tenant, {"name": "grade"}, OPEN)
    address = f"/Users/{ada.id}"
    okta.put(address, person(grade="A"))
    change_extension(extension, custom(GRADE, OPEN), by=actor())

    put = okta.put(address, person(grade="B", open="x"))
    unsaid = okta.put(address, person())
    by_value = okta.patch(address, {"op": "replace", "value": {CUSTOM: {"grade": "B", "open": "y"}}})
    by_path = okta.patch(address, set_at("grade", "B"))
    removed = okta.patch(address, {"op": "remove", "path": CUSTOM})
    created = okta.post("/Users", {**person(grade="B"), "userName": "eve"})

    assert body(put)[CUSTOM] == {"grade": "A", "open": "x"}
    assert body(unsaid)[CUSTOM] == {"grade": "A"}
    assert body(by_value)[CUSTOM] == {"grade": "A", "open": "y"}
    assert_scim_error(by_path, 400, "mutability")
    assert body(removed)[CUSTOM] == {"grade": "A"}
    assert CUSTOM not in body(created)


def test_a_put_of_what_was_read_keeps_what_could_not_be_read(
    okta: ScimClient, tenant: Tenant, ada: User
) -> None:
    """OKTA.md 1.4: Okta reads a user, changes what is mapped and puts the whole back."""
    define(tenant, PIN, MEMO, {"name": "note", "returned": "request"}, OPEN)
    address = f"/Users/{ada.id}"
    secrets = {"pin": "1", "memo": "2", "note": "3"}
    okta.put(address, person(**secrets, open="x"))

    okta.put(address, {**body(okta.get(address)), "title": "Countess"})
    still = kept(ada)
    okta.put(address, person(pin=None, memo=None, note=None))

    assert still == {**secrets, "open": "x"}
    assert kept(ada) is None


def test_what_is_required_is_asked_of_everybody_new(okta: ScimClient, tenant: Tenant) -> None:
    define(tenant, LEVEL)

    answers = [
        okta.post("/Users", {"userName": "eve"}),
        okta.post("/Users", {"userName": "eve", CUSTOM: {}}),
        okta.post("/Users", {"userName": "eve", CUSTOM: {"level": None}}),
    ]

    for answer in answers:
        assert_scim_error(answer, 400, "invalidValue")
        assert f"{CUSTOM}:level is required" in body(answer)["detail"]
    assert okta.post("/Users", {"userName": "eve", CUSTOM: {"level": 0}}).status_code == 201


def test_what_is_required_can_not_be_taken_away(okta: ScimClient, tenant: Tenant, ada: User) -> None:
    define(tenant, LEVEL)
    address = f"/Users/{ada.id}"
    okta.put(address, person(level=1))

    left_out = okta.put(address, person())
    removed = okta.patch(address, {"op": "remove", "path": f"{CUSTOM}:level"})
    removed_with_all = okta.patch(address, {"op": "remove", "path": CUSTOM})

    assert_scim_error(left_out, 400, "invalidValue")
    # RFC 7644, 3.5.2.2.
    assert_scim_error(removed, 400, "mutability")
    assert_scim_error(removed_with_all, 400, "invalidValue")


def test_who_lacks_what_became_required_later_can_still_be_switched_off(
    okta: ScimClient, tenant: Tenant, ada: User
) -> None:
    """OKTA.md 1.6: a deactivation must not fail for what nobody sent yet."""
    define(tenant, LEVEL)

    answer = okta.patch(f"/Users/{ada.id}", {"op": "replace", "value": {"active": False}})

    assert body(answer)["active"] is False


def test_a_required_part_is_asked_of_the_whole_only_where_there_is_one(
    okta: ScimClient, tenant: Tenant
) -> None:
    parts = [{"name": "room", "required": True}, {"name": "floor", "type": "integer"}]
    define(tenant, {"name": "spot", "type": "complex", "subAttributes": parts})

    without = okta.post("/Users", {"userName": "joe"})
    wrong = okta.post("/Users", {"userName": "eve", CUSTOM: {"spot": {"floor": 1}}})

    assert without.status_code == 201
    assert_scim_error(wrong, 400, "invalidValue")
    assert "spot.room is required" in body(wrong)["detail"]


def test_a_stranger_keeps_to_its_own_rules(foreign: ScimClient, tenant: Tenant, stranger: Tenant) -> None:
    define(tenant, LEVEL, SERIAL)
    eve = make_user(stranger, "eve", **{CUSTOM: {"serial": "s1"}})

    answer = foreign.put(f"/Users/{eve.id}", {"userName": "eve", CUSTOM: {"serial": "s2"}})

    assert body(answer)[CUSTOM] == {"serial": "s2"}
