"""Operations that refer to one another happen all or not at all (RFC 7644, 3.7.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.models import Group, User
from downstream.models import Replica
from scim.bulk.ordering import running_order
from tenants.models import Tenant
from tests.factories import make_target
from tests.log import log_events
from tests.scim.bulks import new_group, new_user, run, statuses
from tests.scim.client import ScimClient
from tests.scim.test_bulk import REFUSED


def circle(taken: str) -> list[dict[str, Any]]:
    """A user in a group that stands in the user; the user's name is taken."""
    return [new_group("team", "bulkId:ann"), new_user("ann", taken, costCenter="bulkId:team")]


@pytest.mark.parametrize("turned", [False, True], ids=["the failing one runs first", "it runs last"])
def test_nothing_of_a_circle_is_done_if_one_of_it_fails(okta: ScimClient, ada: User, turned: bool) -> None:
    make_target(ada.tenant)
    operations = circle("ada")[::-1] if turned else circle("ada")

    answer = run(okta, *operations, new_user("other"))

    group, user = sorted(answer[:2], key=lambda one: one["bulkId"] == "ann")
    assert statuses(answer) == ["409", "409", "201"]
    assert user["response"]["scimType"] == "uniqueness"
    assert "'ann'" in group["response"]["detail"]
    assert not [one for one in answer[:2] if "location" in one or "version" in one]
    assert not Group.objects.filter(tenant=ada.tenant).exists()
    assert {replica.user for replica in Replica.objects.all()} == {ada, User.objects.get(user_name="other")}


def test_what_was_undone_is_in_the_log_as_refused_only(okta: ScimClient, ada: User) -> None:
    before = set(log_events().values_list("id", flat=True))

    run(okta, *reversed(circle("ada")))

    events = log_events().exclude(id__in=before)
    assert set(events.values_list("event_type", flat=True)) == {REFUSED}
    assert sorted(event.document["outcome"]["reason"][:18] for event in events) == [
        "The operation 'ann",
        "userName ada is al",
    ]


def test_what_refers_to_a_circle_that_failed_fails(okta: ScimClient, ada: User) -> None:
    answer = run(okta, new_group("crew", "bulkId:team"), *circle("ada"))

    assert statuses(answer) == ["409", "409", "409"]
    assert "'team'" in answer[0]["response"]["detail"]


@pytest.mark.parametrize(("allowed", "ran"), [(1, 2), (2, 2), (3, 3), (None, 3)])
def test_each_of_a_circle_counts_as_an_error(
    okta: ScimClient, ada: User, allowed: int | None, ran: int
) -> None:
    answer = run(okta, *circle("ada"), new_user("other"), failOnErrors=allowed)

    assert len(answer) == ran
    assert User.objects.filter(tenant=ada.tenant, user_name="other").exists() is (ran == 3)


def test_stopping_never_cuts_a_circle(okta: ScimClient, ada: User) -> None:
    """The error comes from elsewhere, while a circle is under way in the order sent."""
    first, last = circle("ann")

    answer = run(okta, first, new_user("twin", "ada"), last, failOnErrors=1)

    assert statuses(answer) == ["201", "409", "201"]
    group = Group.objects.get(tenant=ada.tenant)
    assert str(group.id) == User.objects.get(user_name="ann").document["costCenter"]


def test_one_that_refers_to_itself_is_a_circle_of_one(okta: ScimClient, tenant: Tenant) -> None:
    answer = run(okta, new_user("ann", costCenter="bulkId:ann"))

    (user,) = User.objects.filter(tenant=tenant)
    assert statuses(answer) == ["201"]
    assert user.document["costCenter"] == str(user.id)


def test_a_bug_in_a_circle_leaves_nothing_of_it(
    okta: ScimClient, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    okta.django.raise_request_exception = False
    monkeypatch.setattr("scim.adapters.services.create_group", lambda *_, **__: 1 / 0)

    run_it = okta.post("/Bulk", {"Operations": [new_user("before"), *reversed(circle("ann"))]})

    assert run_it.status_code == 500
    assert [user.user_name for user in User.objects.filter(tenant=tenant)] == ["before"]


NEEDS = st.integers(1, 8).flatmap(
    lambda size: st.lists(st.lists(st.integers(0, size - 1), max_size=3), min_size=size, max_size=size)
)


@settings(max_examples=300, deadline=None, database=None)
@given(NEEDS)
def test_what_is_needed_comes_before_and_circles_are_those_who_need_one_another(
    needs: list[list[int]],
) -> None:
    order = running_order(needs)

    at = {place: number for number, circle in enumerate(order) for place in circle}
    reach = {place: reached(place, needs) for place in range(len(needs))}
    assert sorted(place for circle in order for place in circle) == list(range(len(needs)))
    for place, needed in reach.items():
        for other in needed - {place}:
            assert at[other] < at[place] if place not in reach[other] else at[other] == at[place]
    for circle in order:
        assert all(other in reach[place] for place in circle for other in circle if other != place)


def reached(place: int, needs: Sequence[Sequence[int]]) -> set[int]:
    found: set[int] = set()
    waiting = list(needs[place])
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(needs[one])
    return found


def test_who_needs_nobody_keeps_the_place_sent() -> None:
    assert running_order([[], [], [3], [], []]) == [[0], [1], [3], [2], [4]]
