"""Journal targets: every event, in order for each resource, stopping nobody else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from standardwebhooks import Webhook

from audit.models import Event
from directory.services import change_group, change_user, delete_group, delete_user
from downstream.calls import reached
from downstream.claims import Claim, claim
from downstream.connectors.journals import AnyJournal, Journal
from downstream.event_delivery import deliver_event
from downstream.event_feed import events_of
from downstream.models import Attempt, State
from downstream.policy import CRASHES_ALLOWED
from downstream.previews import Outlook, preview
from downstream.replays import replay
from lib.documents import Member
from lib.documents.changes import AddMembers, RemoveAllMembers
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.downstream.hooks import Hook, make_hook
from tests.downstream.test_delivery import rename, switch
from tests.factories import actor, make_group, make_tenant, make_user
from tests.receivers import Receiver, receiving

CREATED, UPDATED = "user.lifecycle.create", "user.account.update_profile"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def hook(tenant: Tenant, stranger: Downstream, receiver: Receiver) -> Hook:
    return make_hook(tenant, receiver)


def test_every_change_is_one_message_in_order(tenant: Tenant, hook: Hook) -> None:
    """A target that is brought to a state would have got one write."""
    ada = make_user(tenant, "ada", displayName="Ada")
    for name in ("Ada L.", "Ada Lovelace", "Countess of Lovelace"):
        change_user(tenant, ada.id, rename(name), by=actor())
    change_user(tenant, ada.id, switch(False), by=actor())

    hook.drain()

    assert hook.types == [CREATED, UPDATED, UPDATED, UPDATED, "user.lifecycle.deactivate"]
    told = [message["data"]["event"]["target"][0] for message in hook.messages[1:4]]
    names = ["Ada L.", "Ada Lovelace", "Countess of Lovelace"]
    assert [change["changeDetails"]["to"]["displayName"] for change in told] == names
    replica = hook.replica(ada)
    assert (replica.state, replica.applied, replica.due_at) == (State.SYNCED, 5, None)


def test_a_message_is_the_event_as_the_log_has_it_and_says_of_which_moment_the_resource_is(
    tenant: Tenant, hook: Hook
) -> None:
    ada = make_user(tenant, "ada", displayName="Ada")
    change_user(tenant, ada.id, rename("Countess"), by=actor())

    hook.drain()

    first, second = hook.messages
    event = Event.objects.get(user_id=ada.id, event_type=CREATED)
    assert first["data"]["event"] == event.document
    assert (first["timestamp"], hook.ids[0]) == (event.document["published"], str(event.uuid))
    assert [message["data"]["resourceAsOf"] for message in hook.messages] == ["now", "event"]
    assert second["data"]["resource"]["displayName"] == "Countess"
    assert second["data"]["resource"]["id"] == str(ada.id)
    assert second["data"]["deleted"] is False


def test_a_receiver_verifies_a_delivered_request_with_the_public_library(tenant: Tenant, hook: Hook) -> None:
    make_user(tenant, "zoë", displayName="Zoë 🚀")

    hook.drain()

    (received,) = hook.receiver.received
    message = Webhook(hook.target.settings["secret"]).verify(received.body, received.headers)
    assert message["data"]["resource"]["displayName"] == "Zoë 🚀"


def test_who_comes_and_goes_is_told_of_the_group(tenant: Tenant, hook: Hook) -> None:
    ada, bob = make_user(tenant, "ada"), make_user(tenant, "bob")
    hook.drain()
    hook.receiver.received.clear()
    group = make_group(tenant, "Engineers", ada)
    change_group(tenant, group.id, dict, [AddMembers((Member(str(bob.id)),))], by=actor())
    change_group(tenant, group.id, dict, [RemoveAllMembers()], by=actor())

    hook.drain()

    added, removed = "group.user_membership.add", "group.user_membership.remove"
    assert hook.types == ["group.lifecycle.create", added, added, removed, removed]
    assert {message["data"]["resource"]["id"] for message in hook.messages} == {str(group.id)}


def test_the_last_events_of_what_is_deleted_are_told(tenant: Tenant, hook: Hook) -> None:
    ada = make_user(tenant, "ada")
    group = make_group(tenant, "Engineers", ada)
    delete_group(tenant, group.id, by=actor())
    delete_user(tenant, ada.id, by=actor())

    hook.drain()

    assert {"user.lifecycle.delete.completed", "group.lifecycle.delete"} <= set(hook.types)
    assert all(message["data"]["deleted"] for message in hook.messages)
    assert hook.replica(ada).state == hook.replica(group).state == State.SYNCED


def test_a_new_journal_begins_with_the_next_change(tenant: Tenant, receiver: Receiver) -> None:
    ada, group = make_user(tenant, "ada"), make_group(tenant, "Engineers")
    hook = make_hook(tenant, receiver)

    nothing = hook.drain()
    change_user(tenant, ada.id, rename("Ada"), by=actor())
    hook.drain()

    assert nothing == 0
    assert hook.types == [UPDATED]
    assert hook.replica(group).state == State.SYNCED


def test_from_the_start_means_all_that_the_log_holds(tenant: Tenant, receiver: Receiver) -> None:
    ada, gone = make_user(tenant, "ada"), make_user(tenant, "gone")
    change_user(tenant, ada.id, rename("Ada"), by=actor())
    delete_user(tenant, gone.id, by=actor())

    hook = make_hook(tenant, receiver, from_start=True)
    hook.drain()

    assert sorted(hook.types) == [UPDATED, CREATED, CREATED, "user.lifecycle.delete.completed"]


def test_a_refused_event_stops_its_own_resource_only(tenant: Tenant, hook: Hook) -> None:
    ada, bob = make_user(tenant, "ada"), make_user(tenant, "bob")
    hook.receiver.refusing["ada@example.com"] = 422
    change_user(tenant, ada.id, rename("Ada"), by=actor())
    change_user(tenant, bob.id, rename("Bob"), by=actor())
    hook.drain()
    before = list(hook.types)

    hook.receiver.refusing.clear()
    hook.receiver.received.clear()
    parked = hook.replica(ada).state
    replay(hook.target.replicas.filter(user=ada), by=actor())
    hook.drain()

    assert sorted(before) == [UPDATED, CREATED, CREATED]
    assert (parked, hook.replica(bob).state) == (State.PARKED, State.SYNCED)
    assert hook.types == [CREATED, UPDATED]


@pytest.mark.parametrize(
    ("status", "state", "error_class"),
    [
        (500, State.RETRYING, "transient"),
        (408, State.RETRYING, "transient"),
        (410, State.PARKED, "data"),
        (413, State.PARKED, "data"),
        (401, State.PENDING, "access"),
        (404, State.PENDING, "access"),
        (301, State.PENDING, "access"),
    ],
)
def test_each_answer_has_its_remedy(
    tenant: Tenant, hook: Hook, status: int, state: State, error_class: str
) -> None:
    hook.receiver.answers = [(status, {})]
    ada = make_user(tenant, "ada")

    hook.drain()

    replica = hook.replica(ada)
    assert (replica.state, replica.error_class, replica.delivered) == (state, error_class, 0)


def test_a_receiver_that_asks_for_a_pause_gets_it(tenant: Tenant, hook: Hook) -> None:
    hook.receiver.answers = [(429, {"Retry-After": "600"}), (204, {})]
    ada = make_user(tenant, "ada")

    hook.drain()
    hook.target.refresh_from_db()
    waits = hook.target.retry_at
    hook.retry_now()
    hook.drain()

    assert waits is not None
    assert timedelta(minutes=9) < waits - timezone.now() < timedelta(minutes=11)
    # A check comes before the first delivery after trouble.
    assert hook.types == [CREATED, "connector.test", CREATED]
    assert hook.replica(ada).failures == 0


def test_after_a_lost_answer_the_same_id_comes_again(tenant: Tenant, hook: Hook) -> None:
    hook.receiver.answers = [(500, {}), (204, {})]
    make_user(tenant, "ada")

    hook.drain()
    hook.retry_now()
    hook.drain()

    first, second = hook.ids
    assert first == second


def test_a_crash_between_sending_and_verdict_repeats_that_event_only(tenant: Tenant, hook: Hook) -> None:
    ada = make_user(tenant, "ada")
    hook.drain()
    change_user(tenant, ada.id, rename("Ada"), by=actor())
    event = events_of(taken(hook).replica).last()
    assert event is not None
    with endpoint_of(hook) as journal:
        journal.send({"type": "as the dead worker sent it"}, id=str(event.uuid))

    hook.target.replicas.update(lease_until=timezone.now() - timedelta(seconds=1))
    hook.drain()

    assert len(hook.ids) == 3
    assert hook.ids[1] == hook.ids[2] == str(event.uuid)
    assert (hook.replica(ada).state, hook.replica(ada).due_at) == (State.SYNCED, None)


def test_a_finisher_whose_lease_was_taken_over_changes_nothing(tenant: Tenant, hook: Hook) -> None:
    ada = make_user(tenant, "ada")
    late = taken(hook)
    hook.target.replicas.update(lease_until=timezone.now() - timedelta(seconds=1))
    hook.drain()
    change_user(tenant, ada.id, rename("Ada"), by=actor())
    hook.drain()
    cursor = hook.replica(ada).delivered

    with endpoint_of(hook) as journal:
        deliver_event(late, journal)
    hook.drain()

    assert hook.replica(ada).delivered == cursor
    assert hook.ids[-1] == hook.ids[0]
    assert Attempt.objects.filter(replica__target=hook.target, outcome="late").count() == 1
    assert hook.replica(ada).state == State.SYNCED


def test_what_stops_workers_is_parked(tenant: Tenant, hook: Hook) -> None:
    ada = make_user(tenant, "ada")
    for _ in range(CRASHES_ALLOWED):
        claim(hook.target)
        hook.target.replicas.update(lease_until=timezone.now() - timedelta(seconds=1))

    hook.drain()

    assert (hook.replica(ada).state, hook.replica(ada).error_class) == (State.PARKED, "crash")
    assert hook.messages == []


def test_a_replay_sends_the_last_event_again_under_its_id(tenant: Tenant, hook: Hook) -> None:
    ada = make_user(tenant, "ada")
    change_user(tenant, ada.id, rename("Ada"), by=actor())
    hook.drain()

    for _ in range(2):
        replay(hook.target.replicas.filter(user=ada), by=actor())
        hook.drain()
        hook.drain()

    assert hook.types == [CREATED, UPDATED, UPDATED, UPDATED]
    assert hook.ids[1] == hook.ids[2] == hook.ids[3]
    assert hook.replica(ada).attempts.count() == 4


def test_a_replay_while_the_event_is_under_way_is_not_lost(tenant: Tenant, hook: Hook) -> None:
    ada = make_user(tenant, "ada")
    claimed = taken(hook)
    replay(hook.target.replicas.filter(user=ada), by=actor())

    with endpoint_of(hook) as journal:
        deliver_event(claimed, journal)
    hook.drain()

    assert hook.ids == [hook.ids[0]] * 2
    assert hook.replica(ada).state == State.SYNCED


def test_a_change_while_the_event_is_under_way_comes_next(tenant: Tenant, hook: Hook) -> None:
    ada = make_user(tenant, "ada")
    claimed = taken(hook)

    with endpoint_of(hook) as journal:
        change_user(tenant, ada.id, rename("Ada"), by=actor())
        deliver_event(claimed, journal)
    hook.drain()

    assert hook.types == [CREATED, UPDATED]
    assert hook.replica(ada).state == State.SYNCED


def test_a_resource_that_was_read_too_early_is_read_again(tenant: Tenant, hook: Hook) -> None:
    ada = make_user(tenant, "ada")
    hook.drain()
    replay(hook.target.replicas.filter(user=ada), by=actor())
    claimed = taken(hook)
    before = claimed.replica.resource.version
    change_user(tenant, ada.id, rename("Countess"), by=actor())

    with endpoint_of(hook) as journal:
        deliver_event(claimed, journal)

    told = hook.messages[-1]["data"]
    assert before == 1
    assert (told["resource"]["displayName"], told["resourceAsOf"]) == ("Countess", "event")


def test_an_attempt_and_the_log_say_which_event_was_sent(tenant: Tenant, hook: Hook) -> None:
    ada = make_user(tenant, "ada")

    hook.drain()

    attempt = hook.replica(ada).attempts.get()
    assert (attempt.operation, attempt.outcome, str(attempt.event)) == ("send", "done", hook.ids[0])
    told = Event.objects.about_target(hook.target.id).get(user_id=ada.id)
    assert (told.event_type, told.result) == ("event_hook.delivery", "SUCCESS")
    assert told.document["debugContext"]["debugData"]["event"] == hook.ids[0]


def test_a_preview_tells_how_many_events_wait(tenant: Tenant, hook: Hook) -> None:
    ada = make_user(tenant, "ada")
    change_user(tenant, ada.id, rename("Ada"), by=actor())

    before = preview(hook.replica(ada))
    hook.drain()
    after = preview(hook.replica(ada))

    assert (before.outlook, after.outlook) == (Outlook.SEND, Outlook.NOTHING)
    assert before.sentence == "2 events wait, and the first is: Create Okta user."


def test_nothing_of_a_stranger_is_told(tenant: Tenant, hook: Hook, stranger: Downstream) -> None:
    make_user(stranger.target.tenant, "eve")
    make_user(make_tenant("another"), "mallory")

    hook.drain()

    assert hook.messages == []


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

    versions = list(Event.objects.filter(user_id=ada.id).order_by("id").values_list("version", flat=True))
    assert versions == list(range(1, 34))


def in_a_thread(hook: Hook) -> None:
    try:
        hook.drain()
    finally:
        connection.close()


def taken(hook: Hook) -> Claim:
    claimed = claim(hook.target)
    assert claimed is not None
    claimed.replica.target = hook.target
    return claimed


@contextmanager
def endpoint_of(hook: Hook) -> Iterator[AnyJournal]:
    with reached(hook.target) as endpoint:
        assert isinstance(endpoint, Journal)
        yield endpoint
