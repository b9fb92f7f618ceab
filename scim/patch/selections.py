"""The element that a filter of equalities describes: what Entra expects to be made when there is none yet."""

from typing import Any

from lib.filters import And, Compare, Filter, Value
from lib.schema import Attribute
from lib.schema.model import BOOLEANS


def described_element(selection: Filter, attribute: Attribute) -> dict[str, Any] | None:
    """The element, such as {"type": "work"} for `type eq "work"`; None if there is more than equalities.

    Where two contradict each other it is one that the filter does not select.
    """
    terms = selection.terms if isinstance(selection, And) else (selection,)
    found: dict[str, Any] = {}
    for term in terms:
        if not isinstance(term, Compare) or term.op != "eq" or term.value is None:
            return None
        sub = attribute.sub(term.path.name)
        if sub is None:
            return None
        found[sub.name] = _typed(term.value, sub)
    return found


def _typed(value: Value, sub: Attribute) -> Value:
    if sub.type == "boolean" and isinstance(value, str):
        return BOOLEANS.get(value.lower(), value)
    return value
