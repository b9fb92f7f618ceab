"""`sortBy` and `sortOrder` (RFC 7644, 3.4.2.3): one order, whole and page by page, on every database."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from directory.models import User
from directory.services import create_user
from lib.schema import USER_RESOURCE
from scim.filters import UserFilter
from scim.sorting import Place, Sorting
from tenants.models import Tenant
from tests.factories import USER_SCHEMA, actor, make_group, make_user
from tests.scim.client import SEARCH, ScimClient, assert_scim_error, body
from tests.scim.conftest import ENTERPRISE, NOON


def add(tenant: Tenant, user_name: str, /, **attributes: Any) -> User:
    """A user with just these attributes."""
    return create_user(tenant, {"schemas": [USER_SCHEMA], "userName": user_name, **attributes}, by=actor())


@pytest.fixture
def people(tenant: Tenant, stranger: Tenant) -> list[User]:
    """In the order of their making: mia, Ann, zoe, Bob, eva. Eva has nothing but her name."""
    return [
        add(
            tenant,
            "mia",
            externalId="b",
            title="clerk",
            active=True,
            name={"familyName": "Élan"},
            emails=[{"value": "y@x"}, {"value": "a@x", "primary": True}],
            **{ENTERPRISE: {"department": "Zoo", "manager": {"value": "9"}}},
        ),
        add(
            tenant,
            "Ann",
            externalId="B",
            title="Clerk",
            active=False,
            emails=[{"value": "C@x"}, {"value": "a@x"}],
        ),
        add(tenant, "zoe", externalId="a", title="", name={"familyName": "alan"}, emails=[{"value": "b@x"}]),
        add(
            tenant,
            "Bob",
            externalId="",
            title="Baker",
            active=True,
            name={"familyName": "Zed"},
            emails=[{"type": "work", "primary": True}, {"value": "0@x"}],
            **{ENTERPRISE: {"department": "art"}},
        ),
        add(tenant, "eva"),
    ]


def names(client: ScimClient, kind: str = "Users", **asked: Any) -> str:
    answer = client.get(f"/{kind}", **asked)
    assert answer.status_code == 200, answer.content
    return " ".join(one.get("userName") or one["displayName"] for one in body(answer)["Resources"])


def names_by_cursor(client: ScimClient, **asked: Any) -> str:
    cursor, read = "", []
    while True:
        answer = body(client.get("/Users", cursor=cursor, count=1, **asked))
        read += [one["userName"] for one in answer["Resources"]]
        if "nextCursor" not in answer:
            return " ".join(read)
        cursor = answer["nextCursor"]


ORDERS = [
    ("userName", "Ann Bob eva mia zoe"),
    ("USERNAME", "Ann Bob eva mia zoe"),
    ("urn:ietf:params:scim:schemas:core:2.0:User:userName", "Ann Bob eva mia zoe"),
    ("title", "Bob mia Ann zoe eva"),
    ("externalId", "Ann zoe mia Bob eva"),
    ("name.familyName", "zoe Bob mia Ann eva"),
    ("active", "Ann mia Bob zoe eva"),
    ("emails", "mia zoe Ann Bob eva"),
    ("emails.value", "mia zoe Ann Bob eva"),
    (f"{ENTERPRISE}:department", "Bob mia Ann zoe eva"),
    (f"{ENTERPRISE.upper()}:Manager.value", "mia Ann zoe Bob eva"),
    ("meta.created", "mia Ann zoe Bob eva"),
    ("meta.resourceType", "mia Ann zoe Bob eva"),
    ("schemas", "mia Ann zoe Bob eva"),
]


@pytest.mark.parametrize(("path", "expected"), ORDERS)
def test_users_are_sorted_by_any_attribute(
    okta: ScimClient, people: list[User], path: str, expected: str
) -> None:
    assert names(okta, sortBy=path) == expected
    assert names(okta, sortBy=path, sortOrder="Ascending") == expected


@pytest.mark.parametrize(("path", "expected"), ORDERS)
def test_pages_of_a_sorted_list_make_up_the_whole(
    okta: ScimClient, people: list[User], path: str, expected: str
) -> None:
    by_index = [names(okta, sortBy=path, startIndex=start, count=2) for start in (1, 3, 5)]

    assert " ".join(by_index) == expected
    assert names_by_cursor(okta, sortBy=path) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("userName", "zoe mia eva Bob Ann"),
        ("title", "zoe eva mia Ann Bob"),
        ("active", "zoe eva mia Bob Ann"),
        ("name.familyName", "Ann eva mia Bob zoe"),
        ("meta.created", "eva Bob zoe Ann mia"),
    ],
)
def test_who_has_no_value_comes_first_when_descending(
    okta: ScimClient, people: list[User], path: str, expected: str
) -> None:
    assert names(okta, sortBy=path, sortOrder="DESCENDING") == expected
    assert names_by_cursor(okta, sortBy=path, sortOrder="descending") == expected


@pytest.mark.parametrize("path", ["id", "meta.location"])
def test_identifiers_are_sorted_as_they_are_written(okta: ScimClient, people: list[User], path: str) -> None:
    expected = " ".join(user.user_name for user in sorted(people, key=lambda user: str(user.id)))

    assert names(okta, sortBy=path) == expected
    assert names_by_cursor(okta, sortBy=path) == expected


def test_users_are_sorted_by_when_they_changed(okta: ScimClient, people: list[User]) -> None:
    okta.patch(f"/Users/{people[1].id}", {"op": "replace", "path": "title", "value": "Baker"})

    assert names(okta, sortBy="meta.lastModified") == "mia zoe Bob eva Ann"
    assert names_by_cursor(okta, sortBy="meta.lastModified") == "mia zoe Bob eva Ann"


def test_groups_are_sorted_by_name_and_by_their_first_member(okta: ScimClient, tenant: Tenant) -> None:
    ann, bob = make_user(tenant, "ann"), make_user(tenant, "bob")
    make_group(tenant, "sales", bob, ann)
    make_group(tenant, "Empty")
    make_group(tenant, "Poets", ann)

    assert names(okta, "Groups", sortBy="displayName") == "Empty Poets sales"
    assert names(okta, "Groups", sortBy="members.display") == "Poets sales Empty"


def test_users_are_sorted_by_their_groups(okta: ScimClient, tenant: Tenant, people: list[User]) -> None:
    make_group(tenant, "Poets", people[4])
    make_group(tenant, "artists", people[2], people[4])

    assert names(okta, sortBy="groups.display") == "zoe eva mia Ann Bob"


def test_a_filter_and_an_order_go_together(okta: ScimClient, people: list[User]) -> None:
    assert names(okta, filter="active eq true", sortBy="userName") == "Bob mia"
    assert names_by_cursor(okta, filter="active eq true", sortBy="userName") == "Bob mia"


def test_long_texts_are_told_apart_by_their_beginning(okta: ScimClient, tenant: Tenant) -> None:
    for name, title in (("ann", "x" * 9000 + "b"), ("bob", "x" * 9000 + "a"), ("cy", "w")):
        make_user(tenant, name, title=title)

    assert names(okta, sortBy="title") == "cy ann bob"
    assert names_by_cursor(okta, sortBy="title") == "cy ann bob"


def test_who_leaves_or_comes_between_the_pages_of_a_sorted_list_shifts_nobody(
    okta: ScimClient, tenant: Tenant, people: list[User]
) -> None:
    first = body(okta.get("/Users", cursor="", count=2, sortBy="userName"))
    okta.delete(f"/Users/{people[3].id}")
    add(tenant, "aaron")
    add(tenant, "cleo")

    rest = names(okta, cursor=first["nextCursor"], sortBy="userName")

    assert [one["userName"] for one in first["Resources"]] == ["Ann", "Bob"]
    assert rest == "cleo eva mia zoe"


@pytest.mark.parametrize(
    "path", ["unheard", "name", "meta", "password", "emails[primary eq true]", "a b", "emails.x"]
)
def test_what_no_list_is_sorted_by_is_refused(okta: ScimClient, path: str) -> None:
    assert_scim_error(okta.get("/Users", sortBy=path), 400, "invalidValue")
    assert_scim_error(okta.post("/Users/.search", {"schemas": [SEARCH], "sortBy": path}), 400, "invalidValue")
    assert_scim_error(okta.post("/.search", {"schemas": [SEARCH], "sortBy": path}), 400, "invalidValue")


@pytest.mark.parametrize("wrong", [{"sortOrder": "up"}, {"sortOrder": 1}, {"sortBy": ["userName"]}])
def test_what_is_no_order_is_refused(okta: ScimClient, wrong: dict[str, Any]) -> None:
    for kind in ("/Users", "/Groups", ""):
        asked = {"schemas": [SEARCH], "sortBy": "id", **wrong}
        assert_scim_error(okta.post(f"{kind}/.search", asked), 400, "invalidValue")


def test_an_order_alone_says_nothing(okta: ScimClient, people: list[User]) -> None:
    assert names(okta, sortOrder="descending") == "mia Ann zoe Bob eva"
    assert names(okta, sortBy="", sortOrder="") == "mia Ann zoe Bob eva"


def test_searches_are_sorted_too(okta: ScimClient, people: list[User]) -> None:
    asked = {"schemas": [SEARCH], "SORTBY": "userName", "sortOrder": "descending", "count": 2}

    found = body(okta.post("/Users/.search", asked))

    assert [one["userName"] for one in found["Resources"]] == ["zoe", "mia"]


def test_the_provider_config_says_that_lists_are_sorted(okta: ScimClient) -> None:
    assert body(okta.get("/ServiceProviderConfig"))["sort"] == {"supported": True}


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("path", ["userName", "meta.created"])
def test_a_page_of_names_or_of_moments_is_read_from_an_index(
    okta: ScimClient, people: list[User], path: str, descending: bool
) -> None:
    """Of so few rows PostgreSQL would read all: it is asked for the way that it has with many."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
    order = Sorting(path, descending).order(
        User, UserFilter(USER_RESOURCE, {}, "https://idp.example/Users").sort_key
    )
    living = order.keyed(User.objects.filter(tenant=people[0].tenant).living())
    index = "user_name_once_per_tenant" if path == "userName" else "user_in_order"
    place = Place(NOON, people[0].id, "x" if path == "userName" else NOON)

    for found in (living, living.filter(order.behind(place))):
        assert index in found.order_by(*order.terms)[:2].explain()
