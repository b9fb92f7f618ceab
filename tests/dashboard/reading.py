"""Reading a page as a browser and a strict policy do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

HTMX = {"HX-Request": "true"}


@dataclass
class Element:
    name: str
    attributes: dict[str, str]
    text: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.elements: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        if self.elements:
            self.elements[-1].text.append(data)


def text_of(response: Any) -> str:
    return str(response.content.decode())


def elements(response: Any) -> list[Element]:
    reader = _Reader()
    reader.feed(text_of(response))
    return reader.elements


def breaches(response: Any) -> Iterator[str]:
    """What `script-src 'self'; style-src 'self'` would stop, or let in by evaluation."""
    for element in elements(response):
        if element.name == "style" or (element.name == "script" and not element.attributes.get("src")):
            yield f"inline {element.name}"
        for name in element.attributes:
            if name == "style" or name.startswith(("on", "hx-on")):
                yield f"{name} on {element.name}"


def unexplained(response: Any) -> list[str]:
    """Fields that are marked as wrong, without pointing to what is said about it."""
    found = [element.attributes for element in elements(response)]
    said = {attributes["id"] for attributes in found if "id" in attributes}
    return [
        attributes["name"]
        for attributes in found
        if "aria-invalid" in attributes and f"{attributes['id']}_error" not in said
    ]


def link(response: Any, rel: str) -> str:
    """Where the pager's link leads, empty if there is none."""
    found = [
        element.attributes["href"] for element in elements(response) if element.attributes.get("rel") == rel
    ]
    return found[0] if found else ""


def buttons_to(response: Any, part: str) -> list[str]:
    """Addresses that forms and buttons of the page send to and that hold `part`."""
    sent = [
        element.attributes.get("action", element.attributes.get("formaction", ""))
        for element in elements(response)
    ]
    return [address for address in sent if part in address]
