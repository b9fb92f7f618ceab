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
from tests.scim.bulks import PATCH_OP
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
def test_forty_clients_at_once_that_change_members_of_one_group_lose_nothing(
    tenant: Tenant, stranger: Tenant
) -> None:
    """Half of them take one out, half put one in; each has a connection of its own."""
    leaving = [make_user(tenant, f"leaving{number}") for number in range(20)]
    coming = [make_user(tenant, f"coming{number}") for number in range(20)]
    group = make_group(tenant, "Crew", *leaving)
    removes = [{"op": "remove", "path": f'members[value eq "{user.id}"]'} for user in leaving]
    adds = [{"op": "add", "path": "members", "value": [{"value": str(user.id)}]} for user in coming]

    statuses = at_once([_patching(client_for(tenant), group, operation) for operation in [*removes, *adds]])

    assert statuses == [200] * 40
    names = {row.user.user_name for row in Membership.objects.filter(group=group) if row.user}
    assert names == {user.user_name for user in coming}
    group.refresh_from_db()
    assert group.version == 41


def _patching(client: ScimClient, group: Group, operation: Any) -> Callable[[], int]:
    return lambda: client.patch(f"/Groups/{group.id}", operation).status_code


@pytest.mark.slow
def test_of_puts_and_patches_of_one_version_one_wins(tenant: Tenant, stranger: Tenant) -> None:
    user = make_user(tenant, "ada")
    clients = [client_for(tenant) for _ in range(8)]

    statuses = at_once([_of_version_one(client, user, number) for number, client in enumerate(clients)])

    assert sorted(statuses) == [200, *[412] * 7]
    winner = statuses.index(200)
    user.refresh_from_db()
    assert (user.version, user.document["title"]) == (2, f"Title {winner}")


def _of_version_one(client: ScimClient, user: User, number: int) -> Callable[[], int]:
    """Every other one is a PUT."""
    title = {"title": f"Title {number}"}
    message = {"schemas": [PATCH_OP], "Operations": [{"op": "replace", "value": title}]}
    method, sent = ("PUT", user_document("ada", **title)) if number % 2 else ("PATCH", message)
    headers = {"If-Match": 'W/"1"'}
    return lambda: client.send(method, f"/Users/{user.id}", sent, headers=headers).status_code


def test_requests_at_once_really_overlap(tenant: Tenant) -> None:
    """Else the tests here would prove nothing: each call is within while all others are."""
    within = Barrier(4, timeout=30)

    def meet() -> int:
        User.objects.count()
        return within.wait()

    assert sorted(at_once([meet] * 4)) == [0, 1, 2, 3]


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
