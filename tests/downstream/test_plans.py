"""Each delivery costs the same, however much its target owes: what SQLite, which has no statistics, reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from directory.services import delete_user
from downstream.sweep import owed_targets
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.downstream.jobs import failed, run, started
from tests.factories import actor, make_group, make_user

# All of them, or by the one column that they share; a replay reads them part by part, by a span of ids.
WHOLE = re.compile(r"SCAN downstream_replica|INDEX downstream_replica_target_id_\w+ \(target_id=\?\)")


@pytest.fixture(autouse=True)
def on_sqlite() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL chooses by statistics.")


@contextmanager
def whole_readings() -> Iterator[set[str]]:
    """The statements that read all replicas of a target, each with its plan."""
    found: set[str] = set()

    def look(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if "downstream_replica" in sql and sql.startswith(("SELECT", "UPDATE", "INSERT", "DELETE")):
            # As it is prepared: with no value of a parameter known.
            raw = context["cursor"].cursor if hasattr(context["cursor"], "cursor") else context["cursor"]
            plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {sql}", params).fetchall()]
            if any(WHOLE.search(line) for line in plan):
                found.add(f"{sql}\n{plan}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield found


def test_no_statement_of_a_delivery_reads_a_whole_target(tenant: Tenant, hr: Downstream) -> None:
    ada, grace = make_user(tenant, "ada"), make_user(tenant, "grace")
    make_group(tenant, "Engineers", ada, grace)

    with whole_readings() as found:
        owed_targets()
        hr.drain()
        delete_user(tenant, grace.id, by=actor())
        hr.drain()

    assert not found


def test_no_statement_of_a_replay_reads_a_whole_target(tenant: Tenant, hr: Downstream) -> None:
    failed(tenant, hr, 3)
    hr.store.refused.clear()
    job = started(tenant)

    with whole_readings() as found:
        run(job, hr)

    assert not found
