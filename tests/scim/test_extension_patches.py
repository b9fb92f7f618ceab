"""PATCH of a tenant's own attributes: lists of plain values, parts, and what no schema knows."""

from __future__ import annotations

from typing import Any

import pytest

from directory.models import User
from tenants.models import Tenant
from tests.schemas import CUSTOM, EVERY_TYPE, define
from tests.scim.client import ScimClient, assert_scim_error, body


@pytest.fixture(autouse=True)
def every_type(tenant: Tenant) -> None:
    define(tenant, *EVERY_TYPE)


def custom(value: Any) -> dict[str, Any]:
    return {"userName": "ada", CUSTOM: value}


def test_lists_of_plain_values_are_patched_value_by_value(okta: ScimClient, ada: User) -> None:
    address = f"/Users/{ada.id}"
    okta.put(address, custom({"tags": ["a", "b"], "levels": [1]}))

    answer = okta.patch(
        address,
        {"op": "add", "path": f"{CUSTOM}:tags", "value": ["b", "c"]},
        {"op": "remove", "path": f'{CUSTOM}:tags[value eq "a"]'},
        {"op": "add", "path": f"{CUSTOM}:levels", "value": 2},
        {"op": "remove", "path": f"{CUSTOM}:levels[value lt 2]"},
    )

    assert body(answer)[CUSTOM] == {"tags": ["b", "c"], "levels": [2]}


def test_entra_removes_listed_values(okta: ScimClient, ada: User) -> None:
    okta.put(f"/Users/{ada.id}", custom({"tags": ["a", "b", "c"]}))

    answer = okta.patch(f"/Users/{ada.id}", {"op": "Remove", "path": f"{CUSTOM}:tags", "value": ["a", "c"]})

    assert body(answer)[CUSTOM] == {"tags": ["b"]}


def test_parts_are_patched_one_by_one(okta: ScimClient, ada: User) -> None:
    okta.put(
        f"/Users/{ada.id}", custom({"spot": {"floor": 1, "room": "x"}, "spots": [{"floor": 1}, {"floor": 2}]})
    )

    answer = okta.patch(
        f"/Users/{ada.id}",
        {"op": "replace", "path": f"{CUSTOM}:spot.floor", "value": 3},
        {"op": "replace", "path": f"{CUSTOM}:spots[floor eq 2].room", "value": "y"},
    )

    assert body(answer)[CUSTOM] == {
        "spot": {"floor": 3, "room": "x"},
        "spots": [{"floor": 1}, {"floor": 2, "room": "y"}],
    }


def test_an_unknown_attribute_in_a_path_is_refused(okta: ScimClient, ada: User) -> None:
    answer = okta.patch(f"/Users/{ada.id}", {"op": "add", "path": f"{CUSTOM}:unheard", "value": 1})

    assert_scim_error(answer, 400, "invalidPath")
