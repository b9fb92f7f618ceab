"""Large and chunked bodies over a real connection."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator

import pytest

from tests.end_to_end.lockstep import Lockstep

pytestmark = [pytest.mark.end_to_end, pytest.mark.xdist_group("end_to_end")]

USER = "urn:ietf:params:scim:schemas:core:2.0:User"


def test_a_body_of_10_megabytes_is_refused_in_words_and_not_by_a_closed_connection(running: Lockstep) -> None:
    answer = running.client.post("Users", content=b'{"nickName":"' + b"x" * 10_000_000 + b'"}')

    assert answer.status_code == 413
    assert answer.json()["status"] == "413"


def test_a_large_body_without_a_credential_is_answered_401(running: Lockstep) -> None:
    answer = running.client.post(
        "Users", content=b'{"nickName":"' + b"x" * 5_000_000 + b'"}', headers={"Authorization": "Bearer no"}
    )

    assert answer.status_code == 401


def test_a_body_in_chunks_is_read(running: Lockstep) -> None:
    def pieces() -> Iterator[bytes]:
        yield json.dumps({"schemas": [USER], "userName": f"{uuid.uuid4().hex}@okta.local"}).encode()

    answer = running.client.post("Users", content=pieces())

    assert answer.status_code == 201
