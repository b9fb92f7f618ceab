"""Answers in gzip for clients that take it (RFC 9110, 12.5.3): lists of users repeat themselves a lot."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.text import compress_string

# Below this it costs more than it saves.
WORTH_IT = 500


def compress(request: HttpRequest, response: HttpResponse) -> None:
    """An ETag stays as it is: it is weak, and so names this form of the answer too."""
    response["Vary"] = "Accept-Encoding"
    if len(response.content) <= WORTH_IT or not takes_gzip(request.headers.get("Accept-Encoding", "")):
        return
    response.content = compress_string(response.content)
    response["Content-Encoding"] = "gzip"


def takes_gzip(header: str) -> bool:
    """Only a client that names gzip, and not with a weight of nought."""
    for choice in header.lower().split(","):
        coding, _, weight = choice.partition(";")
        if coding.strip() == "gzip":
            return weight.replace(" ", "") not in {"q=0", "q=0.", "q=0.0", "q=0.00", "q=0.000"}
    return False
