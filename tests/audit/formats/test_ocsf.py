"""OCSF 1.3: every event fits the schema as it is packaged, in the class that its readers look in."""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import uuid4

import pytest
from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

from audit.actor import Client, system_actor
from audit.catalogue import EventType, Outcome, Severity
from audit.formats.ocsf import ocsf_event
from audit.log_event import Change, Subject, SubjectType
from tests.audit.formats.events import ADA, ENGINEERS, HR, TOKEN, every_kind, log_event, person


@cache
def _schemas() -> OcsfJsonSchemaEmbedded:
    return OcsfJsonSchemaEmbedded(get_ocsf_schema(version="1.3.0"))


@cache
def _validator(class_uid: int, profiles: tuple[str, ...]) -> Draft202012Validator:
    name = _schemas().lookup_class_name_from_uid(class_uid)
    return Draft202012Validator(_schemas().get_class_schema(name, list(profiles)))


def faults(document: dict[str, Any]) -> list[str]:
    profiles = tuple(document["metadata"].get("profiles", ()))
    errors = _validator(document["class_uid"], profiles).iter_errors(document)
    return [f"{error.json_path}: {error.message}" for error in errors]


def test_the_schema_finds_what_is_wrong() -> None:
    document = ocsf_event(log_event())
    broken = {**document, "type_uid": 300100 + 77, "nobody": 1}
    del broken["user"]

    assert len(faults(broken)) == 3


def test_every_event_fits_the_schema() -> None:
    found = {event["uuid"]: faults(ocsf_event(event)) for event in every_kind()}

    assert {uuid: wrong for uuid, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"actor": person(client=Client("2001:db8::7", None))}, id="IPv6"),
        pytest.param({"actor": person(client=Client("erased", "erased"))}, id="erased"),
        pytest.param({"actor": person(alternate_id="erased", display_name="erased")}, id="erased actor"),
        pytest.param({"subjects": (Subject(SubjectType.USER, "u1", "", ""),)}, id="without a name"),
        pytest.param(
            {"subjects": (Subject(SubjectType.USER, "u1", "x", "ada@local"),)}, id="no mail address"
        ),
        pytest.param({"debug": {"httpMethod": "BREW", "requestId": ""}}, id="unknown method"),
    ],
)
@pytest.mark.parametrize("kind", [EventType.USER_CREATED, EventType.USER_UPDATED, EventType.SIGNED_IN])
def test_odd_values_fit_it_too(kind: EventType, changes: dict[str, Any]) -> None:
    assert faults(ocsf_event(log_event(kind, **changes))) == []


@pytest.mark.parametrize(
    ("kind", "subjects", "type_uid"),
    [
        (EventType.USER_CREATED, (ADA,), 300101),
        (EventType.USER_REACTIVATED, (ADA,), 300102),
        (EventType.USER_DEACTIVATED, (ADA,), 300105),
        (EventType.USER_DELETED, (ADA,), 300106),
        (EventType.USER_UPDATED, (ADA,), 300403),
        (EventType.GROUP_CREATED, (ENGINEERS,), 300401),
        (EventType.GROUP_UPDATED, (ENGINEERS,), 300403),
        (EventType.GROUP_DELETED, (ENGINEERS,), 300404),
        (EventType.MEMBER_ADDED, (ADA, ENGINEERS), 300603),
        (EventType.MEMBER_REMOVED, (ADA, ENGINEERS), 300604),
        (EventType.PUSH_USER, (HR, ADA), 600301),
        (EventType.PUSH_PROFILE, (HR, ADA), 600303),
        (EventType.PUSH_DEACTIVATION, (HR, ADA), 600303),
        (EventType.PUSH_DELETION, (HR, ADA), 600304),
        (EventType.GROUP_PUSHED, (HR, ENGINEERS), 600301),
        (EventType.GROUP_PUSH_REMOVED, (HR, ENGINEERS), 600304),
        (EventType.SYNC_USER, (HR, ADA), 600303),
        (EventType.TARGET_RATE_LIMIT, (HR,), 600399),
        (EventType.TARGET_CREATED, (HR,), 300401),
        (EventType.TARGET_PAUSED, (HR,), 300411),
        (EventType.TARGET_RESUMED, (HR,), 300410),
        (EventType.TOKEN_CREATED, (TOKEN,), 300401),
        (EventType.TOKEN_REVOKED, (TOKEN,), 300404),
        (EventType.SIGNED_IN, (), 300201),
        (EventType.SIGNED_OUT, (), 300202),
        (EventType.REQUEST_BLOCKED, (), 600399),
    ],
)
def test_each_is_in_the_class_where_it_is_looked_for(
    kind: EventType, subjects: tuple[Subject, ...], type_uid: int
) -> None:
    document = ocsf_event(log_event(kind, subjects=subjects))

    assert document["type_uid"] == type_uid
    assert document["class_uid"] * 100 + document["activity_id"] == type_uid


def test_nothing_of_the_event_is_left_out() -> None:
    subject = Subject(SubjectType.USER, str(uuid4()), "Ada", "ada", Change({"title": "a"}, {"title": "b"}))
    event = log_event(EventType.USER_UPDATED, subjects=(subject,), reason="why", severity=Severity.WARN)

    document = ocsf_event(event)

    assert document["time"] == 1777636800007
    assert document["metadata"]["uid"] == event["uuid"]
    assert document["metadata"]["correlation_uid"] == event["transaction"]["id"]
    assert (document["entity"]["data"], document["entity_result"]["data"]) == ({"title": "a"}, {"title": "b"})
    assert document["severity_id"] == 3
    assert document["status_detail"] == "why"
    assert document["src_endpoint"] == {"ip": "203.0.113.7"}
    for name in ("target", "transaction", "authenticationContext", "securityContext", "request"):
        assert document["unmapped"][name] == event[name]


@pytest.mark.parametrize(
    ("outcome", "status"),
    [(Outcome.SUCCESS, 1), (Outcome.FAILURE, 2), (Outcome.DENY, 2), (Outcome.DEFERRED, 99)],
)
def test_the_status_says_how_it_ended(outcome: Outcome, status: int) -> None:
    assert ocsf_event(log_event(outcome=outcome))["status_id"] == status


@pytest.mark.parametrize(
    ("method", "activity"), [("POST", 1), ("GET", 2), ("PATCH", 3), ("DELETE", 4), ("", 99)]
)
def test_a_call_is_told_by_its_method(method: str, activity: int) -> None:
    event = log_event(EventType.API_CALLED, subjects=(HR,), debug={"httpMethod": method})

    assert ocsf_event(event)["activity_id"] == activity


def test_a_job_comes_from_lockstep_itself() -> None:
    document = ocsf_event(log_event(EventType.PUSH_USER, actor=system_actor(), subjects=(HR, ADA)))

    assert document["src_endpoint"] == {"svc_name": "Lockstep"}
    assert document["actor"]["user"]["type_id"] == 3
