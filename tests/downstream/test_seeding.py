"""What `seed_directory` makes is owed to the tenant's targets, like all that is in the directory."""

from __future__ import annotations

import json
from io import StringIO

from django.core.management import call_command

from downstream.models import Replica
from tenants.models import Tenant
from tests.downstream.conftest import Downstream


def test_seeded_users_and_groups_reach_the_target(tenant: Tenant, hr: Downstream) -> None:
    printed = StringIO()

    call_command(
        "seed_directory", tenant.name, "--users=3", "--groups=1", "--group-size=2", "--json", stdout=printed
    )

    assert json.loads(printed.getvalue())["owed"] == 4
    hr.drain()
    assert len(hr.store.accounts) == 4
    assert Replica.objects.filter(target=hr.target, state="synced").count() == 4


def test_a_second_run_leaves_no_target_out_of_step(tenant: Tenant, hr: Downstream) -> None:
    call_command("seed_directory", tenant.name, "--users=2", stdout=StringIO())
    hr.drain()

    call_command("seed_directory", tenant.name, "--users=1", stdout=StringIO())

    hr.drain()
    assert len(hr.store.accounts) == 3
    assert not Replica.objects.filter(target=hr.target).exclude(state="synced").exists()


def test_a_tenant_without_targets_owes_nothing(tenant: Tenant) -> None:
    printed = StringIO()

    call_command("seed_directory", tenant.name, "--users=2", "--json", stdout=printed)

    assert json.loads(printed.getvalue())["owed"] == 0
    assert not Replica.objects.of_tenant(tenant).exists()
