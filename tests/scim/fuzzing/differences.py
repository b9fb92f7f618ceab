"""Where filters mean something else to scim2-models, each with its reason: what it is asked instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lib.filters import And, Compare, Filter, Not, Or, Path, Present, ValuePath
from lib.schema import ENTERPRISE_USER, Attribute
from tests.scim.fuzzing.documents import RESOURCE

Rewrite = Callable[[Filter], Filter]


@dataclass(frozen=True)
class Difference:
    """`asked` gives for one comparison what the oracle is asked instead.

    In `example`, a filter and what a user holds, the two differ as long as this entry is needed.
    """

    name: str
    reason: str
    asked: Rewrite
    example: tuple[str, dict[str, Any]]


def _null_is_absent(leaf: Filter) -> Filter:
    match leaf:
        case Compare(path, "eq", None):
            return Not(Present(path))
        case Compare(path, "ne", None):
            return Present(path)
    return leaf


def _single_selected(leaf: Filter) -> Filter:
    match leaf:
        case ValuePath(path, selection) if not _attribute(path).multi_valued:
            return And((Present(path), _below(path, selection)))
    return leaf


def _single_by_value(leaf: Filter) -> Filter:
    match leaf:
        case Compare(path, op, value) if path.sub is None:
            attribute = _attribute(path)
            if attribute.type == "complex" and not attribute.multi_valued:
                return Compare(Path(path.urn, path.name, "value"), op, value)
    return leaf


FILTERS = (
    Difference(
        "null is absent",
        "RFC 7643 2.5 makes null, the empty list and what is not there one state, and RFC 7644 3.4.2.2 takes "
        "an empty text for not present; so `eq null` is the contrary of `pr`, for several values as well. "
        "scim2-models 0.12.3 compares each value with null.",
        _null_is_absent,
        ("title eq null", {"title": ""}),
    ),
    Difference(
        "a filter in brackets on a single object",
        "RFC 7644 3.4.2.2 does not forbid it; it can only mean one thing. scim2-models 0.12.3 refuses it.",
        _single_selected,
        ('name[givenName eq "Ada"]', {"name": {"givenName": "Ada"}}),
    ),
    Difference(
        "an object stands for its value",
        "RFC 7644 3.4.2.2 does so for several values (`emails co`); Entra, which sends the manager as a bare "
        "id, compares it as one. scim2-models 0.12.3 compares the object itself, which never equals a text.",
        _single_by_value,
        (f'{ENTERPRISE_USER.urn}:manager eq "m1"', {ENTERPRISE_USER.urn: {"manager": {"value": "m1"}}}),
    ),
)


def as_asked(tree: Filter, differences: tuple[Difference, ...] = FILTERS) -> Filter:
    """The filter by which the oracle means what ours means."""
    match tree:
        case And(terms):
            return And(tuple(as_asked(term, differences) for term in terms))
        case Or(terms):
            return Or(tuple(as_asked(term, differences) for term in terms))
        case Not(term):
            return Not(as_asked(term, differences))
        case ValuePath(path, selection):
            tree = ValuePath(path, as_asked_inside(selection))
    for difference in differences:
        tree = difference.asked(tree)
    return tree


def as_asked_inside(selection: Filter) -> Filter:
    """The same of a filter in brackets: of an element's attributes none has parts."""
    return as_asked(selection, FILTERS[:1])


def without_needless_parentheses(tree: Filter) -> Filter:
    """scim2-models 0.12.3 loses those of `a or (b or c)` on its way and then refuses the path as unknown."""
    match tree:
        case And(terms) | Or(terms):
            kind = type(tree)
            plain = [without_needless_parentheses(term) for term in terms]
            return kind(
                tuple(one for term in plain for one in (term.terms if isinstance(term, kind) else (term,)))
            )
        case Not(term):
            return Not(without_needless_parentheses(term))
    return tree


def _below(path: Path, selection: Filter) -> Filter:
    match selection:
        case And(terms):
            return And(tuple(_below(path, term) for term in terms))
        case Or(terms):
            return Or(tuple(_below(path, term) for term in terms))
        case Not(term):
            return Not(_below(path, term))
        case Compare(inner, op, value):
            return Compare(Path(path.urn, path.name, inner.name), op, value)
        case Present(inner):
            return Present(Path(path.urn, path.name, inner.name))
    return selection


def _attribute(path: Path) -> Attribute:
    found = RESOURCE.attribute(path.name, urn=path.urn)
    if found is None:
        raise LookupError(path)
    return found
