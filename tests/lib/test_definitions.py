"""Definitions of extensions: how they are read, and what they may say."""

from __future__ import annotations

from typing import Any

import pytest

from lib.schema import to_scim
from lib.schema.definitions import DefinitionError, read_definition
from lib.schema.rules import problems_of

URN = "urn:okta:acme:1.0:user:custom"
PART = {"name": "floor", "type": "integer"}


def definition(*attributes: Any, **more: Any) -> dict[str, Any]:
    return {"urn": URN, "name": "Acme", "attributes": list(attributes or [{"name": "badge"}]), **more}


def fields(sent: Any) -> list[str]:
    """The places of what is wrong, found by reading or by judging."""
    try:
        return [problem.field for problem in problems_of(read_definition(sent))]
    except DefinitionError as error:
        assert all(problem.sentence for problem in error.problems)
        return [problem.field for problem in error.problems]


@pytest.mark.parametrize(
    "urn",
    [
        URN,
        "urn:ietf:params:scim:schemas:extension:acme:2.0:User",
        "URN:ietf:params:scim:schemas:EXTENSION:acme:2.0:User",
        "urn:acme:users",
        "urn:okta:acme_1:1.0:user:custom",
    ],
)
def test_the_urns_that_okta_and_the_rfc_build_are_taken(urn: str) -> None:
    assert fields(definition(urn=urn)) == []


@pytest.mark.parametrize(
    "urn",
    [
        "",
        "custom",
        "urn:acme",
        "urn:acme:",
        "urn:acme::x",
        "http://acme.example/x",
        "urn:acme:x y",
        "urn:acme:x[y]",
        'urn:acme:"x"',
        "urn:acme:%41",
        "urn:acme:é",
        "urn:acme:" + "x" * 200,
        "urn:acme:x\n",
        "urn:ietf:params:scim:schemas:core:2.0:User",
        "urn:ietf:params:scim:schemas:core:2.0:Device",
        "urn:ietf:params:scim:api:messages:2.0:Error",
        "URN:IETF:PARAMS:SCIM:x",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:more",
        "urn:okta:scim:schemas:core:1.0:Role",
    ],
)
def test_what_is_no_urn_or_belongs_to_others_is_refused(urn: str) -> None:
    assert fields(definition(urn=urn.replace("\n", "\x00"))) == ["urn"]


@pytest.mark.parametrize("name", ["a", "badge", "cost-centre_2", "X" * 64, "pr", "value"])
def test_names_of_the_rfc_are_taken(name: str) -> None:
    assert fields(definition({"name": name})) == []


@pytest.mark.parametrize(
    "name", ["", " ", "2nd", "$ref", "a b", "a.b", "é", "a" * 65, "and", "OR", "Not", "a:b", "_a"]
)
def test_other_names_are_refused(name: str) -> None:
    assert fields(definition({"name": name})) == ["attributes[0].name"]


@pytest.mark.parametrize(
    ("attribute", "field"),
    [
        ({"type": "text"}, "type"),
        ({"type": ["string"]}, "type"),
        ({"mutability": "readonly"}, "mutability"),
        ({"returned": "sometimes"}, "returned"),
        ({"uniqueness": "yes"}, "uniqueness"),
        ({"uniqueness": "global"}, "uniqueness"),
        ({"multiValued": "true"}, "multiValued"),
        ({"required": 1}, "required"),
        ({"canonicalValues": "a,b"}, "canonicalValues"),
        ({"canonicalValues": [1]}, "canonicalValues"),
        ({"canonicalValues": [""]}, "canonicalValues"),
        ({"canonicalValues": ["x"] * 201}, "canonicalValues"),
        ({"type": "integer", "canonicalValues": ["1"]}, "canonicalValues"),
        ({"referenceTypes": ["User"]}, "referenceTypes"),
        ({"description": "x" * 501}, "description"),
        ({"description": "\x00"}, "description"),
        ({"description": None}, "description"),
        ({"unheard": 1}, "unheard"),
        ({"type": "complex"}, "subAttributes"),
        ({"subAttributes": [PART]}, "subAttributes"),
        ({"type": "complex", "subAttributes": {}}, "subAttributes"),
        (
            {"type": "complex", "subAttributes": [{**PART, "name": str(n)} for n in "ab"] * 16},
            "subAttributes",
        ),
        ({"type": "complex", "subAttributes": [{"name": "a", "type": "complex"}]}, "subAttributes[0].type"),
        ({"type": "complex", "subAttributes": [PART, {"name": "FLOOR"}]}, "subAttributes[1].name"),
        (
            {"type": "complex", "subAttributes": [{**PART, "uniqueness": "server"}]},
            "subAttributes[0].uniqueness",
        ),
        (
            {"type": "complex", "subAttributes": [{**PART, "multiValued": True}]},
            "subAttributes[0].multiValued",
        ),
        ({"type": "complex", "subAttributes": [{**PART, "returned": "never"}]}, "subAttributes[0].returned"),
        ({"type": "integer", "caseExact": True}, "caseExact"),
        ({"type": "reference", "caseExact": False}, "caseExact"),
        ({"type": "binary", "caseExact": False}, "caseExact"),
        ({"mutability": "readOnly", "required": True}, "required"),
        ({"mutability": "writeOnly", "returned": "default"}, "returned"),
        ({"mutability": "writeOnly", "uniqueness": "server"}, "uniqueness"),
        ({"returned": "never", "uniqueness": "server"}, "uniqueness"),
        ({"type": "boolean", "uniqueness": "server"}, "uniqueness"),
        ({"type": "binary", "uniqueness": "server"}, "uniqueness"),
        ({"type": "complex", "subAttributes": [PART], "uniqueness": "server"}, "uniqueness"),
    ],
)
def test_what_is_wrong_with_an_attribute_is_said_of_its_place(attribute: dict[str, Any], field: str) -> None:
    found = fields(definition({"name": "first"}, {"name": "second", **attribute}))

    assert set(found) >= {f"attributes[1].{field}"}
    assert {place.split(".")[0] for place in found} == {"attributes[1]"}


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ([], "definition"),
        (None, "definition"),
        (definition(id="x"), "id"),
        (definition(name=7), "name"),
        (definition(name=""), "name"),
        (definition(name="x" * 65), "name"),
        (definition(name="\ud800"), "name"),
        (definition(description="x" * 501), "description"),
        (definition(attributes=[]), "attributes"),
        (definition(attributes="badge"), "attributes"),
        (definition("badge"), "attributes"),
        (definition(*({"name": f"a{n}"} for n in range(101))), "attributes"),
        (definition({"name": "a"}, {"name": "A"}), "attributes[1].name"),
    ],
)
def test_what_is_wrong_with_the_whole_is_said_of_its_place(sent: Any, field: str) -> None:
    assert fields(sent) == [field]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    sent = definition({"name": "a b"}, {"name": "c", "uniqueness": "global"}, urn="custom", name="")

    assert fields(sent) == ["urn", "name", "attributes[0].name", "attributes[1].uniqueness"]


def test_what_is_published_can_be_read_again() -> None:
    schema = read_definition(
        definition(
            {"name": "badge", "caseExact": True, "uniqueness": "server", "description": "Number."},
            {"name": "site", "type": "reference"},
            {"name": "pin", "mutability": "writeOnly"},
            {"name": "kind", "canonicalValues": ["a", "b"], "returned": "request"},
            {
                "name": "spots",
                "type": "complex",
                "multiValued": True,
                "mutability": "immutable",
                "subAttributes": [PART],
            },
            description="All sorts.",
        )
    )
    published = to_scim(schema)

    again = read_definition(
        {"urn": published["id"], **{name: published[name] for name in ("name", "description", "attributes")}}
    )

    assert again == schema
    assert problems_of(schema) == []


def test_parts_are_changed_as_their_whole_is() -> None:
    whole = {"name": "spot", "type": "complex", "mutability": "immutable", "subAttributes": [PART]}

    (attribute,) = read_definition(definition(whole)).attributes

    assert [sub.mutability for sub in attribute.sub_attributes] == ["immutable"]
