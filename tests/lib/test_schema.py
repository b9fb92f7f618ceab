"""The description of the schemas: finding attributes, and what /Schemas publishes."""

import pytest
from scim2_models import Schema as StandardSchema

from lib.schema import ENTERPRISE_USER, GROUP, GROUP_RESOURCE, USER, USER_RESOURCE, Attribute, Schema, to_scim

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


@pytest.mark.parametrize(
    ("urn", "name", "sub", "found"),
    [
        (None, "username", None, "userName"),
        (None, "NAME", "GIVENNAME", "givenName"),
        (None, "meta", "lastModified", "lastModified"),
        (None, "externalId", None, "externalId"),
        ("urn:ietf:params:scim:schemas:core:2.0:user", "emails", "value", "value"),
        (ENTERPRISE, "department", None, "department"),
        (ENTERPRISE.upper(), "manager", "displayname", "displayName"),
    ],
)
def test_an_attribute_is_found_in_any_capitalisation_and_with_its_urn(
    urn: str | None, name: str, sub: str | None, found: str
) -> None:
    attribute = USER_RESOURCE.attribute(name, sub, urn=urn)

    assert attribute is not None
    assert attribute.name == found


@pytest.mark.parametrize(
    ("urn", "name", "sub"),
    [
        (None, "department", None),
        (None, "name", "nope"),
        (None, "userName", "x"),
        ("urn:x:y", "userName", None),
        (ENTERPRISE, "userName", None),
        (None, "", None),
        (None, "name", ""),
    ],
)
def test_what_is_no_attribute_is_not_found(urn: str | None, name: str, sub: str | None) -> None:
    assert USER_RESOURCE.attribute(name, sub, urn=urn) is None


def test_an_extension_is_found_by_its_urn_in_any_capitalisation() -> None:
    assert USER_RESOURCE.extension(ENTERPRISE.lower()) is ENTERPRISE_USER
    assert GROUP_RESOURCE.extension(ENTERPRISE) is None


def test_the_attributes_that_the_rules_rest_on_have_their_characteristics() -> None:
    user_name, password = USER_RESOURCE.attribute("userName"), USER_RESOURCE.attribute("password")
    groups, display_name = USER_RESOURCE.attribute("groups"), GROUP_RESOURCE.attribute("displayName")

    assert user_name is not None
    assert (user_name.required, user_name.case_exact, user_name.uniqueness) == (True, False, "server")
    assert password is not None
    assert (password.mutability, password.returned) == ("writeOnly", "never")
    assert groups is not None
    assert groups.mutability == "readOnly"
    assert display_name is not None
    assert display_name.required


@pytest.mark.parametrize("schema", [USER, GROUP, ENTERPRISE_USER], ids=lambda schema: str(schema.name))
def test_the_published_schema_is_one_that_a_strict_client_reads(schema: Schema) -> None:
    published = to_scim(schema)

    read = StandardSchema.model_validate(published)
    assert read.id == schema.urn
    assert [attribute.name for attribute in read.attributes or []] == [
        attribute.name for attribute in schema.attributes
    ]


def test_the_published_attribute_carries_all_its_characteristics() -> None:
    published = to_scim(USER)

    emails = next(attribute for attribute in published["attributes"] if attribute["name"] == "emails")
    kind = next(sub for sub in emails["subAttributes"] if sub["name"] == "type")
    assert emails["multiValued"] is True
    assert kind == {
        "name": "type",
        "type": "string",
        "multiValued": False,
        "description": "What the value is for.",
        "required": False,
        "caseExact": False,
        "mutability": "readWrite",
        "returned": "default",
        "uniqueness": "none",
        "canonicalValues": ["work", "home", "other"],
    }


@pytest.mark.parametrize("schema", [USER, GROUP, ENTERPRISE_USER], ids=lambda schema: str(schema.name))
def test_every_published_attribute_is_described_and_every_reference_says_to_what(schema: Schema) -> None:
    everything: list[Attribute] = [
        one for attribute in schema.attributes for one in (attribute, *attribute.sub_attributes)
    ]

    assert [one.name for one in everything if not one.description] == []
    assert [one.name for one in everything if one.type == "reference" and not one.reference_types] == []
