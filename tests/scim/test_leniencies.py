"""Where clients are sloppy and the server is not strict: each leniency with the client that needs it.

Those that are told by a whole flow of a client have their test there (test_okta_users, test_okta_groups,
test_entra, test_patch_clients); what is sloppy about a tenant's own attributes is in test_extension_values.
"""

from __future__ import annotations

from typing import Any

import pytest

from directory.models import User
from tenants.models import Tenant
from tests.factories import USER_SCHEMA, make_credential, make_user
from tests.scim.client import ScimClient, body
from tests.scim.conftest import ENTERPRISE
from tests.scim.filtering import found

OKTA_CUSTOM = "urn:okta:onprem_app:1.0:user:custom"


def test_okta_calls_addresses_primary_and_secondary(okta: ScimClient) -> None:
    """OKTA.md 2.3: types beside the canonical ones of RFC 7643, 4.1.2."""
    emails = [
        {"value": "myemail@domain.com", "primary": True, "type": "primary"},
        {"value": "p@domain.com", "type": "secondary"},
    ]

    answer = okta.post("/Users", {"userName": "eve", "emails": emails})

    assert body(answer)["emails"] == emails


def test_okta_sends_the_manager_s_name_which_the_rfc_makes_read_only(okta: ScimClient) -> None:
    """OKTA.md 1.10: `manager{value,displayName}`."""
    manager = {"value": "00u1", "displayName": "Max"}

    answer = okta.post("/Users", {"userName": "eve", ENTERPRISE: {"manager": manager}})

    assert body(answer)[ENTERPRISE]["manager"] == manager


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_okta_sends_attributes_of_an_application_that_nobody_defined(
    okta: ScimClient, ada: User, method: str
) -> None:
    """OKTA.md 2.3 and 6.4, reason 12: an unknown extension is kept, and comes back."""
    custom = {"isAdmin": False, "isOkta": False, "departmentName": "Testing User"}
    sent = {"schemas": [USER_SCHEMA, OKTA_CUSTOM], "userName": "eve", OKTA_CUSTOM: custom}

    answer = okta.send(method, "/Users" if method == "POST" else f"/Users/{ada.id}", sent)

    assert body(answer)[OKTA_CUSTOM] == custom
    assert OKTA_CUSTOM in body(answer)["schemas"]


def test_okta_prints_patches_without_schemas(okta: ScimClient, ada: User) -> None:
    """OKTA.md 1.9: `{"Operations":[...]}` alone."""
    sent = {"Operations": [{"op": "replace", "value": {"active": False}}]}

    answer = okta.send("PATCH", f"/Users/{ada.id}", sent)

    assert body(answer)["active"] is False


@pytest.mark.parametrize("header", ["{}", "Bearer {}", "Bearer Bearer {}"])
def test_okta_s_header_mode_sends_what_is_typed(tenant: Tenant, header: str) -> None:
    """OKTA.md 1.11 and 6.4, reason 6: a raw token, one with the word before it, or with the word twice."""
    client = ScimClient(header.format(make_credential(tenant).token))

    assert client.get("/Users").status_code == 200


def test_okta_loses_the_body_on_a_redirect_to_an_address_with_a_slash(okta: ScimClient) -> None:
    """OKTA.md 6.4, reason 5: a 301 turns POST into GET."""
    assert okta.post("/Users/", {"userName": "eve"}).status_code == 201


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/scim+json", "application/json;charset=UTF-8"]
)
def test_okta_s_test_suite_posts_plain_json(okta: ScimClient, content_type: str) -> None:
    """OKTA.md 1.1: the BlazeMeter suite."""
    assert okta.send("POST", "/Users", {"userName": "eve"}, content_type=content_type).status_code == 201


@pytest.mark.parametrize(
    "nothing",
    [{"nickName": ""}, {"name": {}}, {"emails": []}, {"emails": [{}]}, {"title": None}, {"active": ""}],
)
def test_okta_pushes_empty_values_of_every_shape(
    okta: ScimClient, ada: User, nothing: dict[str, Any]
) -> None:
    """OKTA.md 1.4 and 6.4, reason 13: test plan C9337."""
    answer = okta.put(f"/Users/{ada.id}", {"userName": "ada", **nothing})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        'active eq "True"',
        'emails[type eq "work"].value eq "eve@example.com"',
        'emails[primary eq "True"].value eq "eve@example.com"',
    ],
)
def test_entra_filters_by_texts_for_booleans_and_behind_brackets(
    okta: ScimClient, tenant: Tenant, query: str
) -> None:
    """OKTA.md 4: matching filters."""
    make_user(tenant, "eve")
    make_user(tenant, "joe", active=False)

    assert found(okta, query) == "eve"


@pytest.mark.parametrize("value", ["True", "False"])
def test_entra_writes_booleans_as_texts_in_every_body(okta: ScimClient, ada: User, value: str) -> None:
    """OKTA.md 4: unless its address carries `?aadOptscim062020`."""
    answers = [
        okta.put(f"/Users/{ada.id}", {"userName": "ada", "active": value}),
        okta.patch(f"/Users/{ada.id}", {"op": "Replace", "path": "active", "value": value}),
    ]

    assert [body(answer)["active"] for answer in answers] == [value == "True"] * 2
