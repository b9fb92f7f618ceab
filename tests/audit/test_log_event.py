"""An event has the shape of Okta's LogEvent."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from audit.actor import Client
from audit.catalogue import EventType, Outcome, Severity
from audit.log_event import Change, Subject, SubjectType, canonical
from audit.rendering import render
from tests.audit.entries import KEYS, PUBLISHED, entry, person, rendered, scim_client

CLIENT = Client(ip_address="203.0.113.7", user_agent="Okta SCIM Client 1.0.0")


@pytest.mark.parametrize(
    "found",
    [
        pytest.param({}, id="least"),
        pytest.param(
            {
                "actor": scim_client(client=CLIENT, token_id="t1"),
                "subjects": (person("ada", change=Change({"title": None}, {"title": "x"})),),
                "outcome": Outcome.FAILURE,
                "severity": Severity.WARN,
                "reason": "why",
                "debug": {"httpStatus": "409"},
            },
            id="most",
        ),
    ],
)
def test_every_key_is_there_with_its_exact_type(found: dict[str, Any]) -> None:
    event = rendered(**found)

    assert set(event) == KEYS
    assert event["version"] == "0"
    assert set(event["actor"]) == {"id", "type", "alternateId", "displayName", "detailEntry"}
    assert set(event["client"]) == {"userAgent", "zone", "device", "id", "ipAddress", "geographicalContext"}
    assert set(event["outcome"]) == {"result", "reason"}
    assert set(event["transaction"]) == {"type", "id", "detail"}
    assert set(event["securityContext"]) == {"asNumber", "asOrg", "isp", "domain", "isProxy"}
    assert event["authenticationContext"]["authenticationStep"] == 0
    assert isinstance(event["request"]["ipChain"], list)
    assert isinstance(event["debugContext"]["debugData"], dict)
    assert event["target"] is None or len(event["target"]) == 1


def test_the_parts_say_who_what_to_whom_and_how_it_ended() -> None:
    actor = scim_client(client=CLIENT, token_id="t1", transaction_id="tx1")
    ada = person("ada", change=Change({"title": None}, {"title": "Countess"}))

    event = rendered(
        actor=actor, subjects=(ada,), outcome=Outcome.FAILURE, reason="taken", debug={"status": "409"}
    )

    assert (event["eventType"], event["displayMessage"]) == ("user.lifecycle.create", "Create Okta user")
    assert event["actor"] == {
        "id": "c1",
        "type": "PublicClientApp",
        "alternateId": "unknown",
        "displayName": "Okta",
        "detailEntry": None,
    }
    assert event["client"]["ipAddress"] == "203.0.113.7"
    assert event["client"]["userAgent"]["rawUserAgent"] == "Okta SCIM Client 1.0.0"
    assert event["legacyEventType"] == "core.user.config.user_creation.success"
    assert event["request"]["ipChain"][0]["version"] == "V4"
    assert event["transaction"] == {"type": "WEB", "id": "tx1", "detail": {"requestApiTokenId": "t1"}}
    assert event["outcome"] == {"result": "FAILURE", "reason": "taken"}
    assert event["debugContext"]["debugData"] == {"status": "409"}
    assert event["target"] == [
        {
            "id": ada.id,
            "type": "User",
            "alternateId": "ada",
            "displayName": "Ada",
            "detailEntry": None,
            "changeDetails": {"from": {"title": None}, "to": {"title": "Countess"}},
        }
    ]


@pytest.mark.parametrize(
    ("reason", "kept"), [(None, None), ("", None), ("x", "x"), ("x" * 255, "x" * 255), ("x" * 256, "x" * 255)]
)
def test_a_reason_has_1_to_255_characters_or_is_null(reason: str | None, kept: str | None) -> None:
    assert rendered(reason=reason)["outcome"]["reason"] == kept


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (PUBLISHED, "2026-05-01T12:00:00.007Z"),
        (PUBLISHED.replace(microsecond=0), "2026-05-01T12:00:00.000Z"),
        (PUBLISHED.replace(microsecond=999_999), "2026-05-01T12:00:00.999Z"),
    ],
)
def test_published_has_three_decimals_and_a_z(moment: datetime, text: str) -> None:
    event = json.loads(render(entry(), event_id=uuid4(), published=moment))

    assert event["published"] == text


def test_an_ipv6_address_is_called_so() -> None:
    event = rendered(actor=scim_client(client=Client(ip_address="2001:db8::1")))

    assert event["request"]["ipChain"][0]["version"] == "V6"
    assert event["client"]["userAgent"] is None


def test_the_bytes_are_canonical() -> None:
    assert canonical({"b": 1, "a": {"d": "é", "c": None}}) == '{"a":{"c":null,"d":"é"},"b":1}'


AWKWARD = ['"quoted" \\ and / \n\t', "\0", "\x1f\x7f", "Zoë 🜁 \u2028", "</script>", "", "null"]


@pytest.mark.parametrize("text", AWKWARD)
def test_what_is_written_in_one_go_is_canonical_whatever_it_says(text: str) -> None:
    client = Client(ip_address="203.0.113.7", user_agent=f"x{text}", proxies=("10.0.0.1",))
    actor = scim_client(
        id=text, display_name=text, alternate_id=text, client=client, token_id=text, session_id=text,
        credential_type=text, transaction_id=text, debug=(("requestUri", text), (text, text)),
    )  # fmt: skip
    subject = Subject(SubjectType.USER, text, text, text, Change({text: text}, {"b": [text], "a": None}))

    written = render(
        entry(actor=actor, subjects=(subject, subject), reason=text, debug={"b": text, "a": text}),
        event_id=uuid4(),
        published=PUBLISHED,
    )

    assert written == canonical(json.loads(written))


def test_every_type_and_outcome_is_canonical() -> None:
    for kind in EventType:
        for outcome in Outcome:
            happened = entry(type=kind, outcome=outcome)
            written = render(happened, event_id=uuid4(), published=PUBLISHED)
            assert written == canonical(json.loads(written))
            assert json.loads(written)["displayMessage"] == kind.label


def test_a_failed_sign_in_has_the_older_name_of_a_failure() -> None:
    assert rendered(type=EventType.SIGNED_IN)["legacyEventType"] == "core.user_auth.login_success"
    failed = rendered(type=EventType.SIGNED_IN, outcome=Outcome.FAILURE)
    assert failed["legacyEventType"] == "core.user_auth.login_failed"
    assert rendered(type=EventType.REPLAY_STARTED)["legacyEventType"] is None


def test_the_way_through_proxies_is_told_the_client_first() -> None:
    event = rendered(
        actor=scim_client(client=Client(ip_address="203.0.113.7", proxies=("10.0.0.2", "fd00::1")))
    )

    chain = [(link["ip"], link["version"]) for link in event["request"]["ipChain"]]
    assert chain == [("203.0.113.7", "V4"), ("10.0.0.2", "V4"), ("fd00::1", "V6")]


def test_the_request_is_told_and_what_the_event_says_itself_is_nearer() -> None:
    by = scim_client(debug=(("httpMethod", "POST"), ("requestUri", "/scim/v2/Bulk")))

    event = rendered(actor=by, debug={"httpMethod": "PATCH"})

    assert event["debugContext"]["debugData"] == {"httpMethod": "PATCH", "requestUri": "/scim/v2/Bulk"}


def test_a_person_has_a_session_and_a_kind_of_credential() -> None:
    context = rendered(actor=scim_client(session_id="s1", credential_type="PASSWORD"))[
        "authenticationContext"
    ]

    assert (context["externalSessionId"], context["credentialType"]) == ("s1", "PASSWORD")
    assert rendered()["authenticationContext"]["externalSessionId"] is None
