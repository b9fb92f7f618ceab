"""The database selects what the same filter selects in memory, whatever the documents and the filter."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.models import User
from lib.filters import And, Compare, Filter, Not, Or, Path, Present, ValuePath, matches
from lib.filters.queries import compile_filter
from lib.schema import ENTERPRISE_USER, USER, Attribute, ResourceSchema
from scim.filters import UserFilter
from tests.factories import make_tenant, make_user
from tests.schemas import schema_of_every_type

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
CUSTOM = "urn:okta:acme:1.0:user:custom"
SCHEMA = ResourceSchema(USER, (ENTERPRISE_USER, schema_of_every_type(CUSTOM)))
TEXTS = st.text("aBé%_\\'\"", max_size=3)
OPERATORS = st.sampled_from(["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"])
TEXT_PATHS = st.sampled_from(
    [
        *(Path(None, name) for name in ("title", "nickName", "emails", "photos", "externalId")),
        *(Path(None, "emails", sub) for sub in ("value", "type")),
        *(Path(None, "name", sub) for sub in ("familyName", "givenName")),
        Path(None, "addresses", "locality"),
        Path(None, "photos", "value"),
        Path(ENTERPRISE, "department"),
        Path(ENTERPRISE, "manager"),
        Path(ENTERPRISE, "manager", "value"),
        *(Path(CUSTOM, name) for name in ("badge", "tag", "site", "tags")),
        Path(CUSTOM, "tags", "value"),
        *(Path(CUSTOM, owner, "room") for owner in ("spot", "spots")),
    ]
)
BINARY_PATHS = st.just(Path(CUSTOM, "key"))
NUMBER_PATHS = st.sampled_from(
    [
        *(Path(CUSTOM, name) for name in ("level", "score", "levels")),
        *(Path(CUSTOM, owner, "floor") for owner in ("spot", "spots")),
    ]
)
MOMENT_PATHS = st.sampled_from([Path(CUSTOM, "since"), Path(CUSTOM, "spots", "until")])
ORDERINGS = st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le"])
NUMBERS = st.integers(-2, 2) | st.sampled_from([0.5, -1.25, 1.0, 1e300, 2**53 + 1, 2**63 - 1])
MOMENTS = st.sampled_from(
    [
        "2026-01-01T00:00:00Z",
        "2026-01-01T01:00:00+01:00",
        "2026-01-01T00:00:00",
        "2025-12-31T23:59:59.999999-00:00",
        "2026-01-01T00:00:00.0000001Z",
        "2024-02-29T12:00:00-14:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59.9999999-14:00",
    ]
)
# What a document may hold from before the attribute became what it is.
ANYTHING = st.sampled_from(["", "x", "2026-02-30T00:00:00Z", "2026-01-01", 7, True])
PARTS = st.sampled_from([Path(None, "name"), Path(None, "addresses"), Path(None, "emails", "primary")])
FLAGS = st.sampled_from([True, False, "True", "false"])


def comparisons(texts: st.SearchStrategy[Path], flags: st.SearchStrategy[Path]) -> st.SearchStrategy[Filter]:
    return st.one_of(
        st.builds(Compare, texts, OPERATORS, TEXTS),
        st.builds(Compare, flags, st.sampled_from(["eq", "ne"]), FLAGS),
        st.builds(Compare, texts, st.sampled_from(["eq", "ne"]), st.none()),
        st.builds(Present, texts | flags),
    )


TYPED = st.one_of(
    st.builds(Compare, NUMBER_PATHS, ORDERINGS, NUMBERS),
    st.builds(Compare, MOMENT_PATHS, ORDERINGS, MOMENTS),
    st.builds(Compare, BINARY_PATHS, st.sampled_from(["eq", "ne", "co", "sw"]), TEXTS),
    st.builds(Compare, NUMBER_PATHS | MOMENT_PATHS, st.sampled_from(["eq", "ne"]), st.none()),
    st.builds(Present, NUMBER_PATHS | MOMENT_PATHS | BINARY_PATHS),
)


def joined(terms: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    pairs = st.tuples(terms, terms)
    return st.builds(And, pairs) | st.builds(Or, pairs) | st.builds(Not, terms)


INSIDE = st.recursive(
    comparisons(st.sampled_from([Path(None, "value"), Path(None, "type")]), st.just(Path(None, "primary"))),
    joined,
    max_leaves=3,
)
LEAVES = st.one_of(
    comparisons(TEXT_PATHS, st.sampled_from([Path(None, "emails", "primary"), Path(CUSTOM, "on")])),
    TYPED,
    st.builds(Present, PARTS),
    st.builds(ValuePath, st.just(Path(None, "emails")), INSIDE),
)
FILTERS = st.recursive(LEAVES, joined, max_leaves=4)
EMAILS = st.fixed_dictionaries(
    {}, optional={"value": TEXTS, "type": TEXTS, "primary": st.booleans() | st.just("True")}
)
SPOTS = st.fixed_dictionaries(
    {},
    optional={
        "floor": NUMBERS | ANYTHING,
        "room": TEXTS | ANYTHING,
        "until": MOMENTS | ANYTHING,
    },
)
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "title": TEXTS,
        "externalId": TEXTS,
        "name": st.fixed_dictionaries({}, optional={"familyName": TEXTS, "givenName": TEXTS}),
        "emails": st.lists(EMAILS, max_size=2) | EMAILS,
        "photos": st.lists(st.fixed_dictionaries({"value": TEXTS}), max_size=2) | st.lists(TEXTS, max_size=2),
        "addresses": st.lists(st.fixed_dictionaries({}, optional={"locality": TEXTS}), max_size=2),
        CUSTOM: st.fixed_dictionaries(
            {},
            optional={
                "badge": TEXTS | ANYTHING,
                "tag": TEXTS | ANYTHING,
                "level": NUMBERS | ANYTHING,
                "score": NUMBERS | ANYTHING,
                "since": MOMENTS | ANYTHING,
                "site": TEXTS | ANYTHING,
                "key": TEXTS | ANYTHING,
                "on": st.booleans() | ANYTHING,
                "tags": st.lists(TEXTS, max_size=2) | ANYTHING,
                "levels": st.lists(NUMBERS, max_size=2) | ANYTHING,
                "spot": SPOTS | ANYTHING,
                "spots": st.lists(SPOTS, max_size=2) | ANYTHING,
            },
        ),
        ENTERPRISE: st.fixed_dictionaries(
            {},
            optional={
                "department": TEXTS,
                "manager": st.fixed_dictionaries({}, optional={"value": TEXTS, "displayName": TEXTS}),
            },
        ),
    },
)


@pytest.fixture
def trio(db: None) -> list[User]:
    tenant = make_tenant()
    return [make_user(tenant, name) for name in ("ann", "ben", "cy")]


def attribute_of(path: Path) -> Attribute | None:
    """What the path compares: the `value` of an attribute with parts."""
    found = SCHEMA.attribute(path.name, path.sub, urn=path.urn)
    return found.sub("value") or found if found else None


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
)
@given(documents=st.lists(DOCUMENTS, min_size=3, max_size=3), trees=st.lists(FILTERS, min_size=4, max_size=4))
def test_the_database_selects_what_memory_does(
    trio: list[User], documents: list[dict[str, Any]], trees: list[Filter]
) -> None:
    for user, document in zip(trio, documents, strict=True):
        user.document, user.external_id = document, document.get("externalId")
    User.objects.bulk_update(trio, ["document", "external_id"])

    for tree in trees:
        door = UserFilter(SCHEMA, {}, "https://idp.example/Users")
        condition = compile_filter(tree, door._column, door._elements)
        selected = set(User.objects.filter(condition).values_list("id", flat=True))

        assert selected == {user.id for user in trio if matches(tree, user.document, attribute_of)}
