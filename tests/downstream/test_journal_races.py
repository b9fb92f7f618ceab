"""Journals while several work and write at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from directory.models import User
from directory.services import change_user
from tests.downstream.hooks import Hook, make_hook
from tests.downstream.test_delivery import rename
from tests.factories import actor, make_tenant, make_user
from tests.log import log_events
from tests.receivers import Receiver


@pytest.mark.django_db(transaction=True)
def test_several_workers_keep_the_order_of_each_resource(receiver: Receiver) -> None:
    tenant = make_tenant()
    hook = make_hook(tenant, receiver)
    users = [make_user(tenant, f"user{number}") for number in range(4)]
    for step in range(5):
        for user in users:
            change_user(tenant, user.id, rename(f"{user.user_name} {step}"), by=actor())

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(lambda _: in_a_thread(hook), range(4)))
    hook.drain()

    for user in users:
        own = [told for told in hook.messages if told["data"]["resource"]["id"] == str(user.id)]
        names = [told["data"]["event"]["target"][0].get("changeDetails", {}).get("to") for told in own]
        assert names == [None, *({"displayName": f"{user.user_name} {step}"} for step in range(5))]


@pytest.mark.django_db(transaction=True)
def test_ids_of_events_rise_with_the_versions_of_their_resource() -> None:
    """What the cursor relies on: whoever changes a resource holds its row until the events are committed."""
    tenant = make_tenant()
    ada = make_user(tenant, "ada")
    start = threading.Barrier(4)

    def write(worker: int) -> None:
        start.wait()
        try:
            for number in range(8):
                change_user(tenant, ada.id, rename(f"Ada {worker}-{number}"), by=actor())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(write, range(4)))

    versions = list(log_events().filter(user_id=ada.id).order_by("id").values_list("version", flat=True))
    assert versions == list(range(1, 34))


@pytest.mark.django_db(transaction=True)
def test_a_journal_that_is_added_while_people_write_leaves_no_gap(receiver: Receiver) -> None:
    """What was committed before is not told, what comes after is, and nothing between them is lost."""
    tenant = make_tenant()
    users = [make_user(tenant, f"user{number}") for number in range(3)]
    begun, hooks = threading.Barrier(4), []

    def write(user: User) -> None:
        begun.wait()
        try:
            for number in range(12):
                change_user(tenant, user.id, rename(f"{number}"), by=actor())
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as writers:
        writing = [writers.submit(write, user) for user in users]
        begun.wait()
        hooks.append(make_hook(tenant, receiver))
        for one in writing:
            one.result()
    (hook,) = hooks
    for user in users:
        change_user(tenant, user.id, rename("the last"), by=actor())
    hook.drain()

    for user in users:
        events = log_events().filter(user_id=user.id).filter(event_type__startswith="user.").order_by("id")
        everything = [str(event.uuid) for event in events]
        pairs = zip(hook.ids, hook.messages, strict=True)
        told = [id for id, message in pairs if subject(message) == str(user.id)]
        assert told == everything[-len(told) :]
        assert told


def subject(message: dict[str, Any]) -> str:
    return str(message["data"]["resource"]["id"])


def in_a_thread(hook: Hook) -> None:
    try:
        hook.drain()
    finally:
        connection.close()
