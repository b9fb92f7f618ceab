"""Read-only and unknown attributes in a PATCH."""

from typing import Any

import pytest

from tests.scim.patches import CUSTOM, ENTERPRISE, WORK, make_document, patched, refused, set_to


@pytest.mark.parametrize(
    "path", ["id", "meta", "meta.created", "groups", 'groups[value eq "g"]', "groups.value", "schemas"]
)
@pytest.mark.parametrize("op", ["add", "replace", "remove"])
def test_a_read_only_attribute_in_a_path_is_refused(path: str, op: str) -> None:
    assert refused(make_document(), set_to("x", path, op)) == "mutability"


def test_read_only_attributes_in_a_value_without_path_are_ignored() -> None:
    value = {
        "id": "u1",
        "meta": {"x": 1},
        "groups": [{"value": "g"}],
        "schemas": ["urn:x"],
        "meta.version": "2",
    }

    assert patched(make_document(), set_to(value)) == make_document()


@pytest.mark.parametrize(
    "path",
    [
        "nope",
        "name.nope",
        "emails.nope",
        "title.x",
        f"{ENTERPRISE}:nope",
        CUSTOM,
        f"{CUSTOM}:isAdmin",
        "members",
        "",
        'nope[type eq "x"].value',
        "emails[",
        "department",
        "a b",
        'title[value eq "x"]',
    ],
)
@pytest.mark.parametrize("op", ["add", "replace", "remove"])
def test_an_unknown_attribute_in_a_path_is_refused(path: str, op: str) -> None:
    wanted = "invalidFilter" if path == "emails[" else "invalidPath"

    assert refused(make_document(), set_to("x", path, op)) == wanted


@pytest.mark.parametrize(
    "path", ["emails[nope eq 1]", "emails[type is 1]", "emails[type.x pr].value", "emails[type]"]
)
def test_a_filter_that_makes_no_sense_is_refused(path: str) -> None:
    assert refused(make_document(emails=[WORK]), set_to("x", path)) == "invalidFilter"
    assert refused(make_document(emails=[WORK]), set_to({path: "x"})) == "invalidFilter"


def test_an_unknown_object_of_a_known_extension_is_kept_in_it() -> None:
    document = patched(make_document(), set_to({f"{ENTERPRISE}:badge": {"colour": "red"}}))

    assert document == make_document(**{ENTERPRISE: {"badge": {"colour": "red"}}})


def test_unknown_attributes_in_a_value_without_path_are_kept() -> None:
    document = patched(
        make_document(old=1, shoe={"size": 38}),
        set_to({"new": [1], "OLD": 2, "shoe": {"colour": "red"}, "foo.bar": 1, CUSTOM: {"isAdmin": True}}),
        set_to({CUSTOM: {"level": 3}, f"{ENTERPRISE}:nope": 1}, op="add"),
        set_to({"new": None}),
    )

    assert document == make_document(
        **{
            "old": 2,
            "shoe": {"size": 38, "colour": "red"},
            "foo.bar": 1,
            CUSTOM: {"isAdmin": True, "level": 3},
            ENTERPRISE: {"nope": 1},
        }
    )


@pytest.mark.parametrize("before", [{}, {CUSTOM: {"level": 1}}])
def test_a_qualified_unknown_name_goes_into_its_extension(before: dict[str, Any]) -> None:
    document = patched(make_document(**before), set_to({f"{CUSTOM}:level": 2}))

    assert document == make_document(**{CUSTOM: {"level": 2}})


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": "userName"},
        set_to(None, "userName"),
        set_to([], "userName", "add"),
        set_to({"userName": None}),
    ],
)
def test_a_required_attribute_cannot_be_taken_away(operation: dict[str, Any]) -> None:
    assert refused(make_document(), operation) == "mutability"
