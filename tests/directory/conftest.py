"""Two tenants for every test: ours, and a stranger with users of the same names."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest

from directory.models import Group, User
from directory.signals import changed
from tenants.models import Tenant
from tests.factories import make_group, make_tenant, make_user


@pytest.fixture
def tenant(db: None) -> Tenant:
    stranger = make_tenant("stranger")
    make_group(stranger, "Engineers", make_user(stranger, "ada"), make_user(stranger, "bob"))
    return make_tenant("acme")


@pytest.fixture
def ada(tenant: Tenant) -> User:
    return make_user(tenant, "ada")


@pytest.fixture
def bob(tenant: Tenant) -> User:
    return make_user(tenant, "bob")


@pytest.fixture
def group(tenant: Tenant, ada: User) -> Group:
    """Engineers, with Ada in it."""
    return make_group(tenant, "Engineers", ada)


@pytest.fixture
def announced(tenant: Tenant) -> Iterator[list[tuple[UUID, int]]]:
    """The ids and versions that the one signal is sent with from now on."""
    heard: list[tuple[UUID, int]] = []

    def listen(resource: User | Group, **_: object) -> None:
        heard.append((resource.id, resource.version))

    changed.connect(listen)
    yield heard
    changed.disconnect(listen)
