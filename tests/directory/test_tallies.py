"""The tallies say how many live, whichever way rows come and go."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from directory import tallies
from directory.models import Group, Tally, User
from directory.services import delete_group, delete_user
from directory.tallies import living
from tenants.models import Tenant
from tests.factories import actor, make_group, make_tenant, make_user


def figures(tenant: Tenant) -> tuple[int, int]:
    return living(User, tenant), living(Group, tenant)


def test_creating_and_deleting_is_counted(tenant: Tenant) -> None:
    users = [make_user(tenant, name) for name in ("ann", "bob", "cy")]
    group = make_group(tenant, "Poets", *users)

    assert figures(tenant) == (3, 1)
    delete_user(tenant, users[0].id, by=actor())
    assert figures(tenant) == (2, 1)
    delete_group(tenant, group.id, by=actor())
    assert figures(tenant) == (2, 0)
    assert figures(Tenant.objects.get(name="stranger")) == (2, 1)


def test_many_rows_at_once_are_counted(tenant: Tenant) -> None:
    users = [make_user(tenant, f"user{number}") for number in range(5)]

    User.objects.filter(id__in=[user.id for user in users[:3]]).update(deleted_at=timezone.now())
    assert figures(tenant) == (2, 0)
    User.objects.filter(tenant=tenant).update(deleted_at=None)
    assert figures(tenant) == (5, 0)
    User.objects.filter(id__in=[user.id for user in users[1:]]).delete()
    assert figures(tenant) == (1, 0)
    User.objects.bulk_create(users[1:])
    assert figures(tenant) == (5, 0)


def test_what_was_rolled_back_does_not_count(tenant: Tenant) -> None:
    with transaction.atomic():
        make_user(tenant, "ann")
        transaction.set_rollback(True)

    assert figures(tenant) == (0, 0)


def test_a_change_of_order_shows_in_the_tallies(tenant: Tenant) -> None:
    user = make_user(tenant, "ann")
    before = list(Tally.objects.filter(tenant=tenant).values_list("born", "died"))

    user.save()
    assert list(Tally.objects.filter(tenant=tenant).values_list("born", "died")) == before
    User.objects.filter(id=user.id).update(created_at=user.created_at - timedelta(days=1))

    assert list(Tally.objects.filter(tenant=tenant).values_list("born", "died")) == [(2, 1)]


def test_a_tenant_goes_with_its_tallies(tenant: Tenant) -> None:
    other = make_tenant()
    make_group(other, "Poets", make_user(other, "ann"))

    other.delete()
    connection.check_constraints()

    assert not Tally.objects.filter(tenant_id=other.id).exists()


@pytest.mark.parametrize("event", ["insert", "update", "delete"])
def test_a_trigger_that_a_migration_dropped_comes_back_and_all_is_counted(tenant: Tenant, event: str) -> None:
    table = User._meta.db_table
    on = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {table}_{event}_counts{on}")
    make_user(tenant, "ann")
    User.objects.filter(id=make_user(tenant, "bob").id).delete()

    tallies.keep_tallies()

    assert figures(tenant) == (1, 0)
    make_user(tenant, "cy")
    assert figures(tenant) == (2, 0)
