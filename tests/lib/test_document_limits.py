"""How large and how odd a document and its members may be."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.documents import MAX_BYTES, Document, DocumentError, Member, clean, read_members
from lib.schema import GROUP_RESOURCE, USER_RESOURCE

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def clean_user(**attributes: Any) -> Document:
    return clean({"userName": "ada", **attributes}, USER_RESOURCE)


def clean_group(**attributes: Any) -> Document:
    return clean({"displayName": "Engineers", **attributes}, GROUP_RESOURCE)


@pytest.mark.parametrize(
    "attributes",
    [
        {"title": "a\x00"},
        {"title": "\ud800"},
        {"un\x00known": 1},
        {"unknown": [{"deep": ["\udfff"]}]},
        {"unknown": {"\ud800": 1}},
        {"unknown": float("nan")},
    ],
)
def test_what_no_database_keeps_is_refused_anywhere(attributes: dict[str, Any]) -> None:
    with pytest.raises(DocumentError):
        clean_user(**attributes)


def test_nesting_is_limited_to_twenty_levels() -> None:
    nested: Any = "leaf"
    for _ in range(18):
        nested = [nested]

    assert clean_user(unknown=nested)["unknown"] == nested
    with pytest.raises(DocumentError, match="nested deeper than 20"):
        clean_user(unknown=[nested])


@pytest.mark.parametrize("name", ["userName", "externalId", "displayName"])
def test_an_indexed_text_has_at_most_512_characters(name: str) -> None:
    assert clean_user(**{name: "é" * 512})[name]
    with pytest.raises(DocumentError, match=f"{name} has 513 characters"):
        clean_user(**{name: "é" * 513})


def test_an_email_address_has_at_most_512_characters() -> None:
    with pytest.raises(DocumentError, match=r"emails\.value has 513 characters"):
        clean_user(emails=[{"value": "e" * 513}])


def test_a_document_has_at_most_256_kib_without_its_members() -> None:
    members = [{"value": f"{number:036}"} for number in range(10_000)]

    assert len(clean_group(members=members)["members"]) == 10_000
    for document in ({"unknown": "x" * MAX_BYTES}, {"unknown": "é" * (MAX_BYTES // 2)}):
        with pytest.raises(DocumentError, match="at most 262144"):
            clean_group(**document)


def test_only_a_groups_members_are_left_out_of_the_size() -> None:
    with pytest.raises(DocumentError, match="at most 262144"):
        clean_user(members="x" * MAX_BYTES)


def test_members_stay_as_a_list_with_each_id_once() -> None:
    document = clean_group(
        members=[
            {"VALUE": "u1", "display": "a@x", "$ref": None},
            "u2",
            {"value": "u1"},
            {"value": "g", "type": "Group"},
        ]
    )

    assert document["members"] == [
        {"value": "u1", "display": "a@x"},
        {"value": "u2"},
        {"value": "g", "type": "Group"},
    ]


@pytest.mark.parametrize(
    "members",
    [
        "u1",
        {"value": "u1"},
        [1],
        [[]],
        [None],
        [{}],
        [{"value": ""}],
        [{"value": 5}],
        [""],
        [{"value": "u", "display": 1}],
        [{"value": "u" * 513}],
    ],
)
def test_a_member_without_a_usable_id_is_refused(members: Any) -> None:
    with pytest.raises(DocumentError, match=r"[Mm]ember"):
        clean_group(members=members)


def test_members_are_read_as_values() -> None:
    members = read_members([{"value": "u1", "display": "a@x", "type": "User"}, "u2"])

    assert members == (Member("u1", "a@x", "User"), Member("u2"))


NAMES = st.sampled_from(
    [
        "userName",
        "USERNAME",
        "active",
        "emails",
        "name",
        "value",
        "primary",
        "schemas",
        "members",
        "displayName",
        "meta",
        "password",
        ENTERPRISE,
        "manager",
        "x",
        "urn:a:b:c",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.text(alphabet="\ud800\x00a"),
    lambda inner: st.lists(inner) | st.dictionaries(NAMES | st.text(), inner),
    max_leaves=12,
)


# A busy machine is no failure.
@settings(deadline=None)
@given(JSON | st.dictionaries(NAMES, JSON))
def test_no_value_raises_anything_but_a_document_error(body: object) -> None:
    for resource in (USER_RESOURCE, GROUP_RESOURCE):
        try:
            document = clean(body, resource)
        except DocumentError as error:
            assert str(error)
        else:
            assert clean(document, resource) == document
