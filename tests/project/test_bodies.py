"""Bodies between server and Django."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any

import pytest
from pytest_django import Settings

from project.bodies import with_whole_bodies


class Seen:
    """An application that notes the length and reads so much of the body."""

    def __init__(self, read: int = -1) -> None:
        self.read = read
        self.length = ""
        self.body = b""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.length = environ.get("CONTENT_LENGTH", "")
        self.body = environ["wsgi.input"].read(self.read)
        return [b"answered"]


@pytest.fixture(autouse=True)
def _limit(settings: Settings) -> None:
    settings.MAX_BODY_BYTES = 100


def send(application: Seen, body: BytesIO, **environ: str) -> list[bytes]:
    answer = with_whole_bodies(application)({"wsgi.input": body, **environ}, lambda *_: None)  # type: ignore[arg-type]  # a Seen is enough
    return list(answer)


def test_a_body_in_chunks_gets_a_length() -> None:
    application = Seen()

    send(application, BytesIO(b"in pieces"), HTTP_TRANSFER_ENCODING="chunked")

    assert (application.length, application.body) == ("9", b"in pieces")


def test_a_body_in_chunks_that_is_too_large_is_seen_to_be() -> None:
    application = Seen()

    send(application, BytesIO(b"x" * 5000), HTTP_TRANSFER_ENCODING="chunked")

    assert int(application.length) > 100


def test_a_body_that_nobody_reads_is_taken_before_the_answer_goes_out() -> None:
    body = BytesIO(b"x" * 500)

    answer = send(Seen(read=0), body, CONTENT_LENGTH="500")

    assert answer == [b"answered"]
    assert body.read() == b""


def test_a_body_without_end_is_not_waited_for() -> None:
    body = BytesIO(b"x" * 5000)

    send(Seen(read=0), body, CONTENT_LENGTH="5000")

    assert len(body.read()) == 5000 - 8 * 100
