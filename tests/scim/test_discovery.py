"""The discovery documents say what is true (RFC 7643, sections 5 to 7; RFC 7644, section 4)."""

from __future__ import annotations

from typing import Any

import pytest
from scim2_models import Schema as StandardSchema

from directory.models import User
from tenants.models import Tenant
from tests.factories import make_user
from tests.schemas import CUSTOM, EVERY_RULE, EVERY_TYPE, define
from tests.scim.client import ScimClient, assert_scim_error, body

CORE = "urn:ietf:params:scim:schemas:core:2.0"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


@pytest.fixture
def config(okta: ScimClient) -> dict[str, Any]:
    return body(okta.get("/ServiceProviderConfig"))


@pytest.fixture
def ada(tenant: Tenant) -> User:
    return make_user(tenant, "ada", displayName="Zoe")


def attribute(okta: ScimClient, schema: str, name: str) -> dict[str, Any]:
    attributes = body(okta.get(f"/Schemas/{schema}"))["attributes"]
    found: dict[str, Any] = next(one for one in attributes if one["name"] == name)
    return found


def test_the_configuration_names_itself(okta: ScimClient, config: dict[str, Any]) -> None:
    assert config["schemas"] == [f"{CORE}:ServiceProviderConfig"]
    assert config["meta"]["resourceType"] == "ServiceProviderConfig"
    assert config["meta"]["location"] == "http://testserver/scim/v2/ServiceProviderConfig"


def test_patch_is_supported_as_said(okta: ScimClient, config: dict[str, Any], ada: User) -> None:
    answer = okta.patch(f"/Users/{ada.id}", {"op": "replace", "value": {"title": "x"}})

    assert config["patch"]["supported"] is True
    assert answer.status_code == 200


def test_filter_is_supported_up_to_the_number_said(
    okta: ScimClient, config: dict[str, Any], ada: User
) -> None:
    most = config["filter"]["maxResults"]

    answer = body(okta.get("/Users", filter='userName eq "ada"', count=most + 1))

    assert config["filter"]["supported"] is True
    assert answer["totalResults"] == 1
    assert most == 1000


def test_bulk_is_supported_up_to_the_limits_said(okta: ScimClient, config: dict[str, Any]) -> None:
    assert config["bulk"] == {"supported": True, "maxOperations": 1000, "maxPayloadSize": 8 * 1024 * 1024}
    assert okta.post("/Bulk", {"Operations": []}).status_code == 200
    assert_scim_error(okta.post("/Bulk", {"Operations": [{}] * 1001}), 413)


def test_sort_is_supported_as_said(okta: ScimClient, config: dict[str, Any], ada: User) -> None:
    make_user(ada.tenant, "aaron", displayName="Aaron")

    found = body(okta.get("/Users", sortBy="displayName"))["Resources"]

    assert config["sort"]["supported"] is True
    assert [user["userName"] for user in found] == ["aaron", "ada"]


def test_etag_is_supported_as_said(okta: ScimClient, config: dict[str, Any], ada: User) -> None:
    answer = okta.get(f"/Users/{ada.id}")

    assert config["etag"]["supported"] is True
    assert answer["ETag"] == body(answer)["meta"]["version"] == 'W/"1"'


def test_changing_the_password_is_not_supported_as_said(
    okta: ScimClient, config: dict[str, Any], ada: User
) -> None:
    okta.patch(f"/Users/{ada.id}", {"op": "replace", "value": {"password": "new-secret"}})

    ada.refresh_from_db()
    assert config["changePassword"]["supported"] is False
    assert ada.version == 1


def test_the_authentication_schemes_are_those_that_work(config: dict[str, Any]) -> None:
    schemes = [(scheme["type"], scheme.get("primary", False)) for scheme in config["authenticationSchemes"]]

    assert schemes == [("oauthbearertoken", True), ("httpbasic", False)]


def test_each_resource_type_is_served_where_it_says(okta: ScimClient) -> None:
    found = body(okta.get("/ResourceTypes"))

    assert found["totalResults"] == 2
    assert [(kind["name"], kind["schema"]) for kind in found["Resources"]] == [
        ("User", f"{CORE}:User"),
        ("Group", f"{CORE}:Group"),
    ]
    assert found["Resources"][0]["schemaExtensions"] == [{"schema": ENTERPRISE, "required": False}]
    for kind in found["Resources"]:
        assert okta.get(kind["endpoint"]).status_code == 200
        assert okta.get(f"/Schemas/{kind['schema']}").status_code == 200
        assert body(okta.get(f"/ResourceTypes/{kind['id']}")) == kind


def test_each_schema_is_found_by_its_id(okta: ScimClient) -> None:
    found = body(okta.get("/Schemas"))

    assert {schema["id"] for schema in found["Resources"]} == {f"{CORE}:User", f"{CORE}:Group", ENTERPRISE}
    for schema in found["Resources"]:
        assert body(okta.get(f"/Schemas/{schema['id']}")) == schema
        assert schema["meta"]["resourceType"] == "Schema"
        assert schema["meta"]["location"].endswith(f"/scim/v2/Schemas/{schema['id']}")


@pytest.mark.parametrize(
    ("schema", "name", "sent"),
    [("User", "userName", {"displayName": "x"}), ("Group", "displayName", {"externalId": "x"})],
)
def test_what_is_published_as_required_is_required(
    okta: ScimClient, schema: str, name: str, sent: dict[str, str]
) -> None:
    published = attribute(okta, f"{CORE}:{schema}", name)

    answer = okta.post(f"/{schema}s", sent)

    assert published["required"] is True
    assert_scim_error(answer, 400, "invalidValue")
    assert name in body(answer)["detail"]


def test_what_is_published_as_unique_is_unique(okta: ScimClient, ada: User) -> None:
    published = attribute(okta, f"{CORE}:User", "userName")

    answer = okta.post("/Users", {"userName": "ADA"})

    assert published["uniqueness"] == "server"
    assert published["caseExact"] is False
    assert answer.status_code == 409


def test_what_is_published_as_never_returned_is_not(okta: ScimClient) -> None:
    published = attribute(okta, f"{CORE}:User", "password")

    created = body(okta.post("/Users", {"userName": "ada", "password": "secret"}))

    assert (published["returned"], published["mutability"]) == ("never", "writeOnly")
    assert "password" not in created
    assert "password" not in body(okta.get(f"/Users/{created['id']}", attributes="password"))


def test_what_is_published_as_read_only_is_not_written(okta: ScimClient, ada: User) -> None:
    published = attribute(okta, f"{CORE}:User", "groups")

    answer = okta.put(f"/Users/{ada.id}", {"userName": "ada", "groups": [{"value": "made up"}]})

    assert published["mutability"] == "readOnly"
    assert "groups" not in body(answer)


def test_a_tenant_s_own_schemas_are_published_to_it_alone(
    okta: ScimClient, foreign: ScimClient, tenant: Tenant
) -> None:
    """OKTA.md 1.8: Okta imports extensions from `schemaExtensions` and `/Schemas`."""
    group = "urn:okta:acme:1.0:group:custom"
    define(tenant, *EVERY_TYPE, *EVERY_RULE)
    define(tenant, {"name": "budget"}, urn=group, resource="Group")

    types = {
        kind["id"]: kind.get("schemaExtensions") for kind in body(okta.get("/ResourceTypes"))["Resources"]
    }
    published = body(okta.get(f"/Schemas/{CUSTOM}"))

    assert types["User"] == [
        {"schema": ENTERPRISE, "required": False},
        {"schema": CUSTOM, "required": True},
    ]
    assert types["Group"] == [{"schema": group, "required": False}]
    assert len(body(okta.get("/Schemas"))["Resources"]) == 5
    assert StandardSchema.model_validate(published).id == CUSTOM
    for defined in (*EVERY_TYPE, *EVERY_RULE):
        (found,) = (one for one in published["attributes"] if one["name"] == defined["name"])
        assert {name: found[name] for name in defined if name != "subAttributes"} == {
            name: value for name, value in defined.items() if name != "subAttributes"
        }
    assert_scim_error(foreign.get(f"/Schemas/{CUSTOM}"), 404)
    assert CUSTOM not in str(body(foreign.get("/ResourceTypes")))


@pytest.mark.parametrize(
    "path", ["/Schemas/urn:x", "/Schemas/User", "/ResourceTypes/Device", "/ServiceProviderConfig/1"]
)
def test_an_unknown_id_is_404(okta: ScimClient, path: str) -> None:
    assert_scim_error(okta.get(path), 404)
