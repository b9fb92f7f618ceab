"""Each error in Okta's shape with Okta's code; the log is closed to everybody else."""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest
from django.db import OperationalError, connection

from api.logs import views
from api.logs.rates import Rates
from tenants.models import Scope, Tenant
from tenants.services import revoke_credential
from tests.api.logs.conftest import reader_of
from tests.api.logs.reader import Reader
from tests.audit.search.events import entry, write
from tests.factories import actor, make_credential, make_tenant
from tests.log import log_events

SHAPE = {"errorCode", "errorSummary", "errorLink", "errorId", "errorCauses"}


@pytest.mark.parametrize(
    ("query", "code", "summary"),
    [
        ({"until": "soon"}, "E0000001", "'until': The date format in your query is not recognized."),
        ({"since": "2026-02-30"}, "E0000001", "'since': The date format"),
        ({"q": "x" * 41}, "E0000001", "Freeform search cannot contain items longer than 40 characters"),
        ({"q": " ".join("abcdefghijk")}, "E0000001", "more than 10 items"),
        (
            {"filter": 'eventType eqq "x"'},
            "E0000053",
            "Invalid filter 'eventType eqq \"x\"': Unrecognized attribute operator 'eqq' at position 10. "
            "Expected: eq,ne,co,sw,ew,gt,ge,lt,le,pr",
        ),
        ({"filter": "eventType eq"}, "E0000053", "Invalid filter 'eventType eq': "),
        ({"filter": 'some_invalid_field eq "x"'}, "E0000053", "field is not valid: some_invalid_field"),
        ({"filter": 'published gt "2026-01-01"'}, "E0000053", "field is not valid: published"),
        (
            {"filter": 'debugContext.debugData.url co "x"'},
            "E0000031",
            "Operator: co, Field: debugContext.debugData.url",
        ),
        ({"filter": 'target[type eq "User"]'}, "E0000053", "Invalid filter"),
        ({"filter": f'actor.id eq "{"x" * 10_000}"'}, "E0000053", "at most 8000 are allowed"),
        ({"filter": "(" * 500 + "actor pr" + ")" * 500}, "E0000053", "More than 30 brackets"),
        ({"limit": "-1"}, "E0000001", "'limit'"),
        ({"limit": "ten"}, "E0000001", "'limit'"),
        ({"limit": "1.5"}, "E0000001", "'limit'"),
        ({"limit": "٣"}, "E0000001", "'limit'"),
        ({"sortOrder": "UP"}, "E0000001", "'sortOrder'"),
        ({"after": "1"}, "E0000001", "'after'"),
        ({"after": "1764000000000_1_0123456789abcdef"}, "E0000001", "'after'"),
        ({"after": "x\0"}, "E0000001", "'after'"),
    ],
)
def test_bad_questions_are_named(reader: Reader, query: dict[str, str], code: str, summary: str) -> None:
    answer = reader.get(**query)

    assert (answer.status, answer.body["errorCode"]) == (400, code)
    assert summary in answer.body["errorSummary"]
    assert len(answer.body["errorSummary"]) < 1_000
    assert set(answer.body) == SHAPE
    assert answer.body["errorLink"] == code


def test_cursors_are_for_their_own_log_and_kind(tenant: Tenant, reader: Reader) -> None:
    write(tenant, entry("ada"), entry("bea"))
    good = reader.new(limit="1").parameter("next", "after")
    foreign = reader_of(make_tenant("other")).beginning
    spoiled = {
        "another tenant's": {"after": foreign},
        "cut": {"after": good[:-1]},
        "edited": {"after": good.replace("_", "_1", 1)},
        "of another order": {"after": good, "sortOrder": "DESCENDING"},
        "of another kind": {"after": good, "until": "2199-01-01"},
    }

    codes = {why: reader.get(**query).body["errorCode"] for why, query in spoiled.items()}

    assert codes == dict.fromkeys(spoiled, "E0000001")
    assert reader.get(after=good).names == ["bea"]


def test_who_shows_nothing_or_something_wrong_reads_nothing(tenant: Tenant, reader: Reader) -> None:
    revoked = make_credential(tenant, scope=Scope.LOGS_READ)
    revoke_credential(revoked.credential, by=actor())
    tokens = {
        "": (403, "E0000005"),
        "nonsense": (401, "E0000011"),
        revoked.token: (401, "E0000011"),
        make_credential(tenant, scope=Scope.SCIM).token: (403, "E0000006"),
        make_credential(tenant, scope=Scope.MANAGE).token: (403, "E0000006"),
    }

    for path in ("", "/", f"/{uuid.uuid4()}", "/deeper/still"):
        answers = {token: Reader(token).get(path) for token in tokens}
        assert {token: (one.status, one.body["errorCode"]) for token, one in answers.items()} == tokens


@pytest.mark.parametrize("scheme", ["SSWS ", "SSWS", "ssws ", "SSWS   ", "Bearer ", "bearer ", " SSWS "])
def test_every_spelling_of_the_schemes_is_read(reader: Reader, scheme: str) -> None:
    reader.scheme = scheme

    assert reader.get().status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["logs", "logs/", f"logs/{uuid.UUID(int=1)}", "org"])
def test_the_log_is_only_read(reader: Reader, method: str, path: str) -> None:
    answer = reader.call(f"/api/v1/{path}", method=method)

    assert (answer.status, answer.body["errorCode"]) == (405, "E0000022")


def test_there_is_nothing_beside_the_log(reader: Reader) -> None:
    found = {path: reader.get(path) for path in ("/no-uuid", f"/{uuid.uuid4()}", "/a/b", "//")}

    assert {path: (one.status, one.body["errorCode"]) for path, one in found.items()} == {
        "/no-uuid": (404, "E0000007"),
        f"{[*found][1]}": (404, "E0000007"),
        "/a/b": (404, "E0000008"),
        "//": (404, "E0000008"),
    }


def test_an_event_is_read_by_its_uuid_and_only_by_its_owner(tenant: Tenant, reader: Reader) -> None:
    write(tenant, entry("ada"))
    event = reader.new().body[0]
    foreign = log_events().exclude(tenant=tenant).values_list("uuid", flat=True)[0]

    assert reader.get(f"/{event['uuid']}").body == event
    assert reader.get(f"/{foreign}").status == 404


def test_collectors_learn_where_they_are(tenant: Tenant, reader: Reader) -> None:
    answer = reader.call("/api/v1/org")

    assert answer.body == {"id": str(tenant.id), "subdomain": "acme", "status": "ACTIVE"}


def test_each_answer_tells_how_much_may_be_asked(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "rates", Rates(limit=3))

    answers = [reader.get(), reader.get("/no-uuid"), reader.get(limit="x"), reader.get(), reader.get()]

    assert [one.status for one in answers] == [200, 404, 400, 429, 429]
    assert [one.headers["X-Rate-Limit-Remaining"] for one in answers] == ["2", "1", "0", "0", "0"]
    assert {one.headers["X-Rate-Limit-Limit"] for one in answers} == {"3"}
    assert answers[3].body["errorCode"] == "E0000047"
    assert all(one.headers["Date"] and one.headers["X-Okta-Request-Id"] for one in answers)


def test_a_minute_later_it_may_be_asked_again() -> None:
    rates, credential, other = Rates(limit=1), uuid.uuid4(), uuid.uuid4()

    first, second = rates.take(credential, now=119.9), rates.take(credential, now=119.9)

    assert (first.refused, first.reset) == (False, 120)
    assert (second.refused, second.remaining) == (True, 0)
    assert not rates.take(other, now=119.9).refused
    assert not rates.take(credential, now=120).refused


def test_what_breaks_is_told_as_okta_does(reader: Reader) -> None:
    def lost(execute: Any, sql: str, *rest: Any) -> Any:
        if "audit_event" in sql:
            raise OperationalError("secret of the house")
        return execute(sql, *rest)

    with connection.execute_wrapper(lost):
        answer = reader.get()

    assert (answer.status, answer.body["errorCode"]) == (500, "E0000009")
    assert "secret" not in str(answer.body)


def test_a_search_that_takes_too_long_says_so(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "LONGEST", 0.01)

    def slow(execute: Any, sql: str, *rest: Any) -> Any:
        if "audit_event" in sql:
            time.sleep(0.02)
            raise OperationalError("canceled: it looked for a secret of the house")
        return execute(sql, *rest)

    with connection.execute_wrapper(slow):
        answer = reader.get(after=reader.beginning, filter='target.displayName co "z"')

    assert (answer.status, answer.body["errorCode"]) == (500, "E0000009")
    assert "30 seconds" in answer.body["errorCauses"][0]["errorSummary"]
    assert "secret" not in str(answer.body)


def test_whatever_a_client_accepts_it_gets_json(reader: Reader) -> None:
    assert reader.get(format="xml").status == 200
