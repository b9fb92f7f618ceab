"""Users are found by e-mail address through an index, whatever the form of the filter."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.emails import email_key
from directory.models import FurtherEmail, User
from directory.services import change_user, create_user, delete_user
from lib.filters import parse_filter
from lib.schema import USER_RESOURCE
from scim.email_narrowing import candidates, needed_keys
from scim.filters import UserFilter
from scim.references import with_groups
from tenants.models import Tenant
from tests.factories import USER_SCHEMA, actor, make_user
from tests.scim.client import ScimClient
from tests.scim.filtering import found
from tests.scim.test_costs import statements

TWO = [{"value": "Ada@Work.example", "type": "work", "primary": True}, {"value": "Ada@Home.example"}]


@pytest.fixture
def crew(tenant: Tenant, stranger: Tenant) -> None:
    """Ada has two addresses and Bob has one; the stranger has a copy of each."""
    for owner in (tenant, stranger):
        for user in User.objects.filter(tenant=owner):
            delete_user(owner, user.id, by=actor())
        make_user(owner, "ada", emails=TWO)
        make_user(owner, "bob")
        create_user(owner, {"schemas": [USER_SCHEMA], "userName": "nobody"}, by=actor())


@pytest.mark.usefixtures("crew")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ('emails.value eq "ADA@work.EXAMPLE"', "ada"),
        ('emails eq "ada@home.example"', "ada"),
        ('emails[type eq "work"].value eq "ada@work.example"', "ada"),
        ('emails[type eq "work" and value eq "ada@home.example"]', ""),
        ('emails[value eq "ada@home.example" or value eq "bob@example.com"]', "ada bob"),
        ('emails.value eq "ada@home.example" or emails.value eq "bob@example.com"', "ada bob"),
        ('emails.value eq "ada@home.example" and active eq true', "ada"),
        ('userName eq "bob" and (emails.value eq "bob@example.com" or emails eq "x")', "bob"),
        ('emails.value eq "ada@home.example" or userName eq "bob"', "ada bob"),
        ('not (emails.value eq "bob@example.com")', "ada nobody"),
        ('emails.value ne "bob@example.com"', "ada nobody"),
        ('urn:ietf:params:scim:schemas:core:2.0:User:emails.value eq "bob@example.com"', "bob"),
        ('EMAILS.VALUE eq "bob@example.com"', "bob"),
        ('emails.value eq "bob@example"', ""),
        ('emails.value eq ""', ""),
    ],
)
def test_a_filter_by_address_finds_whom_it_names(okta: ScimClient, query: str, names: str) -> None:
    assert found(okta, query) == names


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ('emails.value eq "A@x"', {"a@x"}),
        ('emails[type eq "work" and value eq "a@x"]', {"a@x"}),
        ('emails.value eq "a@x" and (emails eq "a@x" or emails eq "b@x")', {"a@x"}),
        ('emails.value eq "a@x" or emails[value eq "b@x"]', {"a@x", "b@x"}),
        ('emails.value eq "a@x" or title pr', None),
        ('not (emails.value eq "a@x")', None),
        ('emails.type eq "a@x"', None),
        ('emails.value co "a@x"', None),
        ('emails.value eq ""', None),
        ('emails[type eq "a@x"]', None),
        ('phoneNumbers.value eq "a@x"', None),
        ("emails.value eq null", None),
    ],
)
def test_the_addresses_that_a_filter_cannot_do_without(query: str, keys: set[str] | None) -> None:
    assert needed_keys(parse_filter(query)) == keys


def plan_of(tenant: Tenant, query: str) -> str:
    request: Any = RequestFactory().get("/")
    request.tenant = tenant
    page = with_groups(UserFilter.search(query, request)).order_by("created_at", "id")[:100]
    return page.explain()


@pytest.mark.parametrize(
    "query",
    [
        'emails.value eq "a@x"',
        'emails[type eq "work"].value eq "a@x"',
        'emails eq "a@x" and active eq true',
        'emails.value eq "a@x" or emails.value eq "b@x"',
    ],
)
def test_the_database_goes_by_the_indexes_of_addresses(tenant: Tenant, query: str) -> None:
    """Of a few users it would rightly read all."""
    call_command("seed_directory", tenant.name, users=1000, groups=0, events=0, stdout=StringIO())

    plan = plan_of(tenant, query)

    assert "user_email" in plan
    assert "further_email" in plan
    assert "user_in_order" not in plan


def test_of_long_addresses_that_begin_alike_the_right_one_is_found(okta: ScimClient, tenant: Tenant) -> None:
    for name in ("ann", "ben"):
        make_user(tenant, name, emails=[{"value": "x" * 400 + name}])

    assert User.objects.filter(tenant=tenant, email_key="x" * 255).count() == 2
    assert found(okta, f'emails.value eq "{"X" * 400}ben"') == "ben"


def test_a_user_of_one_address_costs_no_statement_more(tenant: Tenant) -> None:
    make_user(tenant, "first")

    with CaptureQueriesContext(connection) as captured:
        make_user(tenant, "second")
        change_user(
            tenant, User.objects.get(user_name="second").id, lambda old: {**old, "title": "x"}, by=actor()
        )

    assert not [sql for sql in statements(captured) if "furtheremail" in sql]


def test_the_rows_of_further_addresses_follow_the_document(tenant: Tenant) -> None:
    def keys() -> list[str]:
        return sorted(FurtherEmail.objects.filter(user=ada, tenant=tenant).values_list("key", flat=True))

    ada = make_user(tenant, "ada", emails=[*TWO, {"value": "ADA@home.example"}, {"type": "other"}])
    assert (ada.email_key, keys()) == ("ada@work.example", ["ada@home.example"])

    three = [{"value": "New@x"}, *TWO]
    changed = change_user(tenant, ada.id, lambda old: {**old, "emails": three}, by=actor())
    assert (changed.email_key, keys()) == ("ada@work.example", ["ada@home.example", "new@x"])

    changed = change_user(tenant, ada.id, lambda old: {**old, "emails": three[:1]}, by=actor())
    assert (changed.email_key, keys()) == ("new@x", [])

    change_user(tenant, ada.id, lambda old: {**old, "emails": TWO}, by=actor())
    delete_user(tenant, ada.id, by=actor())
    assert keys() == []


def test_no_letter_has_another_key_in_the_lower_case_of_the_database(db: None) -> None:
    """Letter by letter, so that what the exact comparison takes for equal always has one key."""
    letters = [chr(code) for code in range(1, 0x110000) if not 0xD800 <= code <= 0xDFFF]
    lower = "lower_of_any_alphabet" if connection.vendor == "sqlite" else "LOWER"

    other = []
    with connection.cursor() as cursor:
        for start in range(0, len(letters), 10_000):
            part = letters[start : start + 10_000]
            values = ", ".join(["(%s)"] * len(part))
            cursor.execute(f"SELECT column1, {lower}(column1) FROM (VALUES {values}) AS letter", part)  # noqa: S608  # names only
            other += [letter for letter, low in cursor.fetchall() if email_key(letter) != email_key(low)]

    assert other == []


STORABLE = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
ADDRESSES = st.text("aA@İIıißẞσςΣKkǅ\u0307é%_", min_size=1, max_size=4) | st.text(STORABLE, max_size=4)  # noqa: RUF001  # what differs
IN_A_CASE = st.sampled_from([str, str.lower, str.upper, str.swapcase, str.title])
FORMS = st.sampled_from(
    [
        "emails.value eq {0}",
        "emails[value eq {0}]",
        'emails eq {0} or emails.value eq "x"',
        "emails[type pr].value eq {0} or emails.value eq {0} and userName pr",
    ]
)


@pytest.fixture
def pair(tenant: Tenant) -> list[User]:
    return [make_user(tenant, name) for name in ("ann", "ben")]


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
)
@given(addresses=st.lists(ADDRESSES, min_size=3, max_size=3), in_a_case=IN_A_CASE, form=FORMS, data=st.data())
def test_the_index_loses_nobody_whom_the_exact_comparison_finds(
    tenant: Tenant, pair: list[User], addresses: list[str], in_a_case: Any, form: str, data: st.DataObject
) -> None:
    for user, values in zip(pair, (addresses[:2], addresses[2:]), strict=True):
        emails = [{"value": value, "type": "work"} for value in values]
        change_user(tenant, user.id, lambda old, new=emails: {**old, "emails": new}, by=actor())  # type: ignore[misc]
    wanted = in_a_case(data.draw(st.sampled_from(addresses) | ADDRESSES))

    tree = parse_filter(form.format(json.dumps(wanted)))

    exact = UserFilter(USER_RESOURCE, {}, "https://idp.example/Users").compile(tree)
    named = candidates(tree, tenant).filter(exact)
    assert set(named) == set(User.objects.filter(exact, tenant=tenant).living())
