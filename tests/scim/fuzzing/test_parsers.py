"""Whatever is read: it is understood, or refused by the error that the door translates."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from lib.documents import DocumentError, clean, parse
from lib.filters import FilterError, parse_filter, parse_path
from lib.schema import GROUP_RESOURCE, USER_RESOURCE
from scim.bulk.reading import read_bulk
from scim.bulk.references import references_of, with_ids
from scim.compression import takes_gzip
from scim.cursors import read_cursor
from scim.errors import ScimError
from scim.lists import ListRequest
from scim.patch import apply, split_members
from scim.preconditions import Preconditions
from scim.projection import Projection
from tenants.authentication import Refused, read_header
from tests.scim.bulks import bulk, new_group, new_user, patch
from tests.scim.fuzzing.cases import cases
from tests.scim.fuzzing.values import JSON, PRINTABLE, TEXTS, spoiled, words
from tests.scim.patches import HOME, WORK, make_document

_WORDS = words("""
    title emails[ ] ( ) not and or eq ne co gt pr "a" "\\ud800" "\\u0000" 5 1e999 -0 9999999999999999999999999
    true null .value urn:a:b:c urn: $ref \\" [ " . : é
""") | st.sampled_from(["\t", "\0", " "])
FILTER_TEXTS = st.lists(_WORDS, max_size=12).map(" ".join) | st.text(max_size=30) | st.text('([" a)]')
USER = make_document(emails=[WORK, HOME], roles=[{"value": "r"}], extra={"a": 1})
GROUP = {"displayName": "Crew", "extra": {"a": 1}}


@cases(300)
@given(FILTER_TEXTS)
@example("(" * 8_000)
@example("not(" * 2_000)
@example('"' + "\\" * 7_999)
@example("a" * 8_000)
def test_any_text_is_a_filter_or_a_filter_error(text: str) -> None:
    for read in (parse_filter, parse_path):
        try:
            read(text)
        except FilterError as error:
            assert str(error)
            assert 0 <= error.position <= len(text)


@cases(200)
@given(st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
@example(b"[" * 200_000)
@example(b'{"a":' * 200_000)
@example(b"9" * 100_000)
@example(b"-" + b"9" * 100_000)
@example(b"1e" + b"9" * 100)
@example(b'"\\ud800"')
def test_any_bytes_are_json_or_a_document_error(raw: bytes) -> None:
    try:
        parse(raw)
    except DocumentError as error:
        assert error.scim_type == "invalidSyntax"


PATCHES = [
    {"op": "add", "path": 'emails[type eq "work"].value', "value": "x@x"},
    {"op": "replace", "value": {"name.givenName": "A", "emails": [WORK], "id": "u1"}},
    {"op": "Remove", "path": "members", "value": [{"$ref": None, "value": "u1"}]},
]


@cases(300)
@given(spoiled(PATCHES))
def test_any_operations_are_applied_or_a_document_error(operations: Any) -> None:
    for document, resource in ((USER, USER_RESOURCE), (GROUP, GROUP_RESOURCE)):
        try:
            rest, _ = split_members(operations, resource)
            found = clean(apply(document, rest, resource, resource_id="u1"), resource)
        except DocumentError as error:
            assert str(error)
        else:
            assert clean(found, resource) == found


BULK = bulk(
    new_user("a"),
    new_group("g", "bulkId:a"),
    patch("/Groups/bulkId:g", {"op": "remove", "path": 'members[value eq "bulkId:a"]'}, version='W/"1"'),
    {"method": "DELETE", "path": "/Users/bulkId:a"},
    failOnErrors=1,
)


@cases(300)
@given(spoiled(BULK).filter(lambda found: isinstance(found, dict)))
def test_any_bulk_request_is_read_or_refused(message: dict[str, Any]) -> None:
    try:
        operations = read_bulk(message).operations
    except (ScimError, DocumentError) as error:
        assert str(error)
        return
    for operation in operations:
        references_of(operation)
        with_ids(operation, lambda name: "id")


@cases(300)
@given(
    st.dictionaries(
        st.sampled_from(["filter", "startIndex", "count", "cursor", "attributes", "excludedAttributes"]),
        TEXTS | JSON,
    )
)
def test_anything_asked_of_a_list_is_read_or_refused(asked: dict[str, object]) -> None:
    try:
        found = ListRequest.read(asked)
        if found.cursor:
            read_cursor(found.cursor, "a list")
    except ScimError as error:
        assert error.status == 400


@cases(150)
@given(TEXTS | PRINTABLE, JSON)
def test_any_projection_is_read_or_refused_and_leaves_what_is_always_returned(asked: str, value: Any) -> None:
    document = {"id": "1", "schemas": ["urn:x"], "name": value, "urn:a:b": {"c": value}, "emails": [value]}

    for parameter in ("attributes", "excludedAttributes"):
        shown = Projection.read({parameter: asked}).apply(document, USER_RESOURCE)

        assert (shown["id"], shown["schemas"]) == ("1", ["urn:x"])


@cases(150)
@given(TEXTS | PRINTABLE | st.text('W/"1*, ', max_size=12))
def test_any_header_is_read(header: str) -> None:
    asked = Preconditions.read({"If-Match": header, "If-None-Match": header})

    assert asked.allow_reading(1) in {True, False}
    assert takes_gzip(header) in {True, False}
    for authorization in (header, f"Basic {header}", f"Bearer {header}"):
        try:
            read_header(authorization)
        except Refused as refused:
            assert str(refused)
