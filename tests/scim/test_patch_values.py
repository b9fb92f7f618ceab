"""What add, replace and remove make of the values of a document."""

from typing import Any

import pytest

from lib.documents import DocumentError, clean
from lib.schema import USER_RESOURCE
from tests.scim.patches import CORE, ENTERPRISE, HOME, WORK, make_document, patched, refused, set_to


@pytest.mark.parametrize("op", ["add", "replace", "ADD", "rEPLACE"])
def test_a_plain_attribute_is_set(op: str) -> None:
    assert patched(make_document(title="a"), set_to("b", "TITLE", op)) == make_document(title="b")


@pytest.mark.parametrize("op", ["add", "replace"])
def test_a_complex_attribute_keeps_the_sub_attributes_that_are_not_sent(op: str) -> None:
    before = make_document(name={"givenName": "A", "familyName": "L", "middleName": "M"})

    document = patched(before, set_to({"GivenName": "B", "middleName": None}, "name", op))

    assert document["name"] == {"givenName": "B", "familyName": "L"}


@pytest.mark.parametrize("value", [None, []])
@pytest.mark.parametrize("path", ["title", "name", "emails", "name.givenName"])
def test_null_and_the_empty_list_unassign(path: str, value: Any) -> None:
    before = make_document(title="t", name={"givenName": "A"}, emails=[WORK])

    document = clean(patched(before, set_to(value, path)), USER_RESOURCE)

    assert path.partition(".")[0] not in document


def test_adding_to_a_list_makes_no_duplicate() -> None:
    document = patched(
        make_document(emails=[HOME]),
        set_to([HOME, {"type": "work", "value": "w@x"}], "emails", "add"),
        set_to({"type": "home", "value": "h@x", "display": "H"}, "emails", "add"),
    )

    assert document["emails"] == [HOME | {"display": "H"}, {"type": "work", "value": "w@x"}]


def test_what_is_there_in_other_letters_is_the_same_where_case_does_not_count() -> None:
    before = make_document(
        emails=[HOME], addresses=[{"locality": "London"}], photos=[{"value": "https://x/a"}]
    )

    document = patched(
        before,
        set_to([{"type": "HOME", "value": "H@X"}], "emails", "add"),
        set_to([{"locality": "london"}], "addresses", "add"),
        set_to([{"value": "https://x/A"}], "photos", "add"),
    )

    assert document["emails"] == [{"type": "HOME", "value": "H@X"}]
    assert document["addresses"] == [{"locality": "london"}]
    assert len(document["photos"]) == 2


def test_listed_values_are_removed_in_any_letters_where_case_does_not_count() -> None:
    before = make_document(emails=[WORK, HOME], photos=[{"value": "https://x/a"}])

    document = patched(
        before,
        {"op": "remove", "path": "emails", "value": [{"value": "W@X"}]},
        {"op": "remove", "path": "photos", "value": [{"value": "https://x/A"}]},
    )

    assert document == make_document(emails=[HOME], photos=[{"value": "https://x/a"}])


def test_adding_the_same_address_twice_makes_no_duplicate() -> None:
    address = {"locality": "London", "type": "work"}

    document = patched(
        make_document(), set_to(address, "addresses", "add"), set_to([address], "addresses", "add")
    )

    assert document["addresses"] == [address]


def test_replacing_a_list_replaces_all_of_it() -> None:
    assert patched(make_document(emails=[WORK]), set_to([HOME], "emails"))["emails"] == [HOME]


def test_a_filter_changes_only_the_elements_it_selects() -> None:
    before = make_document(emails=[WORK, HOME])

    document = patched(before, set_to("n@x", 'emails[type eq "HOME" and value ew "x"].value'))

    assert document["emails"] == [WORK, {"type": "home", "value": "n@x"}]


def test_replace_with_a_filter_replaces_the_element_and_add_completes_it() -> None:
    before = make_document(emails=[WORK, HOME])

    replaced = patched(before, set_to({"value": "n@x"}, 'emails[type eq "home"]'))
    added = patched(before, set_to({"display": "H"}, 'emails[type eq "home"]', "add"))

    assert replaced["emails"] == [WORK, {"value": "n@x"}]
    assert added["emails"] == [WORK, HOME | {"display": "H"}]


def test_an_element_that_is_missing_is_made_of_the_filters_equalities() -> None:
    document = patched(
        make_document(), set_to({"locality": "L"}, 'addresses[type eq "work" and country eq "GB"]')
    )

    assert document["addresses"] == [{"type": "work", "country": "GB", "locality": "L"}]


@pytest.mark.parametrize(
    "path",
    [
        'emails[type ne "work"].value',
        'emails[type eq "x" or type eq "y"].value',
        'emails[type eq "x" and value pr]',
        'emails[type eq "a" and type eq "b"].value',
        'emails[not (type eq "work")].value',
        "emails[type eq null].value",
    ],
)
@pytest.mark.parametrize("value", [{"value": "v"}, None])
def test_a_filter_that_describes_no_single_element_has_no_target(path: str, value: Any) -> None:
    assert refused(make_document(emails=[WORK]), set_to(value, path)) == "noTarget"


@pytest.mark.parametrize(
    "operation",
    [
        set_to("new@x", 'emails[value eq "old@x"].value'),
        set_to({"value": "new@x"}, 'emails[value eq "old@x"]', "add"),
        set_to("home", 'emails[type eq "other" and value eq "o@x"].type'),
    ],
)
def test_no_element_is_made_that_the_filter_would_not_select(operation: dict[str, Any]) -> None:
    assert refused(make_document(emails=[WORK]), operation) == "noTarget"


@pytest.mark.parametrize("value", [None, []])
@pytest.mark.parametrize("path", ['emails[type eq "home"]', 'emails[type eq "home"].value'])
def test_no_element_is_made_to_hold_nothing(path: str, value: Any) -> None:
    assert patched(make_document(emails=[WORK]), set_to(value, path)) == make_document(emails=[WORK])


@pytest.mark.parametrize("value", [None, []])
def test_what_a_filter_selects_is_unassigned_by_null_and_the_empty_list(value: Any) -> None:
    before = make_document(emails=[WORK, HOME])

    assert patched(before, set_to(value, 'emails[type eq "home"]')) == make_document(emails=[WORK])
    assert patched(before, set_to(value, 'emails[type eq "home"].value')) == make_document(
        emails=[WORK, {"type": "home"}]
    )


def test_a_sub_attribute_of_a_list_changes_in_every_element() -> None:
    document = patched(make_document(emails=[WORK, HOME]), set_to("D", "emails.display"))

    assert [email["display"] for email in document["emails"]] == ["D", "D"]


def test_a_sub_attribute_of_an_empty_list_makes_an_element() -> None:
    assert patched(make_document(), set_to("a@x", "emails.value", "add"))["emails"] == [{"value": "a@x"}]


@pytest.mark.parametrize(
    "operation",
    [
        set_to(True, 'emails[type eq "home"].primary'),
        set_to("True", 'emails[type eq "home"].primary', "Add"),
        set_to({"primary": True}, 'emails[type eq "home"]', "add"),
        set_to([HOME | {"primary": True}], "emails", "add"),
    ],
)
def test_a_new_primary_value_ends_the_old_one(operation: dict[str, Any]) -> None:
    document = clean(patched(make_document(emails=[WORK, HOME]), operation), USER_RESOURCE)

    assert document["emails"] == [WORK | {"primary": False}, HOME | {"primary": True}]


@pytest.mark.parametrize(
    "operation",
    [
        set_to({}, "emails", "add"),
        set_to([{"value": None}], "emails", "add"),
        set_to([HOME, {}], "emails"),
        set_to({}, 'emails[type eq "work"]'),
    ],
)
def test_an_element_that_holds_nothing_is_not_there_for_a_later_operation(operation: dict[str, Any]) -> None:
    document = patched(make_document(emails=[WORK, HOME]), operation, set_to("D", "emails.display"))

    assert {"display": "D"} not in document["emails"]


def test_two_new_primary_values_are_refused_when_the_result_is_cleaned() -> None:
    both = [WORK, HOME | {"primary": True}]

    with pytest.raises(DocumentError, match="primary"):
        clean(patched(make_document(), set_to(both, "emails", "add")), USER_RESOURCE)


def test_attributes_sub_attributes_and_elements_are_removed() -> None:
    before = make_document(
        title="t", name={"givenName": "A", "familyName": "L"}, emails=[WORK, HOME], roles=[{"value": "r"}]
    )

    document = patched(
        before,
        {"op": "remove", "path": "title"},
        {"op": "remove", "path": "name.givenName"},
        {"op": "remove", "path": 'emails[type eq "work"]'},
        {"op": "remove", "path": 'roles[value eq "r"].value'},
    )

    assert document == make_document(name={"familyName": "L"}, emails=[HOME])


@pytest.mark.parametrize(
    "path", ["title", "name.givenName", "emails", 'emails[type eq "x"]', 'emails[type eq "x"].value']
)
def test_removing_what_is_not_there_succeeds(path: str) -> None:
    assert patched(make_document(roles=[{"value": "r"}]), {"op": "remove", "path": path}) == make_document(
        roles=[{"value": "r"}]
    )


def test_removing_without_a_path_has_no_target() -> None:
    assert refused(make_document(), {"op": "remove"}) == "noTarget"
    assert refused(make_document(), {"op": "remove", "value": {"title": "t"}}) == "noTarget"


@pytest.mark.parametrize("path", [ENTERPRISE, f"{ENTERPRISE}:department"])
def test_an_extension_without_attributes_goes_with_its_urn(path: str) -> None:
    before = make_document(**{ENTERPRISE: {"department": "E"}}) | {"schemas": [CORE, ENTERPRISE]}

    assert patched(before, {"op": "remove", "path": path}) == make_document()
