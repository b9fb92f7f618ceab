"""Bodies with values that no client should send: nothing breaks, and a refusal changes nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.models import Group, Membership, User
from tenants.models import Tenant
from tests.factories import GROUP_SCHEMA, make_credential, user_document
from tests.scim.bulks import bulk, new_group, new_user, patch
from tests.scim.client import SEARCH
from tests.scim.conftest import ENTERPRISE
from tests.scim.fuzzing.cases import cases
from tests.scim.fuzzing.values import spoiled
from tests.scim.fuzzing.wsgi import ask, assert_answered

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
USER = user_document(
    "ada",
    externalId="00u1",
    roles=[{"value": "admin", "primary": "True"}],
    groups=[],
    password="p",
    **{ENTERPRISE: {"department": "R", "manager": {"value": "m", "$ref": "../Users/m"}}},
)
GROUP = {"schemas": [GROUP_SCHEMA], "displayName": "Crew", "members": [{"value": "ADA", "display": "Ada"}]}
USER_PATCH: dict[str, Any] = {
    "schemas": [PATCH],
    "Operations": [
        {
            "op": "replace",
            "value": {"active": "False", "name.givenName": "A", f"{ENTERPRISE}:department": "S"},
        },
        {"op": "Add", "path": 'emails[type eq "work"].value', "value": "x@x"},
        {"op": "remove", "path": f"{ENTERPRISE}:manager"},
    ],
}
GROUP_PATCH: dict[str, Any] = {
    "schemas": [PATCH],
    "Operations": [
        {"op": "replace", "value": {"id": "CREW", "displayName": "New", "members": [{"value": "ADA"}]}},
        {"op": "remove", "path": 'members[value eq "ADA"]'},
        {"op": "Add", "path": "members", "value": [{"$ref": None, "value": "ADA"}]},
    ],
}
SEARCHES = {
    "schemas": [SEARCH],
    "filter": 'userName eq "ada"',
    "startIndex": 1,
    "count": 2,
    "attributes": ["name"],
}
BULK = bulk(
    new_user("eve"),
    new_group("crew", "bulkId:eve", "ADA"),
    patch("/Groups/CREW", *GROUP_PATCH["Operations"]),
    patch("/Users/ADA", *USER_PATCH["Operations"], version='W/"1"'),
    {"method": "PUT", "path": "/Users/ADA", "bulkId": "x", "data": USER},
    {"method": "DELETE", "path": "/Users/bulkId:eve"},
    failOnErrors=3,
)
# What is sent where. ADA and CREW stand for the ids of a user and of a group that she is in.
SENT: dict[str, tuple[str, str, Any]] = {
    "create a user": ("POST", "/Users", USER),
    "replace a user": ("PUT", "/Users/ADA", USER),
    "patch a user": ("PATCH", "/Users/ADA", USER_PATCH),
    "create a group": ("POST", "/Groups", GROUP),
    "replace a group": ("PUT", "/Groups/CREW", GROUP),
    "patch a group": ("PATCH", "/Groups/CREW", GROUP_PATCH),
    "search": ("POST", "/.search", SEARCHES),
    "search users": ("POST", "/Users/.search", SEARCHES),
    "search groups": ("POST", "/Groups/.search", {**SEARCHES, "filter": 'members eq "ADA"'}),
    "bulk": ("POST", "/Bulk", BULK),
}


def rows() -> list[Any]:
    return [
        list(User.objects.order_by("id").values_list("id", "version", "deleted_at")),
        list(Group.objects.order_by("id").values_list("id", "version", "deleted_at")),
        list(Membership.objects.order_by("id").values_list("group_id", "value")),
    ]


@pytest.fixture
def headers(tenant: Tenant, stranger: Tenant) -> dict[str, str]:
    return {"Authorization": make_credential(tenant).token, "Content-Type": "application/scim+json"}


@pytest.mark.parametrize("sent", SENT)
@cases(20)
@given(data=st.data())
def test_no_value_in_a_body_breaks_anything(
    headers: dict[str, str], ada: User, group: Group, sent: str, data: st.DataObject
) -> None:
    method, path, body = SENT[sent]
    raw = json.dumps(data.draw(spoiled(body))).replace("ADA", str(ada.id)).replace("CREW", str(group.id))
    before = rows()

    answer = ask(
        method,
        "/scim/v2" + path.replace("ADA", str(ada.id)).replace("CREW", str(group.id)),
        headers=headers,
        body=raw.encode(),
    )

    assert_answered(answer, method)
    if answer.status >= 400:
        assert rows() == before
    elif sent == "bulk":
        assert not [one for one in answer.json["Operations"] if one["status"].startswith("5")]
    assert_answered(ask("GET", "/scim/v2/Users", headers=headers), "GET")
    assert_answered(ask("GET", "/scim/v2/Groups", headers=headers), "GET")
