"""CSV, JSON Lines, CEF and syslog, read as their readers read them."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest

from audit.actor import Client
from audit.catalogue import EventType, Severity
from audit.formats import FORMATS
from audit.formats.cef import cef_line
from audit.formats.rfc5424 import LARGEST_DATAGRAM, datagram, octet_counted, syslog_message
from audit.log_event import Change, Subject, SubjectType, canonical
from tests.audit.formats.events import ADA, ENGINEERS, HR, TOKEN, every_kind, log_event, person

NASTY = 'Ada "the\nCountess" | = \\ , Lovelace'


def table(*events: dict[str, Any]) -> list[dict[str, str]]:
    form = FORMATS["csv"]
    text = form.head + "".join(form.line(canonical(event)) for event in events)
    return list(csv.DictReader(io.StringIO(text, newline="")))


def cef(event: dict[str, Any]) -> tuple[list[str], dict[str, str]]:
    """Header and extension, unescaped, as the guide has it."""
    line = cef_line(event)
    assert "\n" not in line
    *head, extension = re.split(r"(?<!\\)(?:\\\\)*\|", line, maxsplit=7)
    found = re.findall(r"(\w+)=((?:\\.|[^\\=])*?)(?=\s\w+=|\Z)", extension)
    return head, {name: re.sub(r"\\(.)", _unescaped, value) for name, value in found}


def _unescaped(match: re.Match[str]) -> str:
    return {"n": "\n", "r": "\r"}.get(match[1], match[1])


def test_a_row_tells_who_did_what_to_whom() -> None:
    event = log_event(EventType.MEMBER_ADDED, actor=person(), subjects=(ADA, ENGINEERS, TOKEN))

    (row,) = table(event)

    assert (row["published"], row["eventType"]) == ("2026-05-01T12:00:00.007Z", "group.user_membership.add")
    assert (row["actorAlternateId"], row["ipAddress"]) == ("grace@example.com", "203.0.113.7")
    assert (row["userAlternateId"], row["groupDisplayName"]) == ("ada@example.com", "Engineers")
    assert row["otherTargets"] == f"Token lk_abc… ({TOKEN.id})"
    assert row["applicationId"] == ""


def test_every_event_is_one_row_of_the_same_columns() -> None:
    events = list(every_kind())

    rows = table(*events)

    assert [row["uuid"] for row in rows] == [event["uuid"] for event in events]
    assert all(None not in row and None not in row.values() for row in rows)


def test_quotes_and_line_breaks_survive() -> None:
    change = Change({"title": None}, {"title": NASTY})
    subject = Subject(SubjectType.USER, ADA.id, NASTY, "ada", change)

    (row,) = table(log_event(EventType.USER_UPDATED, subjects=(subject,)))

    assert row["userDisplayName"] == NASTY
    assert json.loads(row["changes"]) == [{"id": ADA.id, "from": {"title": None}, "to": {"title": NASTY}}]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_is_a_formula(name: str) -> None:
    (row,) = table(log_event(subjects=(Subject(SubjectType.USER, "u", name, name),)))

    assert row["userDisplayName"] == f"'{name}"
    assert row["userAlternateId"] == f"'{name}"


def test_json_lines_are_the_events_as_they_are_served() -> None:
    body = canonical(log_event(subjects=(Subject(SubjectType.USER, "u", NASTY, NASTY),)))

    assert FORMATS["jsonl"].line(body) == f"{body}\n"


def test_cef_tells_it_in_its_own_words() -> None:
    event = log_event(
        EventType.PUSH_USER, actor=person(), subjects=(HR, ADA), severity=Severity.ERROR, reason=NASTY
    )

    head, extension = cef(event)

    assert head == [
        "CEF:0",
        "Lockstep",
        "Lockstep",
        "0.1.0",
        "application.provision.user.push",
        "Push new user to external application",
        "8",
    ]
    assert extension == {
        "rt": "1777636800007",
        "externalId": event["uuid"],
        "suser": "grace@example.com",
        "suid": "7",
        "duser": "ada@example.com",
        "duid": ADA.id,
        "src": "203.0.113.7",
        "outcome": "SUCCESS",
        "reason": NASTY,
        "requestClientApplication": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
        "cs1Label": "transactionId",
        "cs1": event["transaction"]["id"],
        "cs2Label": "application",
        "cs2": "HR database",
    }


def test_cef_has_another_field_for_long_addresses() -> None:
    _, extension = cef(log_event(actor=person(client=Client("2001:db8::7"))))

    assert "src" not in extension
    assert extension["c6a2"] == "2001:db8::7"


def test_every_event_is_one_line_of_cef() -> None:
    for event in every_kind():
        head, extension = cef(event)
        assert head[4] == event["eventType"]
        assert extension["externalId"] == event["uuid"]


SYSLOG = re.compile(
    rb"<(?P<pri>\d{1,3})>1 (?P<time>\S+) (?P<host>[!-~]{1,255}) (?P<app>[!-~]{1,48}) (?P<proc>[!-~]{1,128}) "
    rb'(?P<msgid>[!-~]{1,32}) (?P<data>(?:\[[!-~]{1,32}(?: \w+="[^"\\\]]*")*\])+) (?P<msg>.*)\Z',
    re.DOTALL,
)


@pytest.mark.parametrize(("severity", "number"), [("DEBUG", 7), ("INFO", 6), ("WARN", 4), ("ERROR", 3)])
def test_syslog_has_the_header_of_the_standard(severity: str, number: int) -> None:
    event = log_event(EventType.PUSH_PROFILE, severity=Severity(severity))

    found = SYSLOG.match(syslog_message(event, "Ünïcode", host="lockstep.example.com", seq=8))

    assert found
    assert int(found["pri"]) == 13 * 8 + number
    assert (found["time"], found["host"]) == (b"2026-05-01T12:00:00.007Z", b"lockstep.example.com")
    # 32 characters at most.
    assert found["msgid"] == b"application.provision.user.push_"
    assert found["data"] == b'[origin software="Lockstep" swVersion="0.1.0"][meta sequenceId="8"]'
    assert found["msg"].decode() == "Ünïcode"


def test_a_host_without_ascii_breaks_no_header() -> None:
    found = SYSLOG.match(syslog_message(log_event(), "x", host="bü cher", seq=1))

    assert found
    assert found["host"] == b"b??cher"


def test_sequence_numbers_begin_again_behind_the_largest() -> None:
    messages = [syslog_message(log_event(), "x", host="h", seq=seq) for seq in (2147483647, 2147483648)]

    assert [re.findall(rb'sequenceId="(\d+)"', message) for message in messages] == [[b"2147483647"], [b"1"]]


def test_a_frame_counts_octets() -> None:
    assert octet_counted("é|".encode()) == b"3 \xc3\xa9|"


def test_a_datagram_is_cut_between_characters() -> None:
    message = "x" + "é" * LARGEST_DATAGRAM

    cut = datagram(message.encode())

    assert len(cut) == LARGEST_DATAGRAM
    assert cut.decode() == message[: 1 + LARGEST_DATAGRAM // 2]
