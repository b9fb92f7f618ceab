"""Decides whether one JSON object fulfils a filter."""

import operator
from collections.abc import Callable, Mapping
from typing import Any

from lib.filters.reading import elements, get, value_at
from lib.filters.tree import And, Compare, Filter, Not, Or, Path, Present, Value, ValuePath
from lib.moments import microseconds
from lib.schema.model import BOOLEANS, Attribute

Lookup = Callable[[Path], Attribute | None]

_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "co": operator.contains,
    "sw": str.startswith,
    "ew": str.endswith,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
_ORDERING = {"gt", "ge", "lt", "le"}


def _no_schema(path: Path) -> Attribute | None:
    return None


def matches(tree: Filter, element: Mapping[str, Any], lookup: Lookup = _no_schema) -> bool:
    """Whether the element fulfils the filter (RFC 7644 section 3.4.2.2).

    `lookup` gives the attribute that a path names; without it strings compare in any capitalisation. One
    value of a multi-valued attribute is enough, except for `ne`: it is the contrary of `eq` and so matches
    what is absent.
    """
    match tree:
        case And(terms):
            return all(matches(term, element, lookup) for term in terms)
        case Or(terms):
            return any(matches(term, element, lookup) for term in terms)
        case Not(term):
            return not matches(term, element, lookup)
        case Present(path):
            return _is_there(element, path)
        case ValuePath(path, selection):
            inner = _lookup_below(path, lookup)
            return any(matches(selection, one, inner) for one in elements(value_at(element, path)))
        case Compare():
            return _compare(tree, element, lookup)


def _compare(tree: Compare, element: Mapping[str, Any], lookup: Lookup) -> bool:
    if tree.op == "ne":
        return not _compare(Compare(tree.path, "eq", tree.value), element, lookup)
    if tree.value is None:
        return not _is_there(element, tree.path)
    attribute = lookup(tree.path)
    return any(_holds(tree.op, value, tree.value, attribute) for value in _values(element, tree.path))


def _holds(op: str, actual: Any, wanted: Value, attribute: Attribute | None) -> bool:
    left, right = _comparable(actual, wanted, attribute)
    if isinstance(left, bool) != isinstance(right, bool) or (isinstance(left, bool) and op in _ORDERING):
        return False
    number = isinstance(left, int | float) and isinstance(right, int | float)
    if left is None or (not number and type(left) is not type(right)):
        return False
    if op in {"co", "sw", "ew"} and not isinstance(left, str):
        return False
    return _TESTS[op](left, right)


def _comparable(actual: Any, wanted: Value, attribute: Attribute | None) -> tuple[Any, Any]:
    """Both sides in the form in which the attribute's type compares."""
    if isinstance(actual, bool) or isinstance(wanted, bool):
        return _as_boolean(actual), _as_boolean(wanted)
    if not isinstance(actual, str) or not isinstance(wanted, str):
        return actual, wanted
    if attribute and attribute.type == "dateTime":
        return microseconds(actual), microseconds(wanted)
    if attribute and attribute.case_exact:
        return actual, wanted
    return actual.lower(), wanted.lower()


def _as_boolean(value: Any) -> Any:
    """Entra writes booleans as "True" and "False"."""
    return BOOLEANS.get(value.lower(), value) if isinstance(value, str) else value


def _values(element: Mapping[str, Any], path: Path) -> list[Any]:
    """What the path names, one entry a value; an object is compared by its `value` (RFC 7643 section 2.4)."""
    return [one.get("value") if isinstance(one, Mapping) else one for one in _whole_values(element, path)]


def _whole_values(element: Mapping[str, Any], path: Path) -> list[Any]:
    found = value_at(element, path)
    if path.sub is not None:
        return [get(one, path.sub) for one in elements(found)]
    return found if isinstance(found, list) else [found]


def _is_there(element: Mapping[str, Any], path: Path) -> bool:
    """Whether `pr` holds (RFC 7644 section 3.4.2.2): of an object, one part that says something is enough."""
    return any(
        any(map(_says_something, one.values())) if isinstance(one, Mapping) else _says_something(one)
        for one in _whole_values(element, path)
    )


def _says_something(value: Any) -> bool:
    return value is not None and value not in ("", [], {})


def _lookup_below(outer: Path, lookup: Lookup) -> Lookup:
    return lambda inner: lookup(Path(outer.urn, outer.name, inner.name))
