"""The database selects what the same filter selects in memory, whatever the documents and the filter."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.models import User
from lib.filters import Filter, Path, Present, matches
from lib.schema import ENTERPRISE_USER, Attribute
from tests.factories import make_tenant, make_user
from tests.scim.fuzzing.cases import cases
from tests.scim.fuzzing.documents import KEYS, LINKS, TEXTS, users
from tests.scim.fuzzing.doors import attribute_of, condition
from tests.scim.fuzzing.filters import USER_FILTERS, comparisons, joined

# What no client can have kept any more, and what older rows may still hold.
_EMAILS = st.fixed_dictionaries(
    {}, optional={"value": TEXTS, "type": TEXTS, "primary": st.booleans() | st.just("True")}
)
_UNTIDY = st.fixed_dictionaries(
    {},
    optional={
        "title": TEXTS,
        "externalId": TEXTS,
        "emails": _EMAILS | st.lists(TEXTS, max_size=2) | st.lists(_EMAILS, max_size=2),
        "photos": st.lists(LINKS, max_size=2),
        "addresses": st.lists(st.just({}) | st.fixed_dictionaries({"unknown": TEXTS}), max_size=2),
        "x509Certificates": st.lists(st.fixed_dictionaries({"value": KEYS}), max_size=2),
        ENTERPRISE_USER.urn: st.fixed_dictionaries({}, optional={"department": TEXTS, "manager": TEXTS}),
    },
)
DOCUMENTS = users(ENTERPRISE_USER) | _UNTIDY
_OTHERS = comparisons(Path(None, "externalId"), Attribute("externalId", case_exact=True)) | st.just(
    Present(Path("urn:ietf:params:scim:schemas:extension:enterprise:2.0", "User"))
)
FILTERS = USER_FILTERS | st.recursive(_OTHERS, joined, max_leaves=3)


@pytest.fixture
def trio(db: None) -> list[User]:
    tenant = make_tenant()
    return [make_user(tenant, name) for name in ("ann", "ben", "cy")]


@cases(75)
@given(documents=st.lists(DOCUMENTS, min_size=3, max_size=3), trees=st.lists(FILTERS, min_size=4, max_size=4))
def test_the_database_selects_what_memory_does(
    trio: list[User], documents: list[dict[str, Any]], trees: list[Filter]
) -> None:
    for user, document in zip(trio, documents, strict=True):
        user.document, user.external_id = document, document.get("externalId")
        user.active = document.get("active")
    User.objects.bulk_update(trio, ["document", "external_id", "active"])

    for tree in trees:
        selected = set(User.objects.filter(condition(tree)).values_list("id", flat=True))

        assert selected == {user.id for user in trio if matches(tree, user.document, attribute_of)}
