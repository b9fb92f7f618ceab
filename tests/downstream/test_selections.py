"""What may be selected for a replay, and what of it is the tenant's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from downstream.models import FailureGroup, Replica
from downstream.selections import InvalidSelection, Selection, in_words, select
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.factories import make_group, make_user

NO_ONE = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(autouse=True)
def failures(tenant: Tenant, hr: Downstream, stranger: Downstream) -> None:
    """Ada and Bob have failed in HR, Carl is in step; the stranger's Ada has failed too."""
    hr.store.refused |= {"ada", "bob"}
    stranger.store.refused.add("ada")
    for name in ("ada", "bob", "carl"):
        make_user(tenant, name)
    hr.drain()
    stranger.drain()


def names(tenant: Tenant, **asked: Any) -> set[str]:
    found = select(tenant, asked).of(tenant).exclude(user=None)
    return set(found.values_list("user__user_name", flat=True))


def test_nothing_asked_for_is_everything_failed(tenant: Tenant, hr: Downstream) -> None:
    assert names(tenant) == {"ada", "bob"}
    assert select(tenant, {}).of(tenant).count() == 2


def test_each_field_narrows(tenant: Tenant, hr: Downstream) -> None:
    group = make_group(tenant, "Engineers")
    cause = FailureGroup.objects.get(target=hr.target)
    ada = hr.target.replicas.get(user__user_name="ada")
    long_ago = timezone.now() - timedelta(days=1)
    Replica.objects.filter(id=ada.id).update(failed_at=long_ago)

    assert names(tenant, target=hr.target.name) == names(tenant, target=str(hr.target.id)) == {"ada", "bob"}
    assert (
        names(tenant, failure_group=cause.id) == names(tenant, failure_group=str(cause.id)) == {"ada", "bob"}
    )
    assert names(tenant, error_class="data") == {"ada", "bob"}
    assert names(tenant, error_class="bug") == set()
    assert names(tenant, state="synced") == {"carl"}
    assert names(tenant, since=(timezone.now() - timedelta(hours=1)).isoformat()) == {"bob"}
    assert names(tenant, until="2026-01-01T00:00:00Z") == set()
    assert names(tenant, until=(timezone.now() - timedelta(hours=1)).isoformat()) == {"ada"}
    assert names(tenant, replicas=[ada.id]) == {"ada"}
    assert names(tenant, group=str(group.id)) == set()


def test_a_group_means_its_members_too(tenant: Tenant, hr: Downstream) -> None:
    ada = hr.target.replicas.get(user__user_name="ada").user
    assert ada is not None
    group = make_group(tenant, "Engineers", ada)

    assert names(tenant, group=str(group.id)) == {"ada"}


def test_ids_of_a_stranger_select_nothing(tenant: Tenant, hr: Downstream, stranger: Downstream) -> None:
    ids = list(stranger.target.replicas.values_list("id", flat=True))

    assert names(tenant, replicas=ids) == set()


def test_what_is_a_strangers_is_not_known(tenant: Tenant, hr: Downstream, stranger: Downstream) -> None:
    group = make_group(stranger.target.tenant, "Strangers")
    cause = FailureGroup.objects.get(target=stranger.target)

    for asked in (
        {"target": str(stranger.target.id)},
        {"target": stranger.target.name},
        {"failure_group": cause.id},
        {"group": str(group.id)},
    ):
        with pytest.raises(InvalidSelection):
            select(tenant, asked)


@pytest.mark.parametrize(
    "asked",
    [
        {"unknown": "x"},
        {"target": "a\0b"},
        {"target": 7},
        {"target": NO_ONE},
        {"failure_group": "x"},
        {"failure_group": "9" * 30},
        {"failure_group": True},
        {"error_class": "x"},
        {"error_class": ["data"]},
        {"state": "x"},
        {"group": "x"},
        {"since": "yesterday"},
        {"since": "2026-13-40T00:00:00Z"},
        {"until": 5},
        {"replicas": "12"},
        {"replicas": [0]},
        {"replicas": [2**63]},
        {"replicas": [True]},
        {"replicas": list(range(1, 600))},
    ],
)
def test_what_makes_no_sense_is_refused_with_its_field(tenant: Tenant, asked: dict[str, Any]) -> None:
    with pytest.raises(InvalidSelection) as refused:
        select(tenant, asked)

    assert refused.value.field == next(iter(asked))


def test_a_selection_is_kept_as_json_and_read_again(tenant: Tenant, hr: Downstream) -> None:
    selection = Selection(
        replicas=(1, 2),
        target=hr.target.id,
        failure_group=3,
        error_class="data",
        state="parked",
        since=datetime(2026, 1, 1, tzinfo=UTC),
    )

    assert Selection.from_json(selection.as_json()) == selection
    assert Selection.from_json({}) == Selection()
    assert selection.key != Selection().key


def test_a_selection_is_told_in_words(tenant: Tenant, hr: Downstream) -> None:
    cause = FailureGroup.objects.get(target=hr.target)
    group = make_group(tenant, "Engineers")

    assert in_words(Selection(), tenant) == "Everything failed"
    assert in_words(Selection(replicas=(1, 2)), tenant) == "2 that were chosen"
    assert in_words(Selection(state="synced"), tenant) == "Everything in step"
    words = in_words(
        Selection(
            target=hr.target.id,
            failure_group=cause.id,
            error_class="data",
            group=group.id,
            since=datetime(2026, 1, 1, tzinfo=UTC),
        ),
        tenant,
    )
    assert words == (
        f"Failures of {hr.target.name}, {hr.target.name}: “{cause.cause}”, refused the data, "
        "group Engineers and its members, since 2026-01-01 00:00:00 UTC"
    )
