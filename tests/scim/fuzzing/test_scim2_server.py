"""Door beside door: scim2-server, set up by our own discovery documents, is sent what we are sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scim2_models import ResourceType, Schema, ScimProvider, ServiceProviderConfig
from scim2_server.applications.wsgi import WSGIApplication
from scim2_server.memory import InMemoryStorage

from directory.models import Group, User
from lib.documents import Document, clean
from lib.filters import Filter
from lib.schema import ENTERPRISE_USER, USER_RESOURCE
from project.wsgi import application
from tenants.models import Tenant
from tests.factories import GROUP_SCHEMA, make_credential
from tests.scim.fuzzing.cases import cases
from tests.scim.fuzzing.differences import as_asked
from tests.scim.fuzzing.documents import users
from tests.scim.fuzzing.filters import USER_FILTERS, written
from tests.scim.fuzzing.oracle import POLICY
from tests.scim.fuzzing.wsgi import Answer, ask

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
NAMES = ("ann", "ben", "cy")


@dataclass(frozen=True)
class Server:
    """Who answers, where, and what opens the door."""

    application: Any
    base: str
    headers: dict[str, str]

    def send(self, method: str, path: str, document: Any = None, **query: str) -> Answer:
        headers = {**self.headers, "Content-Type": "application/scim+json"}
        body = b"" if document is None else json.dumps(document).encode()
        where = self.base + path
        return ask(method, where, query=urlencode(query), headers=headers, body=body, of=self.application)

    def create(self, kind: str, document: Document) -> str:
        created: str = self.send("POST", f"/{kind}", document).json["id"]
        return created


@pytest.fixture
def ours(tenant: Tenant, stranger: Tenant) -> Server:
    return Server(application, "/scim/v2", {"Authorization": make_credential(tenant).token})


@pytest.fixture
def another(ours: Server) -> Callable[[], Server]:
    """Makes an empty one of the other kind, by what /Schemas and the like say of ours."""

    def read(path: str, model: Any) -> list[Any]:
        return [model.model_validate(one) for one in ours.send("GET", path).json["Resources"]]

    config = ServiceProviderConfig.model_validate(ours.send("GET", "/ServiceProviderConfig").json)
    # It would need a secret for cursors.
    config.pagination = None
    schemas, types = read("/Schemas", Schema), read("/ResourceTypes", ResourceType)
    provider = ScimProvider.from_discovery(schemas, types, config=config, policy=POLICY)
    return lambda: Server(WSGIApplication(InMemoryStorage(), provider), "/v2", {})


def emptied(tenant: Tenant) -> None:
    Group.objects.filter(tenant=tenant).delete()
    User.objects.filter(tenant=tenant).delete()


def selected(server: Server, query: str) -> tuple[int, int, set[str]]:
    answer = server.send("GET", "/Users", filter=query)
    found = {one["userName"] for one in answer.json["Resources"]}
    return answer.status, answer.json["totalResults"], found


@cases(15)
@given(
    bodies=st.lists(users(ENTERPRISE_USER), min_size=3, max_size=3),
    trees=st.lists(USER_FILTERS, min_size=4, max_size=4),
    random=st.randoms(use_true_random=False),
)
def test_both_list_the_same_users(
    ours: Server,
    another: Callable[[], Server],
    tenant: Tenant,
    bodies: list[Document],
    trees: list[Filter],
    random: Any,
) -> None:
    emptied(tenant)
    theirs = another()
    for name, body in zip(NAMES, bodies, strict=True):
        for server in (ours, theirs):
            server.create("Users", clean({**body, "userName": name}, USER_RESOURCE))

    for tree in trees:
        assert selected(ours, written(tree, random)) == selected(theirs, written(as_asked(tree), random))


# The ids differ between the two: a name stands for one until it is sent.
_MEMBER = st.sampled_from(NAMES).map(lambda name: {"value": f"id-of-{name}"})
_MEMBERS = st.lists(_MEMBER, max_size=3)
_CHOSEN = (
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=3)
    .map(lambda names: " or ".join(f'value eq "id-of-{name}"' for name in names))
    .map(lambda selection: f"members[{selection}]")
)
_OP = st.sampled_from(["add", "Add", "replace", "Replace"])
MEMBER_OPERATIONS = st.one_of(
    st.builds(lambda op, value: {"op": op, "path": "members", "value": value}, _OP, _MEMBERS | _MEMBER),
    st.builds(lambda op, value: {"op": op, "value": {"members": value}}, _OP, _MEMBERS),
    st.builds(lambda path: {"op": "remove", "path": path}, _CHOSEN),
    st.builds(
        lambda value: {"op": "Remove", "path": "members", "value": value}, st.lists(_MEMBER, min_size=1)
    ),
    st.just({"op": "remove", "path": "members"}),
    st.just({"op": "remove", "path": "displayName"}),
    st.just({"op": "replace", "path": "members.shoeSize", "value": "x"}),
    st.builds(lambda name: {"op": "replace", "value": {"displayName": name}}, st.sampled_from("AB")),
)


def patched(
    server: Server, ids: dict[str, str], operations: list[Document]
) -> tuple[str | None, str, set[str]]:
    """The error, the name and the members after a PATCH of a group of Ann and Ben."""
    group = {"displayName": "Crew", "members": [{"value": ids["ann"]}, {"value": ids["ben"]}]}
    where = f"/Groups/{server.create('Groups', {'schemas': [GROUP_SCHEMA], **group})}"
    text = json.dumps({"schemas": [PATCH], "Operations": operations})
    for name in NAMES:
        text = text.replace(f"id-of-{name}", ids[name])

    answer = server.send("PATCH", where, json.loads(text))

    error = answer.json.get("scimType") if answer.status >= 400 else None
    found = server.send("GET", where).json
    known = {id: name for name, id in ids.items()}
    return error, found["displayName"], {known[one["value"]] for one in found.get("members", ())}


@cases(40)
@given(operations=st.lists(MEMBER_OPERATIONS, min_size=1, max_size=3))
def test_both_make_the_same_of_a_group(
    ours: Server, another: Callable[[], Server], tenant: Tenant, operations: list[Document]
) -> None:
    emptied(tenant)
    found = []
    for server in (ours, another()):
        schemas = [USER_RESOURCE.core.urn]
        ids = {name: server.create("Users", {"schemas": schemas, "userName": name}) for name in NAMES}
        found.append(patched(server, ids, operations))

    assert found[0] == found[1]
