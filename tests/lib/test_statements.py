"""Statements that go to the database together."""

from __future__ import annotations

from contextlib import closing

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lib.statements import Statement, insertion, select_first, together
from tenants.models import Hostname
from tests.factories import make_tenant


@pytest.mark.django_db
def test_each_statement_returns_its_own_rows_in_order() -> None:
    found = together(
        Statement("SELECT %s", ["a"]), Statement("SELECT %s UNION SELECT %s ORDER BY 1", ["b", "c"])
    )

    assert found == [[("a",)], [("b",), ("c",)]]


@pytest.mark.django_db
def test_a_statement_sees_what_those_before_it_did() -> None:
    rows = [Hostname(tenant=make_tenant(), name="acme.example.com")]
    count = Statement(f"SELECT COUNT(*) FROM {Hostname._meta.db_table}", [])  # noqa: S608  # a name

    inserted, counted = together(insertion(rows).returning("%s", ["besides"]), count)

    assert inserted == [(Hostname.objects.get().pk, "besides")]
    assert counted == [(1,)]


@pytest.mark.django_db
def test_postgresql_takes_several_in_one_exchange() -> None:
    with CaptureQueriesContext(connection) as captured:
        together(Statement("SELECT 1", []), Statement("SELECT 2", []))

    assert len(captured) == (1 if connection.vendor == "postgresql" else 2)


@pytest.mark.django_db(transaction=True)
def test_the_first_statement_of_a_request_opens_a_connection_that_has_gone_again() -> None:
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        # As if the server had been started anew since the last request.
        ((process,),) = select_first("SELECT pg_backend_pid()", [])
        with closing(connection.copy()) as other, other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [process])

    assert select_first("SELECT 1", []) == [(1,)]
