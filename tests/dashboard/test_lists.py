"""Users, groups, log and failures as lists: searched, paged, and asked for in few queries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.sealing import seal_all
from downstream.models import Target
from tenants.models import Tenant
from tests.dashboard.conftest import Stranger
from tests.dashboard.deliveries import fail
from tests.dashboard.reading import elements, link, text_of
from tests.factories import make_group, make_user
from tests.log import log_events


def shown(pages: Client, address: str, kind: str) -> list[str]:
    """Addresses of the things of this kind on all pages, from the first to the last."""
    found: list[str] = []
    while address:
        response = pages.get(address)
        found += [
            element.attributes["href"]
            for element in elements(response)
            if kind in element.attributes.get("href", "")
        ]
        following = link(response, "next")
        address = f"{address.partition('?')[0]}{following}" if following else ""
    return found


def test_paging_through_users_shows_each_once(pages: Client, tenant: Tenant) -> None:
    users = [make_user(tenant, f"user-{number}") for number in range(120)]

    found = shown(pages, reverse("users"), "/users/")

    assert len(found) == 120
    assert set(found) == {reverse("user", args=[user.id]) for user in users}


def test_paging_through_groups_of_one_name_shows_each_once(pages: Client, tenant: Tenant) -> None:
    groups = [make_group(tenant, "Namesakes") for _ in range(110)]

    found = shown(pages, reverse("groups"), "/groups/")

    assert len(found) == 110
    assert set(found) == {reverse("group", args=[group.id]) for group in groups}


def test_paging_through_members_shows_each_once(pages: Client, tenant: Tenant) -> None:
    users = [make_user(tenant, f"user-{number}") for number in range(60)]
    group = make_group(tenant, "Everyone", *users)

    first = pages.get(reverse("group", args=[group.id]))
    second = pages.get(reverse("group", args=[group.id]) + link(first, "next"))

    members = [f'class="minor">{user.user_name}<' for user in users]
    assert [(member in text_of(first)) + (member in text_of(second)) for member in members] == [1] * 60


def test_paging_through_the_log_shows_each_event_once_newest_first(pages: Client, tenant: Tenant) -> None:
    for number in range(70):
        make_user(tenant, f"user-{number}")

    first = pages.get(reverse("log"))
    second = pages.get(link(first, "next"))
    again = pages.get(link(second, "prev"))

    found = [line.event for response in (first, second) for line in response.context["lines"]]
    assert found == list(log_events().filter(tenant=tenant).newest_first())
    assert link(second, "next") == ""
    assert [line.event for line in again.context["lines"]] == found[:50]


def test_paging_back_leads_to_the_page_before(pages: Client, tenant: Tenant) -> None:
    for number in range(120):
        make_user(tenant, f"user-{number:03}")
    second = pages.get(reverse("users") + link(pages.get(reverse("users")), "next"))

    first = pages.get(reverse("users") + link(second, "prev"))

    assert "user-000" in text_of(first)
    assert "user-049" in text_of(first)
    assert "user-050" not in text_of(first)
    assert link(first, "prev") == ""


def test_a_cursor_of_a_stranger_tells_nothing(pages: Client, tenant: Tenant, stranger: Stranger) -> None:
    make_user(tenant, "ada")

    response = pages.get(reverse("users"), {"after": str(stranger.user.id)})

    assert "ada" in text_of(response)


def test_the_search_keeps_its_words_from_page_to_page(pages: Client, tenant: Tenant) -> None:
    for number in range(60):
        make_user(tenant, f"wanted-{number}")
        make_user(tenant, f"other-{number}")

    found = shown(pages, f"{reverse('users')}?q=wanted", "/users/")

    assert len(found) == 60


@pytest.mark.parametrize("words", ["LOVELY", "lovely@", "Lovely Ada", "  lovely  ", "lovely\0"])
def test_users_are_found_by_name_user_name_and_address(pages: Client, tenant: Tenant, words: str) -> None:
    emails = [{"value": "lovely@example.com", "primary": True}]
    make_user(tenant, "lovely", displayName="Lovely Ada", emails=emails)
    make_user(tenant, "grace")

    page = text_of(pages.get(reverse("users"), {"q": words}))

    assert "Lovely Ada" in page
    assert "grace" not in page.partition('id="list"')[2]


def test_a_percent_sign_is_searched_as_it_is(pages: Client, tenant: Tenant) -> None:
    make_user(tenant, "ada")
    make_user(tenant, "hundred%")

    page = text_of(pages.get(reverse("users"), {"q": "%"}))

    assert "hundred%" in page
    assert ">ada<" not in page


def test_a_search_that_finds_nobody_says_so(pages: Client, tenant: Tenant) -> None:
    make_user(tenant, "ada")

    assert "Nobody found" in text_of(pages.get(reverse("users"), {"q": "zzz"}))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "most"), [("users", 8), ("groups", 8), ("failures", 10), ("overview", 13), ("log", 18)]
)
def test_thirty_rows_take_as_many_queries_as_three(
    pages: Client, tenant: Tenant, target: Target, page: str, most: int
) -> None:
    for number in range(3):
        _add_rows(tenant, target, number)
    few = _queries(pages, reverse(page))

    for number in range(3, 30):
        _add_rows(tenant, target, number)

    assert _queries(pages, reverse(page)) == few
    assert few <= most


@pytest.mark.slow
@pytest.mark.parametrize(("page", "most"), [("user", 11), ("group", 11), ("target", 12)])
def test_a_page_of_one_takes_as_many_queries_with_thirty_rows_as_with_three(
    pages: Client, tenant: Tenant, target: Target, page: str, most: int
) -> None:
    ada = make_user(tenant, "ada")
    members = [make_user(tenant, f"member-{number}") for number in range(30)]
    small, large = make_group(tenant, "Small", ada, *members[:2]), make_group(tenant, "Large", *members)
    fail(target, *members[:3])
    ids = {"user": (ada.id, ada.id), "group": (small.id, large.id), "target": (target.id, target.id)}[page]
    few = _queries(pages, reverse(page, args=[ids[0]]))

    for number in range(28):
        make_group(tenant, f"Group {number}", ada)
    fail(target, *members)

    assert _queries(pages, reverse(page, args=[ids[1]])) == few
    assert few <= most


def _queries(pages: Client, address: str) -> int:
    """With the log sealed: what waits takes more the more there is."""
    seal_all()
    with CaptureQueriesContext(connection) as captured:
        pages.get(address)
    return len(captured)


def _add_rows(tenant: Tenant, target: Target, number: int) -> None:
    user = make_user(tenant, f"user-{number}")
    make_group(tenant, f"Group {number}", user)
    fail(target, user)
