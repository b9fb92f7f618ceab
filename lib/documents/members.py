"""The members of a group as values of their own, because they are kept as rows and not in the document."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lib.documents.document import Document, DocumentError
from lib.documents.limits import check_length, check_value
from lib.documents.names import canonical_names

_SUBS = {"value": "value", "display": "display", "type": "type"}


@dataclass(frozen=True)
class Member:
    """`value` is the member's id, `display` and `type` ("User" or "Group") are kept as sent."""

    value: str
    display: str | None = None
    type: str | None = None

    def to_dict(self) -> dict[str, str]:
        optional = {"display": self.display, "type": self.type}
        return {"value": self.value, **{name: text for name, text in optional.items() if text is not None}}


def read_members(sent: object) -> tuple[Member, ...]:
    """The members in a list of {"value", "display", "type"} objects or bare ids; of one id the first wins.

    None is an empty list, an object or an id alone is a list of one. Raises DocumentError (invalidValue).
    """
    entries = sent if isinstance(sent, list) else [] if sent is None else [sent]
    found: dict[str, Member] = {}
    for member in _each(entries):
        found.setdefault(member.value, member)
    return tuple(found.values())


def take_members(body: Document) -> tuple[Document, tuple[Member, ...] | None]:
    """A group's body without members, and those it names: None if it says nothing of them.

    Raises DocumentError.
    """
    rest = canonical_names(body, lambda name: "members" if name.lower() == "members" else None, "The body")
    if "members" not in rest:
        return rest, None
    sent = rest.pop("members")
    check_value(sent)
    return rest, members_in_list(sent)


def members_in_list(sent: object) -> tuple[Member, ...]:
    """Those of a whole document, where only a list will do. Raises DocumentError."""
    if sent is not None and not isinstance(sent, list):
        raise DocumentError('members must be a list of objects like {"value": "<id>"}.')
    return read_members(sent)


def _each(entries: list[Any]) -> Iterator[Member]:
    for entry in entries:
        fields = {"value": entry} if isinstance(entry, str) else entry
        if not isinstance(fields, dict):
            raise DocumentError('members must be a list of objects like {"value": "<id>"}.')
        fields = canonical_names(fields, lambda name: _SUBS.get(name.lower()), "A member")
        yield Member(
            value=_id(fields.get("value")),
            display=_text(fields.get("display"), "display"),
            type=_text(fields.get("type"), "type"),
        )


def _id(sent: object) -> str:
    found = _text(sent, "value")
    if not found:
        raise DocumentError('A member has no value: send the member\'s id as {"value": "<id>"}.')
    return found


def _text(sent: object, name: str) -> str | None:
    if sent is None or isinstance(sent, str):
        check_length(sent, f"members.{name}")
        return sent
    raise DocumentError(f"members.{name} must be a string: put it in double quotes.")
