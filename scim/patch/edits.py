"""Changes one attribute of one object as one operation says (RFC 7644 sections 3.5.2.1 to 3.5.2.3)."""

from dataclasses import replace
from typing import Any

from lib.filters import Filter, Path, matches
from lib.schema import Attribute
from scim.patch.elements import (
    check_work,
    drop_listed,
    elements_in,
    elements_of,
    merge,
    merge_elements,
    object_of,
    plain,
    settle_primary,
)
from scim.patch.errors import PatchError
from scim.patch.operations import Operation
from scim.patch.selections import described_element
from scim.patch.targets import Target, paths_in

Element = dict[str, Any]


def edit(owner: dict[str, Any], target: Target, operation: Operation) -> None:
    """Changes the target's attribute in its owner. Raises PatchError."""
    name = target.attribute.name
    if operation.value == [] and not target.is_list:
        # Unassigned, like null (RFC 7643 section 2.5).
        operation = replace(operation, value=None)
    if target.attribute.multi_valued:
        kept = plain(_edited_list(elements_in(owner.get(name)), target, operation), target.attribute) or None
    else:
        kept = _edited_single(owner.get(name), target, operation)
    if kept is not None:
        owner[name] = kept
    elif target.attribute.required:
        message = f"{name} is required: replace it instead of taking it away."
        raise PatchError(message, scim_type="mutability")
    else:
        owner.pop(name, None)


def _edited_single(before: Any, target: Target, operation: Operation) -> Any:
    attribute, sub = target.attribute, target.sub
    if sub is None and (operation.op == "remove" or operation.value is None):
        return None
    if attribute.type != "complex":
        return operation.value
    change = _sub_change(sub, operation) if sub else object_of(operation.value, attribute)
    return merge(before if isinstance(before, dict) else {}, change) or None


def _edited_list(before: list[Element], target: Target, operation: Operation) -> list[Element]:
    if target.filter is not None:
        return _edited_selection(before, target, target.filter, operation)
    if target.sub is not None:
        return _edited_subs(before, before, target.sub, operation)
    if operation.op == "remove":
        return drop_listed(before, operation.value, target.attribute)
    new = elements_of(operation.value, target.attribute)
    if operation.op == "replace":
        return new
    return merge_elements(before, new, target.attribute)


def _edited_selection(
    before: list[Element], target: Target, selection: Filter, operation: Operation
) -> list[Element]:
    check_work(len(before) * len(paths_in(selection)), target.attribute)
    chosen = [one for one in before if _selects(selection, one, target.attribute)]
    if operation.op != "remove" and not chosen:
        return _with_made(before, target, selection, operation)
    if operation.op == "remove" or operation.value is None:
        return _without(before, chosen, target.sub)
    return _edited_elements(before, chosen, target, operation, keep=operation.op == "add")


def _with_made(
    before: list[Element], target: Target, selection: Filter, operation: Operation
) -> list[Element]:
    """The element that the filter describes, as Entra expects; none that it would not select."""
    made = described_element(selection, target.attribute)
    if made is not None and _selects(selection, made, target.attribute):
        # Nothing is made to hold null.
        if operation.value is None:
            return before
        edited = _edited_elements([*before, made], [made], target, operation, keep=True)
        if _selects(selection, made, target.attribute):
            return edited
    raise PatchError(
        f"No value of {target.attribute.name} matches the filter: read the resource and try again.",
        scim_type="noTarget",
    )


def _edited_elements(
    elements: list[Element], chosen: list[Element], target: Target, operation: Operation, *, keep: bool
) -> list[Element]:
    """Changes the chosen elements; without `keep` a value for the whole element replaces it."""
    if target.sub is not None:
        return _edited_subs(elements, chosen, target.sub, operation)
    change = object_of(operation.value, target.attribute)
    for one in chosen:
        if not keep:
            one.clear()
        merge(one, change)
    settle_primary(elements, chosen)
    return [one for one in elements if one]


def _edited_subs(
    elements: list[Element], chosen: list[Element], sub: Attribute, operation: Operation
) -> list[Element]:
    change = _sub_change(sub, operation)
    if not elements and change[sub.name] is not None:
        return [change]
    for one in chosen:
        merge(one, change)
    settle_primary(elements, chosen)
    return [one for one in elements if one]


def _without(before: list[Element], chosen: list[Element], sub: Attribute | None) -> list[Element]:
    if sub is None:
        gone = {id(one) for one in chosen}
        return [one for one in before if id(one) not in gone]
    for one in chosen:
        one.pop(sub.name, None)
    return [one for one in before if one]


def _sub_change(sub: Attribute, operation: Operation) -> Element:
    return {sub.name: None if operation.op == "remove" else operation.value}


def _selects(selection: Filter, element: Element, attribute: Attribute) -> bool:
    def lookup(path: Path) -> Attribute | None:
        return attribute.sub(path.name)

    return matches(selection, element, lookup)
