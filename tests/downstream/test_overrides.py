"""Fix and replay: a value of one replica stands in for what the mapping makes, until it ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directory.models import Group, User
from directory.services import change_user
from downstream.models import Override, State, Trigger
from downstream.overrides import end, end_expired, override
from downstream.previews import Outlook, preview
from downstream.work import prepare
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.downstream.test_claims import taken
from tests.downstream.test_delivery import rename
from tests.factories import actor, make_group, make_user
from tests.log import log_events

CREATED, DELETED = "connector.override.create", "connector.override.delete"


def fix(hr: Downstream, resource: User | Group, field: str, value: Any, **more: Any) -> Override:
    told = {"reason": "Their HR file says so.", "expires_at": None, "by": actor(), **more}
    return override(hr.replica(resource), field, value, **told)


def expire(override: Override) -> None:
    """As if its time had come."""
    past = timezone.now() - timedelta(seconds=1)
    Override.objects.filter(id=override.id).update(created_at=past - timedelta(days=1), expires_at=past)


def test_an_override_frees_and_delivers_what_was_parked(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada", title="Dr")
    hr.store.unwanted["title"] = "Dr"
    hr.drain()
    parked = hr.replica(ada)

    fix(hr, ada, parked.error_attribute, "Doctor")
    hr.drain()

    assert parked.state == State.PARKED
    assert (hr.account(ada)["title"], hr.replica(ada).state) == ("Doctor", State.SYNCED)
    assert hr.replica(ada).trigger == Trigger.OVERRIDE


def test_it_stays_through_later_changes_and_counts_as_known(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada", title="Dr")
    fix(hr, ada, "title", "Doctor")
    hr.drain()
    change_user(tenant, ada.id, rename("Ada"), by=actor())
    hr.drain()
    account, writes = dict(hr.account(ada)), hr.store.writes
    change_user(tenant, ada.id, rename("Somebody"), by=actor())
    change_user(tenant, ada.id, rename("Ada"), by=actor())

    hr.drain()

    assert (account["title"], account["displayName"]) == ("Doctor", "Ada")
    assert hr.store.writes == writes


def test_an_ended_override_gives_way_to_the_mapped_value_once(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada", title="Dr")
    made = fix(hr, ada, "title", "Doctor")
    hr.drain()

    ended = [end(made, by=actor()) for _ in range(2)]
    hr.drain()

    assert ended == [True, False]
    assert hr.account(ada)["title"] == "Dr"
    assert not hr.replica(ada).is_overridden


def test_an_expired_override_ends_by_itself(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada", title="Dr")
    made = fix(hr, ada, "title", "Doctor", expires_at=timezone.now() + timedelta(days=1))
    hr.drain()
    before = end_expired()
    expire(made)

    ended = [end_expired(), end_expired()]
    hr.drain()

    assert (before, ended) == (0, [1, 0])
    assert hr.account(ada)["title"] == "Dr"
    event = log_events().get(tenant=tenant, event_type=DELETED)
    assert event.document["outcome"]["reason"] == "It expired."


def test_an_override_that_expired_is_not_delivered_although_nobody_ended_it(
    tenant: Tenant, hr: Downstream
) -> None:
    ada = make_user(tenant, "ada", title="Dr")
    expire(fix(hr, ada, "title", "Doctor", expires_at=timezone.now() + timedelta(days=1)))

    hr.drain()

    assert hr.account(ada)["title"] == "Dr"


def test_an_override_made_during_a_delivery_leaves_it_due(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada", title="Dr")
    claimed = taken(hr)

    fix(hr, ada, "title", "Doctor")
    hr.target.replicas.filter(id=claimed.replica.id).update(lease=None, lease_until=None)
    hr.drain()

    assert hr.account(ada)["title"] == "Doctor"


def test_a_second_one_of_the_field_takes_the_place_of_the_first(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    first, second = fix(hr, ada, "title", "Dr"), fix(hr, ada, "title", "Countess")
    fix(hr, ada, "displayName", "A.")

    end(first, by=actor())
    hr.drain()

    assert list(Override.objects.living().filter(field="title")) == [second]
    assert (hr.account(ada)["title"], hr.account(ada)["displayName"]) == ("Countess", "A.")


def test_others_and_strangers_are_not_touched(tenant: Tenant, hr: Downstream, stranger: Downstream) -> None:
    ada, bob = make_user(tenant, "ada", title="Dr"), make_user(tenant, "bob", title="Dr")
    fix(hr, ada, "title", "Doctor")

    hr.drain()
    stranger.drain()

    assert hr.account(bob)["title"] == "Dr"
    assert "title" not in next(iter(stranger.store.accounts.values()))


def test_it_is_audited_with_actor_and_reason(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    by = actor()
    end(fix(hr, ada, "title", "Doctor", by=by), by=by)

    events = list(
        log_events().filter(tenant=tenant, event_type__startswith="connector.override").order_by("id")
    )

    assert [event.event_type for event in events] == [CREATED, DELETED]
    assert {event.document["actor"]["id"] for event in events} == {by.id}
    assert events[0].document["outcome"]["reason"] == "Their HR file says so."
    assert events[0].document["debugContext"]["debugData"] == {"field": "title", "value": '"Doctor"'}


def test_a_group_has_overrides_too(tenant: Tenant, hr: Downstream) -> None:
    group = make_group(tenant, "Engineers", make_user(tenant, "ada"))
    fix(hr, group, "externalId", "42")

    hr.drain()

    assert hr.account(group)["externalId"] == "42"
    assert len(hr.account(group)["members"]) == 1  # type: ignore[arg-type]  # a list


def test_a_preview_marks_what_is_overridden(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada", title="Dr")
    hr.drain()
    fix(hr, ada, "title", "Doctor")

    seen = preview(hr.replica(ada))

    (line,) = seen.changes
    assert (seen.outlook, line.there, line.wanted, line.overridden) == (Outlook.UPDATE, "Dr", "Doctor", True)


def test_whoever_has_no_override_is_asked_for_none(tenant: Tenant, hr: Downstream) -> None:
    replica = hr.replica(make_user(tenant, "ada"))

    with CaptureQueriesContext(connection) as asked:
        prepare(replica)

    assert not [query for query in asked if "override" in query["sql"].split("FROM")[1]]
