"""Requests at the same moment, each in a thread with a database connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from directory.models import Group, Membership, User
from tenants.models import Tenant
from tests.factories import make_group, make_user, user_document
from tests.scim.client import ScimClient, body, client_for

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(calls: Sequence[Callable[[], int]]) -> list[int]:
    """Make all calls at the same moment; the status of each."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], int]) -> int:
        try:
            barrier.wait()
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_two_creates_of_one_name_give_one_user_and_one_conflict(tenant: Tenant, stranger: Tenant) -> None:
    clients = [client_for(tenant) for _ in range(4)]

    statuses = at_once(
        [
            lambda client=client: client.post("/Users", user_document("ada")).status_code  # type: ignore[misc]
            for client in clients
        ]
    )

    assert sorted(statuses) == [201, 409, 409, 409]
    assert User.objects.filter(tenant=tenant).count() == 1


@pytest.mark.slow
def test_twenty_changes_of_one_group_lose_nothing(tenant: Tenant, stranger: Tenant) -> None:
    leaving = [make_user(tenant, f"leaving{number}") for number in range(10)]
    coming = [make_user(tenant, f"coming{number}") for number in range(10)]
    group = make_group(tenant, "Crew", *leaving)
    removes = [{"op": "remove", "path": f'members[value eq "{user.id}"]'} for user in leaving]
    adds = [{"op": "add", "path": "members", "value": [{"value": str(user.id)}]} for user in coming]

    statuses = at_once([_patching(client_for(tenant), group, operation) for operation in [*removes, *adds]])

    assert statuses == [200] * 20
    names = {row.user.user_name for row in Membership.objects.filter(group=group) if row.user}
    assert names == {user.user_name for user in coming}
    group.refresh_from_db()
    assert group.version == 21


def _patching(client: ScimClient, group: Group, operation: Any) -> Callable[[], int]:
    return lambda: client.patch(f"/Groups/{group.id}", operation).status_code


def test_changes_of_different_attributes_of_one_user_are_all_kept(tenant: Tenant, stranger: Tenant) -> None:
    user = make_user(tenant, "ada")
    wanted = {"title": "Countess", "nickName": "Enchantress", "locale": "en-GB", "userType": "Analyst"}

    statuses = at_once([_setting(client_for(tenant), user, {name: value}) for name, value in wanted.items()])

    assert statuses == [200] * 4
    found = body(client_for(tenant).get(f"/Users/{user.id}"))
    assert {name: found[name] for name in wanted} == wanted
    assert found["meta"]["version"] == 'W/"5"'


def _setting(client: ScimClient, user: User, value: dict[str, str]) -> Callable[[], int]:
    return lambda: client.patch(f"/Users/{user.id}", {"op": "replace", "value": value}).status_code
