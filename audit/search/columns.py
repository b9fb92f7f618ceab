"""How each attribute is compared: in a column where there is one, else inside the body."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F, Q
from django.db.models import Value as Literal

from audit.models.words import Phrase, Says
from audit.search.attributes import Attribute
from audit.search.json_parts import AnyElement, Document, Element, FlagAt, IsThere, NumberAt, TextAt
from audit.words import EXACT_NAMES, PASSED_OVER, exactly, words_in
from lib.filters import FilterError, Operator, Path, Value
from lib.filters.columns import NOTHING, ORDER, PARTS
from lib.filters.queries import Column
from lib.filters.texts import ORDERED, compare_text, true_or_false

# Columns of text, exactly as in the body.
_COLUMNS: Mapping[str, str] = {
    "eventType": "event_type",
    "severity": "severity",
    "outcome.result": "result",
    "actor.id": "actor_id",
    "transaction.id": "transaction_id",
}
# Words of a value that are looked up.
HINT = 8
# Okta refuses `co` on these.
_NO_PARTS = frozenset({"debugContext.debugData.url", "debugContext.debugData.requestUri"})


class Unsupported(FilterError):
    """This attribute is not compared in this way."""

    def __init__(self, path: Path, op: Operator, remedy: str) -> None:
        super().__init__(f"{op} can't be used with {path}: {remedy}", path.position)
        self.attribute, self.op = str(path), op


class WrongValue(FilterError):
    """The attribute is never such a value."""


def column_of(attribute: Attribute) -> Column:
    if attribute.name == "uuid":
        return _Uuid()
    if attribute.name in _COLUMNS:
        return _Text(F(_COLUMNS[attribute.name]), attribute, _COLUMNS[attribute.name])
    column = _in_body(attribute)
    has_words = attribute.type == "text" and PASSED_OVER.isdisjoint(attribute.names)
    return _Indexed(attribute, column) if has_words else column


def _in_body(attribute: Attribute) -> Column:
    if attribute.list_name is None:
        return _plain(attribute, Document())
    return _AnyOf(attribute) if attribute.names else _Object(attribute, Document(), attribute.name.split("."))


def _plain(attribute: Attribute, owner: Document | Element) -> Column:
    match attribute.type:
        case "number":
            return _Number(attribute, owner)
        case "flag":
            return _Flag(attribute, owner)
        case "object":
            return _Object(attribute, owner, attribute.names)
    return _Text(TextAt(owner, attribute.names), attribute)


@dataclass(frozen=True)
class _Text:
    """Equal and in order by every character; parts of it in any case."""

    text: TextAt | F
    attribute: Attribute
    column: str = ""

    def compare(self, op: Operator, value: Value, path: Path) -> Q:
        text = read_text(value, path)
        if op == "co" and self.attribute.name in _NO_PARTS:
            raise Unsupported(path, op, "use sw, ew or eq.")
        if op == "eq" and self.column:
            return Q(**{self.column: text})
        return compare_text(self.text, op, text, case_exact=op not in PARTS)

    def present(self) -> Q:
        return compare_text(self.text, "gt", "", case_exact=True)


@dataclass(frozen=True)
class _Indexed:
    """What has a value has its words, too: the index finds what has these."""

    attribute: Attribute
    column: Column

    def compare(self, op: Operator, value: Value, path: Path) -> Q:
        if op == "eq" and self.attribute.name in EXACT_NAMES:
            return Q(Says(Phrase((exactly(self.attribute.name, read_text(value, path)),))))
        found = self.column.compare(op, value, path)
        words = tuple(words_in(read_text(value, path))[:HINT]) if op == "eq" else ()
        return Q(Says(Phrase(words), may_be_cut=True)) & found if words else found

    def present(self) -> Q:
        return self.column.present()


def read_text(value: Value, path: Path) -> str:
    """Every value of debugData is a text: `true` and `5` are taken for what is written there."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)


@dataclass(frozen=True)
class _Uuid:
    def compare(self, op: Operator, value: Value, path: Path) -> Q:
        text = read_text(value, path)
        if op != "eq":
            return compare_text(TextAt(Document(), ["uuid"]), op, text, case_exact=op not in PARTS)
        try:
            return Q(uuid=uuid.UUID(text)) if text == str(uuid.UUID(text)) else NOTHING
        except ValueError:
            return NOTHING

    def present(self) -> Q:
        return ~NOTHING


@dataclass(frozen=True)
class _Number:
    attribute: Attribute
    owner: Document | Element

    def compare(self, op: Operator, value: Value, path: Path) -> Q:
        if op in PARTS:
            raise Unsupported(path, op, "it is a number.")
        wanted = Literal(_number(value, path))
        return true_or_false(ORDERED[op](NumberAt(self.owner, self.attribute.names), wanted))

    def present(self) -> Q:
        return Q(IsThere(self.owner, self.attribute.names))


def _number(value: Value, path: Path) -> float:
    """Also one in quotation marks. Raises WrongValue."""
    try:
        if not isinstance(value, bool):
            return float(value or 0)
    except ValueError:
        pass
    raise WrongValue(f"{path} is a number: compare it with one.", path.position)


@dataclass(frozen=True)
class _Flag:
    attribute: Attribute
    owner: Document | Element

    def compare(self, op: Operator, value: Value, path: Path) -> Q:
        if op in PARTS | ORDER:
            raise Unsupported(path, op, "it is true or false.")
        flag = {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else value
        if not isinstance(flag, bool):
            raise WrongValue(f"{path} is true or false: compare it with one of these.", path.position)
        return Q(FlagAt(self.owner, self.attribute.names, flag="true" if flag else "false"))

    def present(self) -> Q:
        return Q(IsThere(self.owner, self.attribute.names))


@dataclass(frozen=True)
class _Object:
    attribute: Attribute
    owner: Document | Element
    names: list[str] | tuple[str, ...]

    def compare(self, op: Operator, value: Value, path: Path) -> Q:
        raise Unsupported(path, op, "it has parts. Compare one of them, or use pr.")

    def present(self) -> Q:
        return Q(IsThere(self.owner, self.names))


@dataclass(frozen=True)
class _AnyOf:
    """A part of the elements of a list: one element is enough."""

    attribute: Attribute

    def compare(self, op: Operator, value: Value, path: Path) -> Q:
        return self._any(_plain(self.attribute, Element()).compare(op, value, path))

    def present(self) -> Q:
        return self._any(_plain(self.attribute, Element()).present())

    def _any(self, condition: Q) -> Q:
        return Q(AnyElement((self.attribute.list_name or "").split("."), condition))
