"""Where PATCH means something else to scim2-models, each with its reason: what it is asked instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from lib.documents import Document
from lib.filters import And, Compare, Filter, Not, Path, Present
from lib.schema import ENTERPRISE_USER, Attribute
from scim.patch.selections import described_element
from tests.scim.fuzzing.asked import Asked, Operation
from tests.scim.fuzzing.differences import as_asked_inside, without_needless_parentheses
from tests.scim.fuzzing.documents import what_makes_one

Answer = list[Asked] | None


@dataclass(frozen=True)
class PatchDifference:
    """`asked` gives the operations that mean the same to the oracle; None if it means what we mean.

    For `example`, an operation and what a user holds, the two differ as long as this entry is needed.
    """

    name: str
    reason: str
    asked: Callable[[Asked], Answer]
    example: tuple[Operation, Document]


def _null(asked: Asked) -> Answer:
    empty = asked.value is None or (asked.value == [] and not asked.is_list)
    if asked.op == "remove" or not empty:
        return None
    if asked.op == "add" and asked.is_list:
        # Of values nothing more comes; those that are there stay.
        return []
    if asked.path.filter is None or asked.selected:
        return [replace(asked, op="remove", value=None)]
    described = described_element(asked.path.filter, asked.attribute)
    if described and asked.would_select(described):
        return []
    return [replace(asked, op="replace", value=None)]


def _sub_of_none(asked: Asked) -> Answer:
    path = asked.path
    if (
        asked.op == "remove"
        or asked.before
        or path.filter
        or not path.sub
        or not asked.attribute.multi_valued
    ):
        return None
    return [asked.at(None, op="add", value=[{path.sub: asked.value}])]


def _added(asked: Asked) -> Answer:
    if asked.op != "add" or not asked.is_list:
        return None
    there = [dict(one) for one in asked.before or []]
    return [
        _added_one(asked, there, one)
        for one in (asked.value if isinstance(asked.value, list) else [asked.value])
        if one is not None
    ]


def _added_one(asked: Asked, there: list[Document], new: Any) -> Asked:
    if not isinstance(new, dict):
        return asked.at(None, op="add", value=[new])
    same = next((one for one in there if what_makes_one(one) == what_makes_one(new)), None)
    if same is None:
        there.append(dict(new))
        return asked.at(None, op="add", value=[new])
    only = _exactly(same, asked.attribute)
    same.update(new)
    return asked.at(only, op="add", value=new)


def _exactly(element: Document, attribute: Attribute) -> Filter:
    """The filter that selects this element only; another may have taken `primary` from it."""
    names = [sub.name for sub in attribute.sub_attributes if sub.name != "primary"]
    return And(
        tuple(
            Compare(Path(None, name), "eq", element[name])
            if name in element
            else Not(Present(Path(None, name)))
            for name in names
        )
    )


def _replaced_element(asked: Asked) -> Answer:
    if asked.op != "replace" or not asked.path.filter or asked.path.sub or not isinstance(asked.value, dict):
        return None
    nothing = {sub.name: None for sub in asked.attribute.sub_attributes}
    return [replace(asked, value={**nothing, **asked.value})] if asked.selected else None


def _bare_manager(asked: Asked) -> Answer:
    if asked.attribute.name != "manager" or asked.path.sub or not isinstance(asked.value, str):
        return None
    return [replace(asked, value={"value": asked.value})]


def _listed_texts(asked: Asked) -> Answer:
    if asked.op != "remove" or not isinstance(asked.value, list):
        return None
    objects = [{"value": one} if isinstance(one, str) else one for one in asked.value if one != {}]
    return [replace(asked, value=objects)] if objects != asked.value else None


PATCHES = (
    PatchDifference(
        "null and the empty list unassign",
        "RFC 7643 2.5 makes them one with what is not there, and Okta sends nulls back; so an add or replace "
        "of them removes, makes no element, and adds none to several. scim2-models 0.12.3 refuses an add of "
        "null, takes the empty list for a value of a wrong type, and makes the element that the filter "
        "describes.",
        _null,
        ({"op": "add", "path": "title", "value": None}, {"title": "Countess"}),
    ),
    PatchDifference(
        "a part of an element that is not there yet",
        "RFC 7644 3.5.2.1: what does not exist is added. scim2-models 0.12.3 changes nothing.",
        _sub_of_none,
        ({"op": "add", "path": "emails.value", "value": "a@x"}, {}),
    ),
    PatchDifference(
        "adding merges",
        "An element of the same type and value is the same one (RFC 7643 2.4: no two of both alike) and "
        "takes on the rest. scim2-models 0.12.3 adds another one unless all of it is alike.",
        _added,
        (
            {"op": "add", "path": "emails", "value": [{"value": "a@x", "display": "A"}]},
            {"emails": [{"value": "a@x"}]},
        ),
    ),
    PatchDifference(
        "a replaced element keeps nothing",
        "RFC 7644 3.5.2.3: all matching record values shall be replaced. scim2-models 0.12.3 keeps the "
        "sub-attributes that are not sent.",
        _replaced_element,
        (
            {"op": "replace", "path": 'emails[value eq "a@x"]', "value": {"value": "b@x"}},
            {"emails": [{"value": "a@x", "type": "work"}]},
        ),
    ),
    PatchDifference(
        "a bare manager",
        "Entra sends the manager as a bare id (OKTA.md 4). scim2-models 0.12.3 refuses it.",
        _bare_manager,
        ({"op": "add", "path": f"{ENTERPRISE_USER.urn}:manager", "value": "m1"}, {}),
    ),
    PatchDifference(
        "values to remove as bare texts",
        "As in the members of a group, a bare text is the value. scim2-models 0.12.3 wants objects.",
        _listed_texts,
        ({"op": "remove", "path": "roles", "value": ["a"]}, {"roles": [{"value": "a"}]}),
    ),
)


def asked_of_oracle(
    operation: Operation, document: Document, differences: tuple[PatchDifference, ...] = PATCHES
) -> list[Operation]:
    """The operations by which the oracle means what ours means by this one."""
    asked = Asked.read(operation, document)
    if asked.path.filter:
        selection = without_needless_parentheses(as_asked_inside(asked.path.filter))
        asked = replace(asked, path=replace(asked.path, filter=selection))
    for difference in differences:
        found = difference.asked(asked)
        if found is not None:
            return [one.operation() for one in found]
    return [asked.operation()]
