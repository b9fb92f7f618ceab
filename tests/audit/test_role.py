"""Web and workers run as a role that can do all their work and can't touch what the log says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg.sql import SQL, Identifier

from audit.actor import system_actor
from audit.catalogue import EventType
from audit.log_event import Entry
from audit.models import Event, Tombstone
from tenants.models import Tenant
from tests.factories import make_tenant, make_user
from tests.log import aged, broken_at, log_events

pytestmark = pytest.mark.django_db(transaction=True)
REFUSED = psycopg.errors.InsufficientPrivilege


def test_sqlite_knows_no_roles() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("of SQLite")
    with pytest.raises(CommandError, match="SQLite"):
        call_command("grant_log_role", "lockstep")


@pytest.fixture
def role() -> Iterator[str]:
    """A new one, which has been granted what the command grants."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite knows no roles")
    # Roles are of the whole server, where other tests run in databases of their own.
    name = f"role-of {connection.settings_dict['NAME']}"
    call_command("grant_log_role", name, "--json")
    yield name
    with connection.cursor() as cursor:
        cursor.execute(SQL("DROP OWNED BY {}").format(Identifier(name)).as_string())
        cursor.execute(SQL("DROP ROLE {}").format(Identifier(name)).as_string())


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant("acme")


def connect(role: str) -> psycopg.Connection[tuple[object, ...]]:
    found = connection.settings_dict
    return psycopg.connect(
        host=found["HOST"], port=found["PORT"], dbname=found["NAME"], user=role, autocommit=True
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET body = ''",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "DELETE FROM audit_event_default",
        "INSERT INTO audit_tombstone (tenant_id, seq) SELECT tenant_id, seq FROM audit_event",
        "UPDATE audit_anchor SET seq = 7",
        "UPDATE audit_checkpoint SET note = ''",
        "ALTER TABLE audit_event DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_event_kept ON audit_event",
        "DROP TABLE audit_event_default",
        "CREATE OR REPLACE FUNCTION audit_guard_event() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
        "SET session_replication_role = replica",
    ],
)
def test_the_role_can_t_touch_the_log(role: str, statement: str) -> None:
    with connect(role) as session, pytest.raises(REFUSED):
        session.execute(statement)


def test_the_doors_let_the_role_do_no_more_than_the_guards_allow(role: str, tenant: Tenant) -> None:
    aged(tenant.id, 0.5, Entry(type=EventType.SIGNED_IN, actor=system_actor()))

    with connect(role) as session:
        with pytest.raises(psycopg.errors.RestrictViolation):
            session.execute("SELECT audit_bury(%s, ARRAY[1])", [tenant.id])
        with pytest.raises(psycopg.errors.RestrictViolation):
            session.execute('SELECT audit_redact(%s, 1, \'{"body": "x"}\')', [tenant.id])
        with pytest.raises(psycopg.errors.RestrictViolation):
            session.execute("SELECT audit_drop_partition(now()::date)")

    assert log_events().filter(tenant=tenant).count() == 1


def test_nobody_else_may_call_the_doors(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            SQL("REVOKE ALL ON FUNCTION audit_advance(uuid) FROM {}").format(Identifier(role)).as_string()
        )

    with connect(role) as session, pytest.raises(REFUSED):
        session.execute("SELECT audit_advance(gen_random_uuid())")


WORK = """
import django; django.setup()
from audit import partitions, pruning
from audit.actor import system_actor
from audit.erasure import erase, work_off
from audit.sealing import seal_all
from directory.models import User
from directory.services import change_user
from downstream.tasks import make_checkpoints
from tenants.models import Tenant

tenant, by = Tenant.objects.get(name="acme"), system_actor()
user = tenant.users.get()
change_user(tenant, user.id, lambda document: document | {"title": "Countess"}, by=by)
seal_all()
make_checkpoints()
pruning.prune_all(by=by)
assert partitions.make_ready(partitions.after(__import__("datetime").date.today(), -5)) == 5
work_off(erase(tenant.id, str(user.id), names=[user.user_name], by=by))
seal_all()
"""


def test_the_role_seals_prunes_erases_and_makes_partitions(role: str, tenant: Tenant) -> None:
    make_user(tenant, "zelda")
    aged(tenant.id, 400, *[Entry(type=EventType.SIGNED_IN, actor=system_actor())] * 3)
    aged(tenant.id, 2, Entry(type=EventType.SIGNED_IN, actor=system_actor()))

    done = subprocess.run(
        [sys.executable, "-c", WORK],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "project.settings", "DATABASE_URL": url(role)},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert broken_at(tenant.id) is None
    types = set(log_events().filter(tenant=tenant).values_list("event_type", flat=True))
    assert {EventType.LOG_PURGED, EventType.PERSON_ERASED, EventType.USER_UPDATED} <= types
    assert "zelda" not in json.dumps([event.body for event in Event.objects.all()])
    assert Tombstone.objects.count() == 3


def url(role: str) -> str:
    found = connection.settings_dict
    return f"postgresql://{role.replace(' ', '%20')}@{found['HOST']}:{found['PORT']}/{found['NAME']}"


def test_who_owns_the_tables_is_no_such_role(role: str) -> None:
    with pytest.raises(CommandError, match="owns the log"):
        call_command("grant_log_role", connection.settings_dict["USER"])


def test_granting_again_takes_what_the_role_got_beyond(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SQL("GRANT ALL ON audit_event TO {}").format(Identifier(role)).as_string())

    call_command("grant_log_role", role, "--json")

    with connect(role) as session, pytest.raises(REFUSED):
        session.execute("DELETE FROM audit_event")
