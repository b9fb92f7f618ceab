"""Values that no client should send: of wrong types, huge, deep, empty, and what no database keeps."""

from __future__ import annotations

import string
from typing import Any

from hypothesis import strategies as st


def nested(levels: int, leaf: Any = "leaf") -> Any:
    for level in range(levels):
        leaf = [leaf] if level % 2 else {"value": leaf}
    return leaf


def words(text: str) -> st.SearchStrategy[str]:
    return st.sampled_from(text.split())


NAMES = words("""
    id ID schemas meta userName username active name name.givenName emails emails.value value type primary
    display $ref members groups password externalId displayName manager Operations op path filter count method
    urn:ietf:params:scim:schemas:extension:enterprise:2.0:User urn:ietf:params:scim:schemas:core:2.0:User
    urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager urn:a urn:a:b urn:a:b:c : a:b . [ ]
    bulkId bulkId:x version data
""") | st.sampled_from(["emails[type", 'emails[type eq "work"].value', 'members[value eq "x"]', ""])
ODD_TEXTS = words("""
    True null bulkId: bulkId:x W/"1" % \\ ' " urn: -1 1e999 2026-05-01T12:00:00Z 0001-01-01T00:00:00+14:00
    work 00000000-0000-0000-0000-000000000000
""") | st.sampled_from(
    [
        " ",
        "\0",
        "\ud800",
        "\udfff\ud800",
        "\r\n",
        "\u202e",
        "x" * 600,
        "\U0001f3a9" * 300,
        "İ" * 200,
        "9" * 400,
    ]
)
TEXTS = ODD_TEXTS | NAMES | st.text(max_size=8) | st.text("\0\ud800aB.:[]\"' ", max_size=6)
NUMBERS = st.sampled_from(
    [0, 1, -1, 2**31, 2**63 - 1, 2**63, -(2**64), 10**60, 10**200, 1.5, -0.0, 1e308, 5e-324]
)
DEEP = st.sampled_from([nested(levels) for levels in (3, 17, 18, 19, 20, 21, 30, 400)])
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS
JSON: st.SearchStrategy[Any] = (
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | TEXTS, inner, max_size=3),
        max_leaves=6,
    )
    | DEEP
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value inside a JSON value, and of the value itself."""
    found = [path]
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        found += places(one, (*path, key))
    return found


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The same with another value at one place."""
    if not path:
        return new
    if isinstance(value, dict):
        return {key: replaced(one, path[1:], new) if key == path[0] else one for key, one in value.items()}
    return [replaced(one, path[1:], new) if at == path[0] else one for at, one in enumerate(value)]


@st.composite
def spoiled(draw: st.DrawFn, value: Any) -> Any:
    """The value with one to three places changed, or with a name more."""
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(places(value)))
        value = replaced(value, path, draw(JSON))
        if isinstance(value, dict) and draw(st.booleans()):
            value = {**value, draw(NAMES | TEXTS): draw(JSON)}
    return value


PRINTABLE = st.text(string.printable, max_size=20)
