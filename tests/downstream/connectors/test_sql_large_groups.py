"""A group of thousands goes into a SQL target in parts, each within the time limit."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import CharField, F
from django.db.models.functions import Cast

from directory.models import Group
from directory.services import change_group
from downstream.engine import drain
from downstream.models import State, Target
from downstream.services import add_target
from lib.documents.changes import MemberChange, RemoveAllMembers
from tests.downstream.connectors.databases import Database, settings
from tests.factories import actor, make_tenant

SIZE = 6_000
PEOPLE = (
    "INSERT INTO people (id, login) WITH RECURSIVE n(i) AS "
    "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000) SELECT i, 'user ' || i FROM n"
)


def in_step(people: Database) -> Target:
    """A target that has everybody's account already, and owes their group."""
    tenant = make_tenant()
    sizes = [f"--users={SIZE}", "--groups=1", f"--group-size={SIZE}"]
    call_command("seed_directory", tenant.name, *sizes, stdout=StringIO())
    target = add_target(tenant, name="HR", kind="sql", config=settings(people), by=actor())
    people.run(PEOPLE)
    accounts = target.replicas.exclude(user=None)
    first = accounts.order_by("id")[0].id
    number = Cast(F("id") - (first - 1), CharField())
    accounts.update(remote_id=number, state=State.SYNCED, due_at=None)
    return target


def deliver(target: Target) -> None:
    drain(target.id, budget=timedelta(minutes=5))


def changed(target: Target, change: MemberChange) -> None:
    group = Group.objects.get(tenant=target.tenant)
    change_group(target.tenant, group.id, lambda document: document, [change], by=actor())
    deliver(target)


def count(people: Database) -> int:
    [(found,)] = people.rows("SELECT count(*) FROM team_members")
    return int(found)


@pytest.mark.django_db
def test_a_group_of_6_000_comes_is_mended_by_one_row_and_goes(people: Database) -> None:
    target = in_step(people)

    deliver(target)
    arrived = count(people)
    people.run(
        "UPDATE team_members SET note = 'since the start'", "DELETE FROM team_members WHERE person = 7"
    )
    target.replicas.exclude(group=None).stir(fingerprint="")
    deliver(target)
    written = people.rows("SELECT person FROM team_members WHERE note IS NULL")
    changed(target, RemoveAllMembers())

    assert (arrived, written, count(people)) == (SIZE, [(7,)], 0)
    assert set(target.replicas.values_list("state", flat=True)) == {State.SYNCED.value}
