"""Answers in gzip for clients that take it."""

from __future__ import annotations

import gzip
import json

import pytest
from django.http import HttpResponse

from directory.models import User
from tests.scim.client import ScimClient, body

LONG = "/Schemas"


def read(okta: ScimClient, path: str, encodings: str, method: str = "GET") -> HttpResponse:
    return okta.send(method, path, b"", headers={"Accept-Encoding": encodings})


@pytest.mark.parametrize("encodings", ["gzip", "gzip, deflate, br", "br;q=1, GZIP;q=0.5", "deflate,gzip"])
def test_a_long_answer_is_compressed_for_who_takes_it(okta: ScimClient, encodings: str) -> None:
    answer = read(okta, LONG, encodings)

    assert answer["Content-Encoding"] == "gzip"
    assert answer["Content-Type"] == "application/scim+json"
    assert int(answer["Content-Length"]) == len(answer.content)
    assert json.loads(gzip.decompress(answer.content)) == body(okta.get(LONG))
    assert "Accept-Encoding" in answer["Vary"]


@pytest.mark.parametrize("encodings", ["", "br", "gzip;q=0", "gzip; q=0.0", "*;q=0", "xgzip", ";,;"])
def test_a_long_answer_is_plain_for_who_does_not(okta: ScimClient, encodings: str) -> None:
    answer = read(okta, LONG, encodings)

    assert "Content-Encoding" not in answer
    assert body(answer) == body(okta.get(LONG))
    assert "Accept-Encoding" in answer["Vary"]


def test_a_short_answer_is_plain(okta: ScimClient, ada: User) -> None:
    answer = read(okta, f"/Users/{ada.id}?attributes=id", "gzip")

    assert "Content-Encoding" not in answer
    assert body(answer)["id"] == str(ada.id)


def test_the_version_is_the_same_in_every_form(okta: ScimClient, ada: User) -> None:
    ada.document["title"] = "x" * 1000
    ada.save()
    path = f"/Users/{ada.id}"

    compressed = read(okta, path, "gzip")
    known = okta.send(
        "GET", path, b"", headers={"Accept-Encoding": "gzip", "If-None-Match": compressed["ETag"]}
    )

    assert compressed["Content-Encoding"] == "gzip"
    assert compressed["ETag"] == okta.get(path)["ETag"] == 'W/"1"'
    assert (known.status_code, known.content, known["Vary"]) == (304, b"", compressed["Vary"])
    assert read(okta, path, "gzip", "HEAD")["Content-Encoding"] == "gzip"
