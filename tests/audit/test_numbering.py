"""Numbers of events go on behind the last, whatever a migration did to the table that counts them."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection

from audit.numbering import go_on_counting, last_number
from audit.sealing import seal_all
from audit.services import record
from tenants.models import Tenant
from tests.audit.test_guards import entry
from tests.factories import make_tenant
from tests.log import log_events


@pytest.fixture(autouse=True)
def on_sqlite() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps its sequences.")


@pytest.fixture
def tenant(db: None) -> Tenant:
    record(make_tenant("stranger").id, entry())
    return make_tenant("acme")


def forget() -> None:
    """What SQLite does when a migration makes the empty table anew."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = 'audit_pending'")


def test_after_migrations_the_next_event_comes_behind_the_last(tenant: Tenant) -> None:
    record(tenant.id, entry(), entry())
    seal_all()
    forget()

    call_command("migrate", verbosity=0)

    newest = max(log_events().values_list("id", flat=True))
    record(tenant.id, entry())
    assert log_events().order_by("seq").last().id > newest  # type: ignore[union-attr]


def test_numbers_of_events_that_are_gone_are_not_given_again(tenant: Tenant) -> None:
    record(tenant.id, entry())
    seal_all()
    before = last_number()
    forget()

    go_on_counting(before + 1000)

    assert last_number() == before + 1000
