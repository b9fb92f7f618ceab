"""Polling: every event once, in the order of commits, and an end that every client understands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Event, Head
from lib.moments import utc_text
from tenants.models import Tenant
from tests.api.logs.reader import Reader
from tests.audit.search.events import entry, write
from tests.log import aged


def test_pages_follow_one_another_until_nothing_is_new(tenant: Tenant, reader: Reader) -> None:
    write(tenant, *(entry(name) for name in ("ada", "bea", "cyd", "dee", "eli")))

    first = reader.new(limit="2")
    second = reader.follow(first.links["next"])
    third = reader.follow(second.links["next"])
    empty = reader.follow(third.links["next"])

    assert [first.names, second.names, third.names] == [["ada", "bea"], ["cyd", "dee"], ["eli"]]
    assert empty.body == []
    assert empty.links["next"] == empty.links["self"] == third.links["next"]


def test_what_happens_later_is_behind_the_link_that_was_empty(tenant: Tenant, reader: Reader) -> None:
    empty = reader.new()
    write(tenant, entry("ada"))

    again = reader.follow(empty.links["next"])

    assert again.names == ["ada"]
    assert again.links["next"] != again.links["self"]


def test_an_event_that_is_late_is_not_missed(tenant: Tenant, reader: Reader) -> None:
    """Its moment is before that of an event which was polled already."""
    write(tenant, entry("ada"))
    first = reader.new()
    write(tenant, entry("bea"))
    aged(tenant.id, 30, entry("late"))

    second = reader.follow(first.links["next"])

    assert (first.names, second.names) == (["ada"], ["bea", "late"])


def test_since_is_when_events_became_visible(tenant: Tenant, reader: Reader) -> None:
    write(tenant, entry("ada"))
    ada = reader.new().body[0]
    sealed = Event.objects.get(uuid=ada["uuid"]).sealed_at
    write(tenant, *(entry(name) for name in ("bea", "cyd")))
    reader.new()

    assert "ada" in reader.get(since=sealed.isoformat(), limit="1000").names
    after = (sealed + timedelta(microseconds=1)).isoformat()
    assert reader.get(since=after).names == ["bea", "cyd"]


def test_a_future_beginning_is_waited_for(tenant: Tenant, reader: Reader) -> None:
    write(tenant, entry("ada"))

    page = reader.get(since="2199-01-01T00:00:00Z")

    assert page.body == []
    assert page.links["next"] == page.links["self"]


def test_events_of_more_than_a_week_ago_are_there_if_asked_for(tenant: Tenant, reader: Reader) -> None:
    """No wall: SDKs ask for all since 2018, and until 2038."""
    write(tenant, entry("ada"))

    assert "ada" in reader.get(since="2018-01-01T00:00:00Z", limit="1000").names
    assert "ada" in reader.get(since="2018-01-01", until="2038-01-01", limit="1000").names


def test_links_are_for_the_address_that_was_asked(tenant: Tenant, reader: Reader) -> None:
    write(tenant, *(entry(name) for name in ("ada", "bea")))

    plain, slash = reader.new(limit="1"), reader.get("/", after=reader.beginning, limit="1")

    assert plain.body == slash.body
    here = ("http", "testserver", "/api/v1/logs")
    assert [urlsplit(link)[:3] for link in plain.links.values()] == [here, here]
    assert urlsplit(slash.links["next"]).path == "/api/v1/logs/"
    assert list(plain.links) == ["self", "next"]


def test_a_link_repeats_the_question_whatever_it_holds(tenant: Tenant, reader: Reader) -> None:
    write(tenant, *(entry(name) for name in ("ada", "bea", "ada")))
    odd = 'displayMessage co "okta" and not (target.id eq "a+b, c;d<e>\\"")'
    question = {"filter": odd, "q": "example +ada"}

    first = reader.new(limit="1", **question)
    second = reader.follow(first.links["next"])

    assert (first.names, second.names) == (["ada"], ["ada"])
    assert first.parameter("next", "filter") == question["filter"]
    assert first.parameter("next", "q") == question["q"]
    assert reader.follow(second.links["next"]).body == []


def test_empty_parameters_are_as_good_as_absent(tenant: Tenant, reader: Reader) -> None:
    write(tenant, entry("ada"))

    page = reader.new(until="", q="", filter="", sortOrder="", limit="", since="")

    assert page.names == ["ada"]
    assert "next" in page.links


def test_limits_are_kept(tenant: Tenant, reader: Reader) -> None:
    write(tenant, *(entry(f"user-{number}") for number in range(102)))

    assert len(reader.new().body) == 100
    assert len(reader.new(limit="101").body) == 101
    assert len(reader.new(limit="99999").body) == 102
    nothing = reader.new(limit="0")
    assert nothing.body == []
    assert nothing.links["next"] == nothing.links["self"]


def test_a_poll_may_carry_its_old_since_along(tenant: Tenant, reader: Reader) -> None:
    write(tenant, *(entry(name) for name in ("ada", "bea")))
    first = reader.new(limit="1")

    again = reader.get(since=utc_text(datetime.now(UTC)), after=first.parameter("next", "after"))

    assert again.names == ["bea"]


def test_a_filter_that_finds_nothing_is_not_looked_through_again(tenant: Tenant, reader: Reader) -> None:
    """The cursor stays where it is, and what comes later is found behind it."""
    write(tenant, *(entry(name) for name in ("ada", "bea")))
    question = {"filter": 'target.displayName co "z"'}
    empty = reader.new(**question)
    with CaptureQueriesContext(connection):
        again = reader.follow(empty.links["next"])
        (looked,) = [one["sql"] for one in connection.queries if "LIMIT 100" in one["sql"]]
    write(tenant, entry("zoe"))

    found = reader.follow(empty.links["next"])

    assert f'"seq" > {Head.objects.get(tenant=tenant).seq - 1}' in looked
    assert empty.links["next"] == again.links["next"] == again.links["self"]
    assert found.names == ["zoe"]
    assert reader.follow(found.links["next"]).body == []


def test_a_cursor_from_behind_the_end_is_no_silence(tenant: Tenant, reader: Reader) -> None:
    """The log was restored from a backup: what is new would be passed over for a while."""
    write(tenant, entry("ada"))
    end = reader.new().parameter("next", "after")
    Head.objects.filter(tenant=tenant).update(seq=1)

    answer = reader.get(after=end)

    assert (answer.status, answer.body["errorCode"]) == (400, "E0000001")
    assert "backup" in answer.body["errorSummary"]
