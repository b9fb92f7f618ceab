"""Exports by the API."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from typing import Any

import pytest
from django.http import HttpResponse

from audit.catalogue import EventType
from audit.models import Export
from audit.tasks import work_off_exports
from tenants.models import Scope, Tenant
from tests.api.conftest import Manager
from tests.factories import make_credential, make_tenant, make_user
from tests.log import log_events

USERS = 'eventType eq "user.lifecycle.create"'


def reader_of(tenant: Tenant) -> Manager:
    return Manager(f"Bearer {make_credential(tenant, scope=Scope.LOGS_READ).token}")


@pytest.fixture
def stranger(db: None) -> Manager:
    stranger = make_tenant("stranger")
    make_user(stranger, "mallory")
    return reader_of(stranger)


@pytest.fixture
def reader(tenant: Tenant, stranger: Manager) -> Manager:
    make_user(tenant, "ada")
    make_user(tenant, "grace")
    return reader_of(tenant)


def body_of(response: HttpResponse) -> Any:
    return json.loads(response.content)


def file_of(response: Any) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def test_what_was_asked_for_is_counted_made_and_taken_away(reader: Manager) -> None:
    count = body_of(reader.get("log-exports/count", filter=USERS))
    answer = reader.post("log-exports", {"format": "jsonl", "filter": USERS})

    made = body_of(answer)
    assert (answer.status_code, count) == (201, {"events": 2})
    assert (made["state"], made["total"], made["done"]) == ("finished", 2, 2)
    got = reader.get(made["content"].partition("/api/v1/")[2])
    content = file_of(got)
    assert [json.loads(line)["target"][0]["alternateId"] for line in content.splitlines()] == ["ada", "grace"]
    digest = hashlib.sha256(content)
    assert made["sha256"] == digest.hexdigest()
    assert got["Repr-Digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
    assert got["Content-Length"] == str(len(content))
    assert got["Content-Disposition"].endswith('.jsonl"')


def test_a_large_one_tells_how_far_it_is(reader: Manager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.exports.starting.CHUNK", 0)

    made = body_of(reader.post("log-exports", {"format": "csv"}))

    path = f"log-exports/{made['id']}"
    assert (made["state"], made["content"]) == ("running", None)
    assert reader.get(f"{path}/content").status_code == 409
    work_off_exports()
    assert body_of(reader.get(path))["state"] == "finished"


def test_one_that_runs_is_stopped_once(reader: Manager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.exports.starting.CHUNK", 0)
    path = f"log-exports/{body_of(reader.post('log-exports', {'format': 'csv'}))['id']}"

    answers = [reader.post(f"{path}/stop", {}).status_code for _ in range(2)]

    assert answers == [200, 409]
    assert body_of(reader.get(path))["state"] == "stopped"


def test_they_are_listed_newest_first(reader: Manager) -> None:
    for form in ("csv", "cef"):
        reader.post("log-exports", {"format": form})

    assert [one["format"] for one in body_of(reader.get("log-exports"))["results"]] == ["cef", "csv"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"format": "xlsx"}, "format"),
        ({}, "format"),
        ({"format": "csv", "filter": "nonsense"}, "filter"),
        ({"format": "csv", "since": "yesterday"}, "since"),
        ({"format": "csv", "q": ["a"]}, "q"),
        ({"format": "csv", "limit": 5}, "limit"),
    ],
)
def test_what_makes_no_sense_is_named(reader: Manager, asked: dict[str, Any], field: str) -> None:
    answer = reader.post("log-exports", asked)

    assert answer.status_code == 400
    assert list(body_of(answer)) == [field]
    assert not Export.objects.exists()


def test_a_stranger_finds_nothing(reader: Manager, stranger: Manager) -> None:
    made = body_of(reader.post("log-exports", {"format": "csv"}))
    path = f"log-exports/{made['id']}"

    answers = [stranger.get(path), stranger.get(f"{path}/content"), stranger.post(f"{path}/stop", {})]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert body_of(stranger.get("log-exports"))["results"] == []
    assert body_of(stranger.get("log-exports/count", q="grace")) == {"events": 0}


def test_only_who_may_read_the_log_may_export_it(reader: Manager, tenant: Tenant) -> None:
    other = Manager(f"Bearer {make_credential(tenant, scope=Scope.SCIM).token}")

    answers = [other.get("log-exports"), other.post("log-exports", {"format": "csv"})]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert reader.get(f"log-exports/{uuid.uuid4()}").status_code == 404


def test_the_credential_that_took_it_is_in_the_log(reader: Manager, tenant: Tenant) -> None:
    made = body_of(reader.post("log-exports", {"format": "csv"}))
    file_of(reader.get(f"log-exports/{made['id']}/content"))

    (taken,) = log_events().filter(tenant=tenant, event_type=EventType.EXPORT_DOWNLOADED)
    assert taken.document["actor"]["type"] == "PublicClientApp"
    assert taken.document["target"][0] == {
        "id": made["id"],
        "type": "Report",
        "alternateId": "unknown",
        "displayName": "System log as csv",
        "detailEntry": None,
    }
