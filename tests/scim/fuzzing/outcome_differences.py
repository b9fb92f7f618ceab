"""Where a PATCH ends otherwise here than with scim2-models, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lib.documents import Document
from lib.schema import Attribute
from tests.scim.fuzzing.asked import Asked, Operation
from tests.scim.fuzzing.oracle import Refusal

Outcome = Document | Refusal


@dataclass(frozen=True)
class OutcomeDifference:
    """`holds` tells from the operation, our outcome and the oracle's whether this is why they differ."""

    name: str
    reason: str
    holds: Callable[[Asked, Outcome, Outcome], bool]
    example: tuple[Operation, Document]


def _is_contradiction(asked: Asked, ours: Outcome, theirs: Outcome) -> bool:
    no_match = asked.path.filter is not None and not asked.selected
    return no_match and (_scim_type(ours), _scim_type(theirs)) == ("noTarget", "invalidValue")


def _is_second_primary(asked: Asked, ours: Outcome, theirs: Outcome) -> bool:
    return isinstance(ours, Refusal) and "more than one value with primary true" in ours.message


def _is_two_faults(asked: Asked, ours: Outcome, theirs: Outcome) -> bool:
    no_element = bool(asked.path.filter) and not asked.path.sub and not isinstance(asked.value, dict)
    return no_element and (_scim_type(ours), _scim_type(theirs)) == ("invalidValue", "noTarget")


def _is_no_address(asked: Asked, ours: Outcome, theirs: Outcome) -> bool:
    sub = asked.attribute.sub(asked.path.sub) if asked.path.sub else asked.attribute
    is_text = asked.value in ("", "x") and sub is not None and sub.type == "reference"
    return is_text and isinstance(ours, dict) and _scim_type(theirs) == "invalidValue"


def _is_emptied(asked: Asked, ours: Outcome, theirs: Outcome) -> bool:
    sub = asked.attribute.sub(asked.path.sub) if asked.path.sub else asked.attribute
    empties = sub is not None and _empties(asked.value, sub)
    return empties and isinstance(ours, dict) and _scim_type(theirs) == "invalidValue"


def _empties(value: Any, attribute: Attribute) -> bool:
    """Whether an empty text stands where only something else can."""
    match value:
        case list():
            return any(_empties(one, attribute) for one in value)
        case dict():
            parts = ((part, attribute.sub(name)) for name, part in value.items())
            return any(sub is not None and _empties(part, sub) for part, sub in parts)
        case "":
            return attribute.type in {"boolean", "integer", "decimal", "dateTime", "binary"}
    return False


def _scim_type(outcome: Outcome) -> str | None:
    return outcome.scim_type if isinstance(outcome, Refusal) else None


OUTCOMES = (
    OutcomeDifference(
        "a value that the filter would not select",
        "Nothing matches, and what would be made does not match either: noTarget (RFC 7644 3.5.2.3). "
        "scim2-models 0.12.3 says invalidValue.",
        _is_contradiction,
        ({"op": "replace", "path": 'emails[value eq "a@x"].value', "value": "b@x"}, {}),
    ),
    OutcomeDifference(
        "two made primary at once",
        "RFC 7643 2.4 allows one; which is meant can't be known, so it is refused. scim2-models 0.12.3 "
        "takes the one that was not primary before.",
        _is_second_primary,
        (
            {"op": "add", "path": "emails.primary", "value": True},
            {"emails": [{"value": "a@x", "primary": True}, {"value": "b@x"}]},
        ),
    ),
    OutcomeDifference(
        "a wrong value where nothing matches",
        "Both are faults; the value is looked at first here, and the filter first by scim2-models 0.12.3.",
        _is_two_faults,
        ({"op": "replace", "path": 'emails[type eq "work"]', "value": "a@x"}, {}),
    ),
    OutcomeDifference(
        "a reference that is no address",
        "Okta's test plan pushes empty texts to any attribute (OKTA.md 1.4). References are "
        "kept as sent. scim2-models 0.12.3 refuses what is no URI.",
        _is_no_address,
        ({"op": "replace", "path": "profileUrl", "value": ""}, {}),
    ),
    OutcomeDifference(
        "an empty text for what is no text",
        "Okta's test plan (C9337, OKTA.md 1.4) empties attributes of any type in that way: it unassigns. "
        "scim2-models 0.12.3 refuses it.",
        _is_emptied,
        ({"op": "add", "path": "emails.primary", "value": ""}, {"emails": [{"value": "a"}]}),
    ),
)
