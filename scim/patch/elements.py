"""The values of complex attributes: reading them from an operation, merging, the one primary."""

import json
from itertools import islice
from typing import Any

from lib.documents import DocumentError, canonical_names
from lib.schema import Attribute
from scim.patch.errors import PatchError

Element = dict[str, Any]

MAX_COMPARISONS = 1_000


def object_of(value: Any, attribute: Attribute) -> Element:
    """An operation's value as one value of a complex attribute, in canonical spelling. Raises PatchError."""
    # Entra sends the manager as a bare id.
    if attribute.name == "manager" and isinstance(value, str):
        return {"value": value}
    if attribute.type != "complex" and not isinstance(value, dict):
        return {"value": value}
    if not isinstance(value, dict):
        raise PatchError(f"A value of {attribute.name} must be an object with its sub-attributes.")
    try:
        return canonical_names(value, lambda name: _spelling(name, attribute), attribute.name)
    except DocumentError as error:
        raise PatchError(str(error), scim_type=error.scim_type) from error


def elements_in(held: Any) -> list[Element]:
    """What a document holds, as objects; it may be from before the attribute became what it is."""
    values = held if isinstance(held, list) else [] if held is None else [held]
    return [one if isinstance(one, dict) else {"value": one} for one in values]


def plain(elements: list[Element], attribute: Attribute) -> list[Any]:
    """The same as the document keeps them: values by themselves, unless the attribute has parts."""
    if attribute.type == "complex":
        return elements
    return [one["value"] if one.keys() == {"value"} else one for one in elements]


def elements_of(value: Any, attribute: Attribute) -> list[Element]:
    """An operation's value as values of a multi-valued attribute: a list, one alone, or null for none.

    What holds nothing is none, so that a later operation of the request does not fill it.
    """
    values = value if isinstance(value, list) else [value]
    objects = [object_of(one, attribute) for one in values if one is not None]
    return [one for one in objects if any(part is not None for part in one.values())]


def merge(into: Element, change: Element) -> Element:
    """Sets the sub-attributes of `change` and leaves the others; null unassigns."""
    for name, value in list(change.items()):
        if value is None:
            into.pop(name, None)
        else:
            into[name] = value
    return into


def merge_elements(before: list[Element], new: list[Element], attribute: Attribute) -> list[Element]:
    """Adds what is new; what is there by type and value (RFC 7643 section 2.4) takes on the rest."""
    known = {_identity(one, attribute): one for one in before}
    number = len(known)
    touched = [merge(known.setdefault(_identity(one, attribute), one), one) for one in new]
    elements = [*before, *islice(known.values(), number, None)]
    settle_primary(elements, touched)
    return elements


def drop_listed(before: list[Element], value: Any, attribute: Attribute) -> list[Element]:
    """Without a value all go; with one only the elements that hold what is listed (Entra's way to remove)."""
    if value is None:
        return []
    listed = [_folded_parts(merge({}, one), attribute) for one in _listed(value, attribute)]
    check_work(len(before) * len(listed), attribute)
    return [one for one in before if not _is_listed(_folded_parts(one, attribute), listed)]


def _is_listed(element: Element, listed: list[Element]) -> bool:
    return any(wanted and wanted.items() <= element.items() for wanted in listed)


def check_work(comparisons: int, attribute: Attribute) -> None:
    """Bounds what one change may cost, so that a request of many ends within seconds. Raises PatchError."""
    if comparisons > MAX_COMPARISONS:
        message = f"{attribute.name} has too many values for this selection: replace all of them."
        raise PatchError(message, scim_type="tooMany")


def settle_primary(elements: list[Element], touched: list[Element]) -> None:
    """If a touched element has become the primary one, no other is (RFC 7644 section 3.5.2)."""
    if any(_is_true(one.get("primary")) for one in touched):
        kept = {id(one) for one in touched}
        for one in elements:
            if id(one) not in kept and "primary" in one:
                one["primary"] = False


def _listed(value: Any, attribute: Attribute) -> list[Element]:
    values = value if isinstance(value, list) else [value]
    return [{"value": one} if isinstance(one, str) else object_of(one, attribute) for one in values]


def _identity(element: Element, attribute: Attribute) -> str | tuple[str, str | None]:
    """What two elements that are one have in common; texts in any case unless case counts."""
    folded = _folded_parts(element, attribute)
    value, kind = folded.get("value"), folded.get("type")
    if isinstance(value, str) and (kind is None or isinstance(kind, str)):
        return value, kind
    return json.dumps(folded, sort_keys=True)


def _folded_parts(element: Element, attribute: Attribute) -> Element:
    return {name: _folded(value, attribute.sub(name)) for name, value in element.items()}


def _folded(value: Any, sub: Attribute | None) -> Any:
    return value.lower() if isinstance(value, str) and not (sub and sub.case_exact) else value


def _is_true(value: Any) -> bool:
    return value is True or (isinstance(value, str) and value.lower() == "true")


def _spelling(name: str, attribute: Attribute) -> str | None:
    sub = attribute.sub(name)
    return sub.name if sub else None
