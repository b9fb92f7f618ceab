"""Spans of time: finite lists in the order of time, from either end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from audit.models import Pending
from audit.services import pending
from lib.moments import utc_text
from tenants.models import Tenant
from tests.api.logs.reader import Reader, Reply
from tests.audit.search.events import entry
from tests.log import aged

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def at(tenant: Tenant, moment: datetime, *names: str) -> None:
    Pending.objects.bulk_create([pending(tenant.id, entry(name), moment) for name in names])


def walk(reader: Reader, page: Reply) -> list[list[str]]:
    pages = [page.names]
    while "next" in page.links:
        page = reader.follow(page.links["next"])
        pages.append(page.names)
    return pages


@pytest.mark.parametrize(
    ("order", "pages"),
    [
        ("ASCENDING", [["ada", "bea"], ["cyd", "dee"], ["eli"]]),
        ("descending", [["eli", "dee"], ["cyd", "bea"], ["ada"]]),
    ],
)
def test_pages_end_and_split_what_is_of_one_moment(
    tenant: Tenant, reader: Reader, order: str, pages: list[list[str]]
) -> None:
    at(tenant, NOON, "bea", "cyd", "dee")
    at(tenant, NOON + timedelta(seconds=1), "eli")
    at(tenant, NOON - timedelta(seconds=1), "ada")

    page = reader.get(since="2026-05-01", until="2026-05-02", limit="2", sortOrder=order)

    assert walk(reader, page) == pages


def test_the_beginning_is_part_of_a_span_and_the_end_is_not(tenant: Tenant, reader: Reader) -> None:
    for number, name in enumerate(("ada", "bea", "cyd")):
        at(tenant, NOON + timedelta(milliseconds=number), name)

    page = reader.get(since=utc_text(NOON), until=utc_text(NOON + timedelta(milliseconds=2)))

    assert page.names == ["ada", "bea"]
    assert list(page.links) == ["self"]


def test_without_a_beginning_a_span_is_a_week(tenant: Tenant, reader: Reader) -> None:
    aged(tenant.id, 8, entry("old"))
    aged(tenant.id, 6, entry("ada"))

    newest_first = reader.get(sortOrder="DESCENDING")
    until = reader.get(until=utc_text(datetime.now(UTC) + timedelta(seconds=1)))

    assert newest_first.names[-1] == until.names[0] == "ada"


def test_newest_first_holds_its_end_while_pages_are_turned(tenant: Tenant, reader: Reader) -> None:
    aged(tenant.id, 2, *(entry(name) for name in ("ada", "bea", "cyd")))
    page = reader.get(sortOrder="DESCENDING", limit="2", filter='target.type eq "User"')
    aged(tenant.id, 0, entry("new"))

    assert walk(reader, page) == [["cyd", "bea"], ["ada"]]


def test_the_ends_of_the_calendar_are_no_trouble(tenant: Tenant, reader: Reader) -> None:
    at(tenant, NOON, "ada")

    assert "ada" in reader.get(since="0001-01-01", until="9999-12-31", limit="1000").names
    assert reader.get(until="0001-01-02").body == []
    assert reader.get(since="2026-05-02", until="2026-05-01").body == []


def test_clients_that_send_everything_again_with_the_cursor_are_understood(
    tenant: Tenant, reader: Reader
) -> None:
    at(tenant, NOON, "ada", "bea")
    span = {"since": "2026-05-01", "until": "2026-05-02", "limit": "1"}
    first = reader.get(**span)

    second = reader.get(**span, after=first.parameter("next", "after"))

    assert (first.names, second.names) == (["ada"], ["bea"])


def test_a_limit_of_nothing_ends_a_span(tenant: Tenant, reader: Reader) -> None:
    at(tenant, NOON, "ada")

    page = reader.get(since="2026-05-01", until="2026-05-02", limit="0")

    assert (page.body, list(page.links)) == ([], ["self"])
