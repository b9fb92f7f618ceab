"""Journal targets: every event, in order for each resource, stopping nobody else."""

from __future__ import annotations

from standardwebhooks import Webhook

from directory.services import change_group, change_user, delete_group, delete_user
from downstream.event_delivery import deliver_event
from downstream.models import State
from downstream.previews import Outlook, preview
from downstream.settings import change_target
from lib.documents import Member
from lib.documents.changes import AddMembers, RemoveAllMembers
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.downstream.hooks import Hook, endpoint_of, make_hook, taken
from tests.downstream.test_delivery import rename, switch
from tests.factories import actor, make_group, make_tenant, make_user
from tests.log import log_events
from tests.receivers import Receiver

CREATED, UPDATED = "user.lifecycle.create", "user.account.update_profile"


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
    event = log_events().get(user_id=ada.id, event_type=CREATED)
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


def test_a_version_is_there_when_the_last_of_its_events_is(tenant: Tenant, hook: Hook) -> None:
    """Whoever waits for the webhook, such as a target behind it, does not go on in the middle of a change."""
    users = [make_user(tenant, name) for name in ("ada", "bob")]
    hook.drain()
    group = make_group(tenant, "Engineers", *users)

    seen = []
    for _ in range(3):
        with endpoint_of(hook) as journal:
            deliver_event(taken(hook), journal)
        seen.append(hook.replica(group).applied)

    assert seen == [0, 0, 1]


def test_a_webhook_behind_a_target_tells_what_is_there_already(
    tenant: Tenant, hook: Hook, hr: Downstream
) -> None:
    change_target(hook.target, after=[hr.target], by=actor())
    ada = make_user(tenant, "ada")

    hook.drain()
    early, waiting = len(hook.messages), hook.replica(ada).state
    hr.drain()
    hook.drain()

    assert (early, waiting) == (0, State.WAITING)
    assert hook.types == [CREATED]


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


def test_an_attempt_and_the_log_say_which_event_was_sent(tenant: Tenant, hook: Hook) -> None:
    ada = make_user(tenant, "ada")

    hook.drain()

    attempt = hook.replica(ada).attempts.get()
    assert (attempt.operation, attempt.outcome, str(attempt.event)) == ("send", "done", hook.ids[0])
    told = log_events().about_target(hook.target.id).get(user_id=ada.id)
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
