"""Reads the definition of an extension; attributes are in the form of /Schemas (RFC 7643 section 7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from lib.schema.model import Attribute, AttributeType, Mutability, Returned, Schema, Uniqueness

# Always compared exactly (RFC 7643, 2.3.6 and 2.3.7).
EXACT = frozenset({"binary", "reference"})
_WORDS: Mapping[str, tuple[str, ...]] = {
    "type": get_args(AttributeType),
    "mutability": get_args(Mutability),
    "returned": get_args(Returned),
    "uniqueness": get_args(Uniqueness),
}
_FLAGS = ("multiValued", "required", "caseExact")
_LISTS = ("canonicalValues", "referenceTypes")
_NAMES = frozenset({"name", "description", "subAttributes", *_WORDS, *_FLAGS, *_LISTS})
_OF_THE_WHOLE = ("mutability", "returned", "uniqueness", "multiValued")


@dataclass(frozen=True)
class Problem:
    """`field` is the place in the definition, such as `attributes[2].type`; the sentence says what to do."""

    field: str
    sentence: str


class DefinitionError(ValueError):
    """The definition can't be used; it has one problem or more."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(" ".join(f"{problem.field}: {problem.sentence}" for problem in problems))
        self.problems = problems


def read_definition(sent: object) -> Schema:
    """The schema in an object with `urn`, `name`, `description` and `attributes`. Raises DefinitionError.

    What it says is not judged: see `problems_of`.
    """
    if not isinstance(sent, dict):
        raise DefinitionError(Problem("definition", "Send an object with urn, name and attributes."))
    _refuse_unknown(sent, {"urn", "name", "description", "attributes"}, "")
    return Schema(
        urn=_text(sent, "urn", ""),
        name=_text(sent, "name", ""),
        description=_text(sent, "description", ""),
        attributes=read_attributes(sent.get("attributes", [])),
    )


def read_attributes(sent: object, where: str = "attributes") -> tuple[Attribute, ...]:
    """Raises DefinitionError."""
    return tuple(
        _attribute(entry, f"{where}[{place}]") for place, entry in enumerate(_list(sent, where, dict))
    )


def _attribute(sent: Mapping[str, Any], where: str) -> Attribute:
    _refuse_unknown(sent, _NAMES, where)
    words = {name: _word(sent, name, where) for name in _WORDS if name in sent}
    kind, mutability = words.get("type", "string"), words.get("mutability", "readWrite")
    hidden = mutability == "writeOnly"
    flags = {name: _flag(sent, name, where) for name in _FLAGS}
    return Attribute(
        name=_text(sent, "name", where),
        type=kind,
        multi_valued=bool(flags["multiValued"]),
        required=bool(flags["required"]),
        case_exact=kind in EXACT if flags["caseExact"] is None else flags["caseExact"],
        mutability=mutability,
        returned=words.get("returned", "never" if hidden else "default"),
        uniqueness=words.get("uniqueness", "none"),
        sub_attributes=_subs(sent.get("subAttributes", []), f"{where}.subAttributes", mutability),
        canonical_values=_texts(sent, "canonicalValues", where),
        reference_types=_texts(sent, "referenceTypes", where) or _usual_references(kind),
        description=_text(sent, "description", where),
    )


def _subs(sent: object, where: str, mutability: Mutability) -> tuple[Attribute, ...]:
    """Sub-attributes are changed, returned and unique as the whole that they are in is."""
    read = []
    for place, entry in enumerate(_list(sent, where, dict)):
        own = {**entry, "mutability": mutability, "returned": "default"}
        usual = {"mutability": mutability, "returned": "default", "uniqueness": "none", "multiValued": False}
        for name in _OF_THE_WHOLE:
            if entry.get(name, usual[name]) != usual[name]:
                sentence = f"{name} is said of the whole attribute: leave it out here."
                raise DefinitionError(Problem(f"{where}[{place}].{name}", sentence))
        read.append(_attribute(own, f"{where}[{place}]"))
    return tuple(read)


def _usual_references(kind: str) -> tuple[str, ...]:
    return ("external",) if kind == "reference" else ()


def _refuse_unknown(sent: Mapping[str, Any], known: set[str] | frozenset[str], where: str) -> None:
    for name in sent:
        if name not in known:
            raise DefinitionError(
                Problem(_at(where, name), f"Unknown. Known are {', '.join(sorted(known))}.")
            )


def _text(sent: Mapping[str, Any], name: str, where: str) -> str:
    value = sent.get(name, "")
    if not isinstance(value, str):
        raise DefinitionError(Problem(_at(where, name), "Send a text."))
    return value.strip()


def _word(sent: Mapping[str, Any], name: str, where: str) -> Any:
    if sent[name] not in _WORDS[name]:
        raise DefinitionError(Problem(_at(where, name), f"Choose one of {', '.join(_WORDS[name])}."))
    return sent[name]


def _flag(sent: Mapping[str, Any], name: str, where: str) -> bool | None:
    value = sent.get(name)
    if value is not None and not isinstance(value, bool):
        raise DefinitionError(Problem(_at(where, name), "Send true or false."))
    return value


def _texts(sent: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
    return tuple(text.strip() for text in _list(sent.get(name, []), _at(where, name), str))


def _list(sent: object, where: str, kind: type[Any]) -> list[Any]:
    if not isinstance(sent, list) or not all(isinstance(entry, kind) for entry in sent):
        what = "objects" if kind is dict else "texts"
        raise DefinitionError(Problem(where, f"Send a list of {what}."))
    return sent


def _at(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name
