"""Roles and entitlements of a user, as Okta grants them and takes them away (OKTA.md, 1.8)."""

from __future__ import annotations

import pytest

from tenants.models import Tenant
from tests.factories import make_user, user_document
from tests.scim.client import ScimClient, body


@pytest.mark.parametrize("known", [True, False], ids=["in the catalogue", "unknown"])
def test_what_okta_grants_comes_back_as_it_was_sent(okta: ScimClient, catalogue: None, known: bool) -> None:
    """Unknown values too: the catalogue may lag behind, and an error would cost Okta the whole user."""
    role, license = ("editor", "pro") if known else ("gone", "unheard-of")
    granted = {
        "roles": [{"value": role, "display": "As Okta calls it"}, {"value": "reader"}],
        "entitlements": [{"value": license, "display": "Pro", "type": "License"}],
    }

    created = body(okta.post("/Users", user_document("ada", **granted)))
    path = f"/Users/{created['id']}"
    put = body(okta.put(path, {**created, "title": "x"}))
    read = body(okta.get(path))

    for document in (created, put, read):
        assert {name: document[name] for name in granted} == granted


def test_okta_grants_and_takes_away_by_patch(okta: ScimClient, tenant: Tenant, catalogue: None) -> None:
    ada = make_user(tenant, "ada")
    grant = {"op": "add", "path": "roles", "value": [{"value": "editor", "display": "Editor"}]}
    take = {"op": "remove", "path": 'roles[value eq "editor"]'}

    granted = body(okta.patch(f"/Users/{ada.id}", grant))
    found = body(okta.get("/Users", filter='roles.value eq "editor"'))["totalResults"]
    taken = body(okta.patch(f"/Users/{ada.id}", take))

    assert granted["roles"] == [{"value": "editor", "display": "Editor"}]
    assert found == 1
    assert "roles" not in taken
