"""The list of operations itself: order, shape, limits."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.documents import DocumentError, clean
from lib.schema import GROUP_RESOURCE, USER_RESOURCE
from scim.patch import PatchError, apply, split_members
from tests.scim.patches import CORE, CUSTOM, ENTERPRISE, HOME, WORK, make_document, patched, refused, set_to


def test_no_operations_change_nothing() -> None:
    assert patched(make_document()) == make_document()


def test_operations_apply_in_order_and_the_document_passed_in_stays_as_it_is() -> None:
    before = make_document(emails=[WORK], name={"givenName": "A"})
    kept = deepcopy(before)

    document = patched(
        before, set_to("B", "name.givenName"), set_to("C", "name.givenName"), set_to([HOME], "emails", "add")
    )

    assert document["name"] == {"givenName": "C"}
    assert before == kept


def test_a_later_operation_does_not_reach_into_the_request() -> None:
    operations = [set_to({"shoe": {"size": 38}}), set_to({"shoe": {"colour": "red"}})]
    kept = deepcopy(operations)

    patched(make_document(), *operations)

    assert operations == kept


@pytest.mark.parametrize("operations", [None, {}, "x", 1, {"op": "add", "path": "title", "value": "x"}])
def test_operations_must_be_a_list(operations: object) -> None:
    with pytest.raises(PatchError) as caught:
        apply(make_document(), operations, USER_RESOURCE)

    assert caught.value.scim_type == "invalidSyntax"


@pytest.mark.parametrize(
    "operation",
    [
        None,
        "x",
        [],
        {},
        {"op": None},
        {"op": "move", "path": "title"},
        {"op": 1},
        {"path": "title", "value": "x"},
        {"op": "add", "OP": "remove", "path": "title", "value": "x"},
        {"op": "replace", "value": {"title": "a", "TITLE": "b"}},
    ],
)
def test_an_operation_that_is_none_is_invalid_syntax(operation: object) -> None:
    assert refused(make_document(), operation) == "invalidSyntax"


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "add", "path": "title"},
        {"op": "replace"},
        set_to("x"),
        set_to(["x"]),
        set_to(None),
        set_to("x", "name"),
        set_to(["x"], "emails"),
        set_to("x", 'emails[type eq "work"]'),
        set_to("x", ENTERPRISE),
        set_to({ENTERPRISE: ["x"]}),
        set_to("\x00", "title"),
        set_to("\ud800", "title"),
    ],
)
def test_a_missing_or_unusable_value_is_an_invalid_value(operation: dict[str, Any]) -> None:
    assert refused(make_document(), operation) == "invalidValue"


@pytest.mark.parametrize(
    "operation",
    [
        set_to(5, "title"),
        set_to({}, "title"),
        set_to("maybe", "active"),
        set_to({"givenName": 1}, "name"),
        set_to(1, 'emails[type eq "work"].value'),
        set_to({"displayName": ["x"]}),
        set_to("", "userName"),
        set_to({CORE: {"title": "x"}}),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_when_the_result_is_cleaned(operation: dict[str, Any]) -> None:
    document = patched(make_document(), operation)

    with pytest.raises(DocumentError):
        clean(document, USER_RESOURCE)


def test_the_work_that_one_request_can_cause_is_limited() -> None:
    many = make_document(roles=[{"value": str(number)} for number in range(5_001)])

    assert refused(make_document(), *[set_to("x", "title")] * 501) == "tooMany"
    assert refused(make_document(), set_to({f"x{number}": 1 for number in range(501)})) == "tooMany"
    assert (
        refused(make_document(), set_to({ENTERPRISE: {f"x{number}": 1 for number in range(501)}}))
        == "tooMany"
    )
    assert refused(many, set_to(["x", "y"], "roles", "remove")) == "tooMany"
    assert refused(many, {"op": "remove", "path": 'roles[value eq "x" or value eq "y"]'}) == "tooMany"


PATHS = st.sampled_from(
    [
        "title",
        "name",
        "name.givenName",
        "emails",
        "emails.value",
        'emails[type eq "work"]',
        ENTERPRISE,
        "members",
        'emails[type eq "work"].value',
        f"{ENTERPRISE}:manager",
        f"{ENTERPRISE}:manager.value",
        CUSTOM,
        f"{CUSTOM}:a",
        "emails[primary eq true].primary",
        "id",
        "nope",
        "urn:a:b",
        "urn:a:b:c",
        "a[b",
        CORE,
        f"{CORE}:title",
        "displayName",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["\x00", "True", "work", "u1"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            PATHS | st.sampled_from(["value", "type", "primary"]) | st.text(), inner, max_size=4
        )
    ),
    max_leaves=8,
)
OPERATIONS = st.lists(
    JSON
    | st.fixed_dictionaries(
        {"op": st.sampled_from(["add", "Replace", "remove"])},
        optional={"path": PATHS | st.text(), "value": JSON},
    ),
    max_size=5,
)


# A busy machine is no failure.
@settings(deadline=None)
@given(OPERATIONS | JSON)
def test_no_operations_raise_anything_but_a_document_error(operations: object) -> None:
    user = clean(
        make_document(emails=[WORK, HOME], **{ENTERPRISE: {"manager": {"value": "m"}}}), USER_RESOURCE
    )
    group = {"displayName": "G", "urn:a:b": "x"}

    for document, resource in ((user, USER_RESOURCE), (group, GROUP_RESOURCE)):
        try:
            rest, _ = split_members(operations, resource)
            clean(apply(document, rest, resource), resource)
        except DocumentError as error:
            assert str(error)
