"""Request bodies between server and Django: of known length, and read to the end where they are refused."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any, BinaryIO, Protocol
from wsgiref.types import StartResponse, WSGIEnvironment

from django.conf import settings

PIECE = 64 * 1024
# What is larger than this many times the limit is not waited for: the connection breaks.
PATIENCE = 8


class Application(Protocol):
    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]: ...


def with_whole_bodies(application: Application) -> Application:
    """Django takes a body without Content-Length for empty, and may answer before a body has arrived.

    A client that is still sending would then find the connection closed, and never see the 413 or 401.
    """

    def call(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"]
        if "chunked" in str(environ.get("HTTP_TRANSFER_ENCODING", "")).lower():
            _measure(environ)
        response = application(environ, start_response)
        if environ.get("CONTENT_LENGTH"):
            _drain(body, settings.MAX_BODY_BYTES * PATIENCE)
        return response

    return call


def _measure(environ: dict[str, Any]) -> None:
    """Read a body that came in chunks, so far as it may be."""
    body = environ["wsgi.input"].read(settings.MAX_BODY_BYTES + 1)
    environ["CONTENT_LENGTH"] = str(len(body))
    environ["wsgi.input"] = BytesIO(body)


def _drain(body: BinaryIO, most: int) -> None:
    while most > 0 and (piece := body.read(min(PIECE, most))):
        most -= len(piece)
