"""A client of the log that reads links as strictly as it can be done."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.test import Client

LINK = re.compile(r'<(?P<address>[^<>+,; "]+)>; rel="(?P<rel>self|next)"')


@dataclass
class Reply:
    status: int
    body: Any
    headers: dict[str, str]
    links: dict[str, str]

    @property
    def names(self) -> list[str]:
        """Of the first targets."""
        return [event["target"][0]["alternateId"].partition("@")[0] for event in self.body]

    def parameter(self, rel: str, name: str) -> str:
        return parse_qs(urlsplit(self.links[rel]).query)[name][0]


@dataclass
class Reader:
    token: str
    scheme: str = "SSWS "
    beginning: str = field(default="", init=False)

    def start(self) -> None:
        """From here on: the cursor behind all that has happened up to now."""
        self.beginning = self.get(since="2000-01-01T00:00:00Z", limit="1000").parameter("next", "after")

    def new(self, **query: str) -> Reply:
        """A poll for what has happened since the start."""
        return self.get(after=self.beginning, **query)

    def get(self, path: str = "", **query: str) -> Reply:
        return self.call(f"/api/v1/logs{path}", query)

    def follow(self, address: str) -> Reply:
        parts = urlsplit(address)
        return self.call(f"{parts.path}?{parts.query}")

    def call(self, path: str, query: Any = None, method: str = "GET") -> Reply:
        headers = {"Authorization": f"{self.scheme}{self.token}"} if self.token else {}
        client = Client(raise_request_exception=False)
        address = f"{path}?{urlencode(query)}" if query else path
        answer: Any = client.generic(method, address, headers=headers)
        lines = [value for name, value in answer.items() if name == "Link"]
        found = [LINK.fullmatch(line) for line in lines]
        assert all(found), lines
        links = {link["rel"]: link["address"] for link in found if link}
        return Reply(answer.status_code, json.loads(answer.content), dict(answer.headers), links)
