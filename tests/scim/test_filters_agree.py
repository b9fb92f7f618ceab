"""The database selects what the same filter selects in memory, whatever the documents and the filter."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.models import User
from lib.filters import And, Compare, Filter, Not, Or, Path, Present, ValuePath, matches
from lib.filters.queries import compile_filter
from lib.schema import USER_RESOURCE, Attribute
from scim.filters import UserFilter
from tests.factories import make_tenant, make_user

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
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
    ]
)
PARTS = st.sampled_from([Path(None, "name"), Path(None, "addresses"), Path(None, "emails", "primary")])
FLAGS = st.sampled_from([True, False, "True", "false"])


def comparisons(texts: st.SearchStrategy[Path], flags: st.SearchStrategy[Path]) -> st.SearchStrategy[Filter]:
    return st.one_of(
        st.builds(Compare, texts, OPERATORS, TEXTS),
        st.builds(Compare, flags, st.sampled_from(["eq", "ne"]), FLAGS),
        st.builds(Compare, texts, st.sampled_from(["eq", "ne"]), st.none()),
        st.builds(Present, texts | flags),
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
    comparisons(TEXT_PATHS, st.just(Path(None, "emails", "primary"))),
    st.builds(Present, PARTS),
    st.builds(ValuePath, st.just(Path(None, "emails")), INSIDE),
)
FILTERS = st.recursive(LEAVES, joined, max_leaves=4)
EMAILS = st.fixed_dictionaries(
    {}, optional={"value": TEXTS, "type": TEXTS, "primary": st.booleans() | st.just("True")}
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
    found = USER_RESOURCE.attribute(path.name, path.sub, urn=path.urn)
    return found.sub("value") or found if found else None


@settings(
    max_examples=100,
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
        door = UserFilter(USER_RESOURCE, {}, "https://idp.example/Users")
        condition = compile_filter(tree, door._column, door._elements)
        selected = set(User.objects.filter(condition).values_list("id", flat=True))

        assert selected == {user.id for user in trio if matches(tree, user.document, attribute_of)}
