"""Replays of many: in parts that are short, told one by one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from downstream import replays
from downstream.models import Replica
from downstream.replays import replay
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.factories import actor, make_user
from tests.log import log_events

SYNC = "application.provision.user.sync"


def test_a_large_replay_goes_part_by_part_and_tells_of_each(
    tenant: Tenant, hr: Downstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replays, "CHUNK", 2)
    users = [make_user(tenant, f"user{number}") for number in range(5)]
    hr.drain()

    count = replay(hr.target.replicas.all(), by=actor())

    assert count == 5
    assert Replica.objects.claimable().filter(target=hr.target).count() == 5
    told = log_events().filter(event_type=SYNC).values_list("user_id", flat=True)
    assert sorted(told, key=str) == sorted((user.id for user in users), key=str)


def test_a_replay_of_more_asks_the_database_no_more_often(tenant: Tenant, hr: Downstream) -> None:
    for number in range(6):
        make_user(tenant, f"user{number}")
    ids = list(hr.target.replicas.values_list("pk", flat=True))

    with CaptureQueriesContext(connection) as few:
        replay(hr.target.replicas.filter(pk__in=ids[:2]), by=actor())
    with CaptureQueriesContext(connection) as many:
        replay(hr.target.replicas.all(), by=actor())

    assert len(many) == len(few)
