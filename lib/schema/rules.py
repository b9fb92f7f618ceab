"""What an extension of a tenant may be, so that validation, filters and paths all can deal with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lib.schema.definitions import EXACT, Problem
from lib.schema.model import Attribute, Schema

MOST_ATTRIBUTES = 100
MOST_SUB_ATTRIBUTES = 30
MOST_CANONICAL_VALUES = 200
LONGEST_URN = 200
LONGEST_NAME = 64
LONGEST_TEXT = 500

# What the paths of filters and PATCH can name.
_URN = re.compile(r"urn:[a-z0-9][a-z0-9-]{1,31}(?::[a-z0-9._-]+)+", re.IGNORECASE)
# RFC 7643, 2.1, without the dollar sign, which other systems trip over.
_NAME = re.compile(r"[a-z][a-z0-9_-]*", re.IGNORECASE)
_KEYWORDS = {"and", "or", "not"}
_SCIM = "urn:ietf:params:scim:"
_EXTENSIONS = "urn:ietf:params:scim:schemas:extension:"
_RESERVED = ("urn:ietf:params:scim:schemas:extension:enterprise:", "urn:okta:scim:")
_CASELESS = {"boolean", "integer", "decimal", "dateTime", "complex"}
_NEVER_UNIQUE = {"boolean", "binary", "complex"}
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def problems_of(schema: Schema) -> list[Problem]:
    """Everything that is wrong with the definition; empty if it can be used."""
    return [*_head(schema), *_attributes(schema.attributes, "attributes", most=MOST_ATTRIBUTES)]


def _head(schema: Schema) -> Iterator[Problem]:
    urn = schema.urn.lower()
    if not _URN.fullmatch(schema.urn) or len(schema.urn) > LONGEST_URN:
        yield Problem(
            "urn", f"Write a URN of at most {LONGEST_URN} characters: urn:okta:acme:1.0:user:custom."
        )
    elif urn.startswith(_SCIM) and not urn.startswith(_EXTENSIONS):
        yield Problem("urn", f"URNs below {_SCIM} belong to SCIM: begin with {_EXTENSIONS}.")
    elif urn.startswith(_RESERVED):
        yield Problem("urn", "This URN belongs to a schema that is there already: choose another.")
    if not schema.name or len(schema.name) > LONGEST_NAME:
        yield Problem("name", f"Give it a name of at most {LONGEST_NAME} characters.")
    yield from _storable(schema.name, "name")
    yield from _description(schema.description, "description")


def _attributes(attributes: Sequence[Attribute], where: str, *, most: int) -> Iterator[Problem]:
    if not attributes:
        yield Problem(where, "Define at least one attribute.")
    if len(attributes) > most:
        yield Problem(where, f"At most {most} are possible, not {len(attributes)}.")
    seen: set[str] = set()
    for place, attribute in enumerate(attributes):
        if attribute.name and attribute.name.lower() in seen:
            sentence = f"{attribute.name} is there already; capitalisation makes no difference."
            yield Problem(f"{where}[{place}].name", sentence)
        seen.add(attribute.name.lower())
        yield from _attribute(attribute, f"{where}[{place}]")


def _attribute(attribute: Attribute, where: str) -> Iterator[Problem]:
    name = attribute.name
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME or name.lower() in _KEYWORDS:
        sentence = f"Begin with a letter; letters, digits, - and _ may follow, at most {LONGEST_NAME}."
        yield Problem(f"{where}.name", f"{sentence} The words 'and', 'or' and 'not' are taken by filters.")
    yield from _description(attribute.description, f"{where}.description")
    yield from _parts(attribute, where)
    yield from _characteristics(attribute, where)
    yield from _values(attribute, where)


def _parts(attribute: Attribute, where: str) -> Iterator[Problem]:
    if attribute.type == "complex" and not attribute.sub_attributes:
        yield Problem(f"{where}.subAttributes", "Define the parts that it has, at least one.")
    elif attribute.type == "complex":
        yield from _attributes(attribute.sub_attributes, f"{where}.subAttributes", most=MOST_SUB_ATTRIBUTES)
    elif attribute.sub_attributes:
        yield Problem(f"{where}.subAttributes", "Only a complex attribute has parts: make its type complex.")
    for place, sub in enumerate(attribute.sub_attributes):
        if sub.type == "complex":
            sentence = "A part can't have parts itself (RFC 7643, 2.3.8): choose another type."
            yield Problem(f"{where}.subAttributes[{place}].type", sentence)


def _characteristics(attribute: Attribute, where: str) -> Iterator[Problem]:
    kind = attribute.type
    if attribute.case_exact and kind in _CASELESS:
        yield Problem(f"{where}.caseExact", f"A {kind} has no capitalisation: leave it off.")
    if not attribute.case_exact and kind in EXACT:
        yield Problem(f"{where}.caseExact", f"A {kind} is always compared exactly: leave it out.")
    if attribute.required and attribute.mutability == "readOnly":
        yield Problem(f"{where}.required", "Nobody could send it, as it is readOnly: choose one of the two.")
    if attribute.mutability == "writeOnly" and attribute.returned != "never":
        yield Problem(f"{where}.returned", "What is writeOnly is never returned: choose never.")
    yield from _uniqueness(attribute, where)


def _uniqueness(attribute: Attribute, where: str) -> Iterator[Problem]:
    if attribute.uniqueness == "none":
        return
    if attribute.uniqueness == "global":
        yield Problem(f"{where}.uniqueness", "Lockstep can only watch its own users: choose server.")
    elif attribute.type in _NEVER_UNIQUE:
        yield Problem(f"{where}.uniqueness", f"A {attribute.type} can't be unique: choose none.")
    elif attribute.is_hidden:
        sentence = "A refusal would tell what nobody may read: choose none, or return it."
        yield Problem(f"{where}.uniqueness", sentence)


def _values(attribute: Attribute, where: str) -> Iterator[Problem]:
    values = attribute.canonical_values
    if values and attribute.type != "string":
        yield Problem(f"{where}.canonicalValues", "Only a string has usual values: leave them out.")
    if len(values) > MOST_CANONICAL_VALUES:
        yield Problem(f"{where}.canonicalValues", f"At most {MOST_CANONICAL_VALUES} are possible.")
    for text in (*values, *attribute.reference_types):
        if not text or len(text) > LONGEST_TEXT:
            yield Problem(f"{where}.canonicalValues", f"Each value has 1 to {LONGEST_TEXT} characters.")
        yield from _storable(text, f"{where}.canonicalValues")
    if attribute.reference_types and attribute.type != "reference":
        yield Problem(f"{where}.referenceTypes", "Only a reference refers to something: leave them out.")


def _description(text: str, where: str) -> Iterator[Problem]:
    if len(text) > LONGEST_TEXT:
        yield Problem(where, f"At most {LONGEST_TEXT} characters are possible.")
    yield from _storable(text, where)


def _storable(text: str, where: str) -> Iterator[Problem]:
    if _UNSTORABLE.search(text):
        yield Problem(where, "It holds a NUL character or half a surrogate pair: leave it out.")
