"""What of a sent document is kept, and what is refused."""

import json
from typing import Any

import pytest

from lib.documents import Document, DocumentError, clean
from lib.schema import GROUP_RESOURCE, USER_RESOURCE

CORE_USER = "urn:ietf:params:scim:schemas:core:2.0:User"
CORE_GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
ENTRA_GROUP = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"


def clean_user(**attributes: Any) -> Document:
    return clean({"schemas": [CORE_USER], "userName": "ada", **attributes}, USER_RESOURCE)


def clean_group(**attributes: Any) -> Document:
    return clean({"displayName": "Engineers", **attributes}, GROUP_RESOURCE)


def test_a_user_as_okta_creates_it_keeps_all_but_password_and_groups() -> None:
    body = json.loads("""
        {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"test.user@okta.local",
         "name":{"givenName":"Test","familyName":"User"},
         "emails":[{"primary":true,"value":"test.user@okta.local","type":"work"}],
         "displayName":"Test User","locale":"en-US","externalId":"00ujl29u0le5T6Aj10h7","groups":[],
         "password":"1mz050nq","active":true}""")

    document = clean(body, USER_RESOURCE)

    assert document == {name: value for name, value in body.items() if name not in {"groups", "password"}}


def test_a_group_as_okta_creates_it_is_kept() -> None:
    body = {"schemas": [CORE_GROUP], "displayName": "Test SCIMv2", "members": []}

    document = clean(body, GROUP_RESOURCE)

    assert document == {"schemas": [CORE_GROUP], "displayName": "Test SCIMv2"}


def test_a_group_as_entra_creates_it_is_kept_with_its_foreign_schema() -> None:
    body = {"schemas": [CORE_GROUP, ENTRA_GROUP], "externalId": "e1", "displayName": "G"}

    assert clean(body, GROUP_RESOURCE) == body


def test_known_names_get_their_spelling_and_unknown_ones_keep_theirs() -> None:
    document = clean(
        {
            "USERNAME": "ada",
            "Name": {"GIVENNAME": "Ada", "petName": "A"},
            "shoeSize": 38,
            ENTERPRISE.lower(): {"Department": "E"},
        },
        USER_RESOURCE,
    )

    assert document == {
        "schemas": [CORE_USER, ENTERPRISE],
        "userName": "ada",
        "name": {"givenName": "Ada", "petName": "A"},
        "shoeSize": 38,
        ENTERPRISE: {"department": "E"},
    }


def test_an_unknown_extension_stays_as_sent_and_is_listed() -> None:
    extension: dict[str, Any] = {"isAdmin": False, "nothing": None, "list": [], "UPPER": {"a": [1]}}

    document = clean_user(**{"urn:okta:app:1.0:user:custom": extension})

    assert document["urn:okta:app:1.0:user:custom"] == extension
    assert document["schemas"] == [CORE_USER, "urn:okta:app:1.0:user:custom"]


@pytest.mark.parametrize("schemas", [None, [], [CORE_USER.upper()], [CORE_USER, CORE_USER]])
def test_the_core_schema_is_listed_once_whatever_was_sent(schemas: Any) -> None:
    assert clean_user(schemas=schemas)["schemas"] == [CORE_USER]


def test_what_a_client_cannot_set_falls_away_whatever_its_type() -> None:
    document = clean_user(id=5, META={"x": 1}, groups="all", password="secret")

    assert document == {"schemas": [CORE_USER], "userName": "ada"}


def test_null_and_empty_lists_mean_unassigned_at_every_level() -> None:
    document = clean_user(
        active=None,
        title=None,
        emails=[],
        roles=[None, {}],
        name={"givenName": None},
        addresses=[{"country": None}],
        **{ENTERPRISE: {"manager": {"value": None}}},
    )

    assert document == {"schemas": [CORE_USER], "userName": "ada"}


def test_empty_strings_are_kept_as_sent() -> None:
    document = clean_user(title="", name={"middleName": ""})

    assert (document["title"], document["name"]) == ("", {"middleName": ""})


def test_booleans_written_as_words_become_booleans() -> None:
    document = clean_user(active="False", emails=[{"value": "a", "primary": "True"}])

    assert document["active"] is False
    assert document["emails"] == [{"value": "a", "primary": True}]


def test_addresses_are_not_judged() -> None:
    assert clean_user(emails=[{"value": "x@okta.local"}])["emails"] == [{"value": "x@okta.local"}]


@pytest.mark.parametrize(
    ("attributes", "named"),
    [
        ({"userName": 5}, "userName must be a string"),
        ({"externalId": {"a": 1}}, "externalId"),
        ({"active": "maybe"}, "active must be true or false"),
        ({"active": 1}, "active"),
        ({"name": "Ada"}, "name must be an object"),
        ({"name": {"givenName": ["A"]}}, "name.givenName"),
        ({"emails": {"value": "a"}}, "emails must be a list"),
        ({"emails": ["a@x"]}, "emails must be an object"),
        ({"emails": [{"value": 1}]}, "emails.value"),
        ({"emails": [{"primary": "x"}]}, "emails.primary"),
        ({ENTERPRISE: "x"}, "enterprise"),
        ({ENTERPRISE: {"manager": "m"}}, "manager must be an object"),
        ({"schemas": CORE_USER}, "schemas must be a list"),
        ({"schemas": [1]}, "schemas must be a list"),
        ({CORE_USER: {"userName": "x"}}, "stand at the top"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_by_name(attributes: dict[str, Any], named: str) -> None:
    with pytest.raises(DocumentError, match=named) as caught:
        clean_user(**attributes)

    assert caught.value.scim_type == "invalidValue"


@pytest.mark.parametrize("value", ["", "  ", None, []])
def test_a_user_needs_a_user_name_and_a_group_a_display_name(value: Any) -> None:
    with pytest.raises(DocumentError, match="userName is required"):
        clean_user(userName=value)
    with pytest.raises(DocumentError, match="displayName is required"):
        clean_group(displayName=value)


@pytest.mark.parametrize("body", [None, 1, "x", [], [{"userName": "ada"}], True])
def test_only_an_object_is_a_document(body: object) -> None:
    with pytest.raises(DocumentError) as caught:
        clean(body, USER_RESOURCE)

    assert caught.value.scim_type == "invalidSyntax"


@pytest.mark.parametrize(
    "attributes",
    [
        {"username": "bob"},
        {"name": {"givenName": "a", "GivenName": "b"}},
        {"title": "a", "Title": None},
        {ENTERPRISE: {}, ENTERPRISE.upper(): {}},
    ],
)
def test_two_spellings_of_one_attribute_are_refused(attributes: dict[str, Any]) -> None:
    with pytest.raises(DocumentError, match="are one attribute") as caught:
        clean_user(**attributes)

    assert caught.value.scim_type == "invalidSyntax"


def test_two_primary_values_of_one_attribute_are_refused() -> None:
    with pytest.raises(DocumentError, match="emails has more than one value with primary true"):
        clean_user(emails=[{"value": "a", "primary": True}, {"value": "b", "primary": "true"}])


def test_cleaning_twice_changes_nothing() -> None:
    once = clean_user(
        active="True", emails=[{"value": "a"}], **{ENTERPRISE: {"department": "E"}}, extra={"a": None}
    )

    assert clean(once, USER_RESOURCE) == once
