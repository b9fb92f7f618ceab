"""Whatever is sent, and whatever is there: an extension is changed or refused, and nothing breaks."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lib.documents import DocumentError, clean, respelled, with_unsent
from lib.schema import ENTERPRISE_USER, USER, ResourceSchema
from scim.patch import apply
from scim.projection import Projection, specified_by, specified_in
from tests.schemas import CUSTOM, EVERY_RULE, EVERY_TYPE, custom

SCHEMA = ResourceSchema(USER, (ENTERPRISE_USER, custom(*EVERY_TYPE, *EVERY_RULE)))
NAMES = st.sampled_from([*(one["name"] for one in (*EVERY_TYPE, *EVERY_RULE)), "BADGE", "odd", ""])
SCALARS = st.sampled_from([None, True, 0, 1.5, 2**70, "", "a", "True", "2026-01-01T00:00:00Z", "aGk="])
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["value", "floor", "room", "primary", "type", "x"]), inner, max_size=2
        )
    ),
    max_leaves=4,
)
EXTENSIONS = st.dictionaries(NAMES, VALUES, max_size=4) | VALUES
DOCUMENTS = st.fixed_dictionaries(
    {"userName": st.just("ada")}, optional={CUSTOM: EXTENSIONS} | {CUSTOM.upper(): EXTENSIONS}
).filter(lambda document: len(document) < 3)
SUFFIXES = st.sampled_from(["", ".floor", ".value", '[value eq "a"]', "[floor gt 1].room", "[", ".x"])
PATHS = st.builds(lambda name, suffix: f"{CUSTOM}:{name}{suffix}", NAMES, SUFFIXES) | st.sampled_from(
    [CUSTOM, CUSTOM.upper(), f"{CUSTOM}:", None]
)
OPERATIONS = st.lists(
    st.fixed_dictionaries(
        {"op": st.sampled_from(["add", "replace", "remove"]), "value": VALUES | DOCUMENTS},
        optional={"path": PATHS},
    ),
    max_size=3,
)


@settings(max_examples=400, deadline=None, database=None)
@given(before=DOCUMENTS, operations=OPERATIONS)
def test_a_patch_makes_a_document_that_is_clean_or_is_refused(
    before: dict[str, Any], operations: list[dict[str, Any]]
) -> None:
    held = respelled(before, SCHEMA)
    with suppress(DocumentError):
        after = clean(apply(held, operations, SCHEMA), SCHEMA, held)

        assert clean(after, SCHEMA, after) == after
        assert_nothing_secret(after, specified_by(operations))


@settings(max_examples=400, deadline=None, database=None)
@given(before=DOCUMENTS, body=DOCUMENTS)
def test_a_put_makes_a_document_that_is_clean_or_is_refused(
    before: dict[str, Any], body: dict[str, Any]
) -> None:
    held = respelled(before, SCHEMA)
    with suppress(DocumentError):
        after = clean(with_unsent(body, held, SCHEMA), SCHEMA, held)

        assert clean(with_unsent(after, after, SCHEMA), SCHEMA, after) == after
        assert_nothing_secret(after, specified_in(body))


@settings(max_examples=400, deadline=None, database=None)
@given(body=DOCUMENTS)
def test_what_was_created_can_be_put_back(body: dict[str, Any]) -> None:
    with suppress(DocumentError):
        created = clean(body, SCHEMA)

        shown = Projection().apply(created, SCHEMA)

        assert clean(with_unsent(shown, created, SCHEMA), SCHEMA, created) == created


def assert_nothing_secret(document: dict[str, Any], specified: frozenset[str]) -> None:
    for projection in (
        Projection(specified=specified),
        Projection(only=frozenset({CUSTOM, f"{CUSTOM}:pin"})),
    ):
        shown = projection.apply(document, SCHEMA).get(CUSTOM, {})
        assert not {"pin", "memo"} & set(shown if isinstance(shown, dict) else {})
