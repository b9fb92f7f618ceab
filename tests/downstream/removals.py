"""Accounts that are to be removed, for tests of the deletion guard."""

from __future__ import annotations

from collections.abc import Iterable

from directory.models import User
from directory.services import delete_user
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.factories import actor, make_user
from tests.log import log_events


def people(tenant: Tenant, hr: Downstream, number: int) -> list[User]:
    users = [make_user(tenant, f"user{index}") for index in range(number)]
    hr.drain()
    return users


def delete(users: Iterable[User]) -> None:
    for user in users:
        delete_user(user.tenant, user.id, by=actor())


def states(hr: Downstream, users: Iterable[User]) -> list[str]:
    return [hr.replica(user).state for user in users]


def told(hr: Downstream) -> list[str]:
    events = log_events().about_target(hr.target.id).filter(event_type__startswith="connector.guard.")
    return [event.event_type.rsplit(".")[-1] for event in events.order_by("id")]
