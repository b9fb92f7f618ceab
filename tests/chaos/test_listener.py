"""A judge that saw nothing would find nothing: what is missing, doubled, strange or out of order is named."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from chaos.listener import SECRET, Listener, misheard
from lib.standard_webhooks import key_of, new_secret, signed_headers

ADA = "ada"


def tell(listener: Listener, id: str, secret: str = SECRET, event: str = "") -> int:
    told = {"type": "user.lifecycle.create", "data": {"event": event or id, "resource": {"id": ADA}}}
    body = json.dumps(told).encode()
    headers = signed_headers([key_of(secret)], id=id, at=datetime.now(UTC), body=body)
    return listener.take(headers, body)


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (["1", "2", "3"], ""),
        (["1", "1", "2", "1", "3"], ""),
        (["1", "3"], "was not told of ['2']"),
        (["1", "3", "2"], "in the order ['1', '3', '2']"),
        (["1", "2", "3", "4"], "['4'], which the log does not know"),
        ([], "was not told of ['1', '2', '3']"),
    ],
)
def test_what_was_not_told_as_it_happened_is_named(told: list[str], found: str) -> None:
    listener = Listener()
    for id in told:
        tell(listener, id)

    mismatches = misheard({ADA: ["1", "2", "3"]}, listener)

    assert len(mismatches) == bool(found)
    assert found in "".join(mismatches)


def test_what_is_signed_by_somebody_else_is_refused_and_named() -> None:
    listener = Listener()

    assert (tell(listener, "1", new_secret()), tell(listener, "1")) == (401, 204)
    assert "not to be trusted: 1" in misheard({ADA: ["1"]}, listener)[0]


def test_a_repeat_that_is_another_event_is_named() -> None:
    listener = Listener()
    tell(listener, "1"), tell(listener, "1", event="other")

    assert misheard({ADA: ["1"]}, listener) == ["not to be trusted: 1 came again as another event"]
