"""Attributes inside a JSON column as the columns of filters."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Func, Q
from django.db.models import Value as Literal
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from lib.filters.columns import ORDER, PARTS, read_boolean, read_text
from lib.filters.json_values import (
    AnyElement,
    FirstElement,
    HasPart,
    IsFlag,
    IsPresent,
    JsonAt,
    MomentOf,
    NumberOf,
    OfElement,
    TextOf,
    WholeElement,
)
from lib.filters.queries import Column, Elements
from lib.filters.texts import ORDERED, compare_text, true_or_false
from lib.filters.tree import FilterError, Operator, Path, Value
from lib.moments import microseconds
from lib.schema.model import Attribute


@dataclass(frozen=True)
class JsonText:
    json: Func
    case_exact: bool

    def compare(self, op: Operator, value: Value, path: Path) -> Q:
        return compare_text(TextOf(self.json), op, read_text(value, path), case_exact=self.case_exact)

    def present(self) -> Q:
        return Q(IsPresent(self.json))


@dataclass(frozen=True)
class JsonBoolean:
    json: Func

    def compare(self, op: Operator, value: Value, path: Path) -> Q:
        return Q(IsFlag(self.json, flag=read_boolean(op, value, path)))

    def present(self) -> Q:
        return Q(IsPresent(self.json))


@dataclass(frozen=True)
class JsonBinary(JsonText):
    """Base64, which has no order (RFC 7644, 3.4.2.2)."""

    def compare(self, op: Operator, value: Value, path: Path) -> Q:
        if op in ORDER:
            raise FilterError(f"{path} is binary and has no order: use eq or ne.")
        return super().compare(op, value, path)


@dataclass(frozen=True)
class JsonNumber:
    json: Func

    def compare(self, op: Operator, value: Value, path: Path) -> Q:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise FilterError(f"{path} is a number: compare it with one, without quotation marks.")
        return compare_number(NumberOf(self.json), op, value, path)

    def present(self) -> Q:
        return Q(IsPresent(self.json))


@dataclass(frozen=True)
class JsonMoment:
    """Compared as moments, whatever their zones; a text that is none matches nothing."""

    json: Func

    def compare(self, op: Operator, value: Value, path: Path) -> Q:
        moment = microseconds(value) if isinstance(value, str) else None
        if moment is None:
            raise FilterError(f'{path} is a moment, such as "2026-11-22T10:50:45Z".')
        return compare_number(MomentOf(self.json), op, moment, path)

    def present(self) -> Q:
        return Q(IsPresent(self.json))


def compare_number(number: Func, op: Operator, wanted: int | float, path: Path) -> Q:
    if op in PARTS:
        raise FilterError(f"{path} has an order and no parts: use eq, ne, gt, ge, lt or le.")
    return true_or_false(ORDERED[op](number, Literal(wanted)))


@dataclass(frozen=True)
class JsonParts:
    """An object: there if any part of it is; compared by its `value` if it has one, else not at all."""

    json: Func
    value: Column | None = None

    def compare(self, op: Operator, value: Value, path: Path) -> Q:
        if self.value is None:
            raise FilterError(f"{path} has parts: compare one of them, or ask {path} pr.")
        return self.value.compare(op, value, path)

    def present(self) -> Q:
        return Q(HasPart(self.json))


@dataclass(frozen=True)
class AnyOf:
    """A column of elements: one element is enough."""

    elements: Elements
    column: Column

    def compare(self, op: Operator, value: Value, path: Path) -> Q:
        return self.elements.any(self.column.compare(op, value, path))

    def present(self) -> Q:
        return self.elements.any(self.column.present())


@dataclass(frozen=True)
class JsonElements:
    """The elements of an attribute, whose sub-attributes are the columns."""

    owner: JsonAt
    attribute: Attribute

    def column(self, path: Path) -> Column | None:
        sub = self.attribute.sub(path.name) if path.urn is None and path.sub is None else None
        return _plain(sub, OfElement(sub.name)) if sub else None

    def itself(self) -> Column:
        """An object is compared by its `value` (RFC 7643 section 2.4)."""
        if self.attribute.type != "complex":
            return _plain(self.attribute, OfElement("value"))
        return JsonParts(Coalesce(WholeElement(), OfElement("value")), self.column(Path(None, "value")))

    def any(self, condition: Q) -> Q:
        return Q(AnyElement(self.owner, condition))

    def first(self, wanted: Combinable) -> Combinable:
        return FirstElement(self.owner, wanted)


def json_column(owner: JsonAt, parent: Attribute, sub: str | None) -> Column | None:
    """The column of an attribute that stands at `owner`, or of its sub-attribute."""
    elements = JsonElements(owner, parent)
    column = elements.column(Path(None, sub)) if sub else elements.itself()
    if not sub and not parent.multi_valued and parent.type != "complex":
        return _plain(parent, owner)
    return AnyOf(elements, column) if column else None


def _plain(attribute: Attribute, json: Func) -> Column:
    match attribute.type:
        case "boolean":
            return JsonBoolean(json)
        case "integer" | "decimal":
            return JsonNumber(json)
        case "dateTime":
            return JsonMoment(json)
        case "binary":
            return JsonBinary(json, attribute.case_exact)
    return JsonText(json, attribute.case_exact)
