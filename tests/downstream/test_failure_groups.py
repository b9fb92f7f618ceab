"""Failures with the same cause form one group."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directory.services import change_user
from downstream.claims import claim
from downstream.errors import AccessDenied, BadData, ErrorClass, Exists, Throttled, Transient
from downstream.failures import failure_group_id
from downstream.models import FailureGroup, Replica, State, Target
from downstream.overrides import override
from downstream.policy import STRIKES_ALLOWED
from downstream.settings import change_target
from downstream.work import Work, prepare
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.factories import actor, make_user


def groups(hr: Downstream) -> list[FailureGroup]:
    return list(FailureGroup.objects.filter(target=hr.target).order_by("id"))


def failing(hr: Downstream, group: FailureGroup) -> int:
    return Replica.objects.filter(failure_group=group).failed().count()


def work_of(hr: Downstream) -> Work:
    claimed = claim(hr.target)
    assert claimed is not None
    claimed.replica.target = hr.target
    return prepare(claimed.replica)


def test_what_fails_for_the_same_reason_is_one_group(
    tenant: Tenant, hr: Downstream, stranger: Downstream
) -> None:
    for name in ("bad", "worse", "worst"):
        make_user(tenant, name)
    hr.store.refused |= {"bad", "worse", "worst"}
    stranger.store.refused.add("ada")

    hr.drain()
    stranger.drain()

    (group,) = groups(hr)
    assert (group.error_class, group.cause) == (ErrorClass.DATA, f"memory:{hr.target.name} refuses [name].")
    assert group.example == f"memory:{hr.target.name} refuses bad."
    assert failing(hr, group) == 3
    assert [failing(stranger, other) for other in groups(stranger)] == [1]


def test_another_class_or_another_cause_is_another_group(tenant: Tenant, hr: Downstream) -> None:
    for name in ("first", "second", "third"):
        make_user(tenant, name)
    hr.store.errors += [BadData("No."), Exists("No."), BadData("Never.")]

    hr.drain()

    assert len(groups(hr)) == 3


def test_a_failure_that_is_retried_is_in_a_group_too(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    hr.store.errors.append(Transient("It did not answer."))

    hr.drain()

    assert hr.replica(ada).state == State.RETRYING
    assert [failing(hr, group) for group in groups(hr)] == [1]


@pytest.mark.parametrize("trouble", [AccessDenied("The password is wrong."), Throttled("Slowly.")])
def test_what_concerns_the_whole_target_forms_no_group(
    tenant: Tenant, hr: Downstream, trouble: Exception
) -> None:
    make_user(tenant, "ada")
    hr.store.errors.append(trouble)

    hr.drain()

    assert groups(hr) == []


def test_a_success_takes_a_replica_out_of_its_group(tenant: Tenant, hr: Downstream) -> None:
    bad = make_user(tenant, "bad")
    hr.store.refused.add("bad")
    hr.drain()
    hr.store.refused.clear()

    change_user(tenant, bad.id, lambda document: {**document, "title": "Dr"}, by=actor())
    pending = [failing(hr, group) for group in groups(hr)]
    hr.drain()

    assert pending == [0]
    assert hr.replica(bad).failure_group is None


def test_a_replica_that_fails_otherwise_changes_its_group(tenant: Tenant, hr: Downstream) -> None:
    make_user(tenant, "ada")
    hr.store.errors += [Transient("It did not answer."), BadData("No.")]

    hr.drain()
    hr.retry_now()
    hr.drain()

    assert [failing(hr, group) for group in groups(hr)] == [0, 1]


def test_a_group_remembers_when_it_failed_first_and_last(tenant: Tenant, hr: Downstream) -> None:
    make_user(tenant, "ada")
    hr.store.errors += [BadData("No.")]
    hr.drain()
    long_ago = timezone.now() - timedelta(days=2)
    FailureGroup.objects.update(first_at=long_ago, last_at=long_ago)
    make_user(tenant, "bob")
    hr.store.errors += [BadData("No.")]

    hr.drain()

    (group,) = groups(hr)
    assert group.first_at == long_ago
    assert timezone.now() - group.last_at < timedelta(minutes=1)


def test_a_group_that_has_just_grown_is_only_read(tenant: Tenant, hr: Downstream) -> None:
    make_user(tenant, "ada")
    work = work_of(hr)
    known = failure_group_id(work, BadData("No."))

    with CaptureQueriesContext(connection) as asked:
        assert failure_group_id(work, BadData("No.")) == known

    assert [query["sql"].split()[0] for query in asked] == ["SELECT"]


@pytest.mark.django_db(transaction=True)
def test_many_who_fail_at_once_with_one_cause_make_one_group(tenant: Tenant, hr: Downstream) -> None:
    make_user(tenant, "ada")
    work = work_of(hr)

    def fail() -> int:
        try:
            return failure_group_id(work, BadData("No."))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        found = {future.result() for future in [pool.submit(fail) for _ in range(24)]}

    assert found == {group.pk for group in groups(hr)}
    assert len(found) == 1


@pytest.mark.parametrize("chunk", [2, 500])
def test_a_target_that_is_back_empties_the_group_by_itself(
    tenant: Tenant, hr: Downstream, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr("downstream.breaker.CHUNK", chunk)
    for number in range(STRIKES_ALLOWED):
        make_user(tenant, f"user{number}")
    hr.store.errors += [Transient("It did not answer.")] * STRIKES_ALLOWED
    hr.drain()
    (group,) = groups(hr)
    full = failing(hr, group)
    # One of them comes first, when its time has come; the others need not wait for theirs.
    hr.target.replicas.update(due_at=timezone.now() + timedelta(minutes=20))
    make_user(tenant, "ada")
    Target.objects.filter(id=hr.target.id).update(resume_at=timezone.now())

    hr.drain()

    assert (full, failing(hr, group)) == (STRIKES_ALLOWED, 0)


def test_changed_settings_empty_the_group_by_themselves(tenant: Tenant, hr: Downstream) -> None:
    make_user(tenant, "bad")
    make_user(tenant, "worse")
    hr.store.refused |= {"bad", "worse"}
    hr.drain()
    (group,) = groups(hr)
    full = failing(hr, group)

    change_target(hr.target, config={"name": f"{hr.target.name}-moved"}, by=actor())
    hr.drain()

    assert (full, failing(hr, group)) == (2, 0)


def test_an_override_takes_its_replica_out_of_the_group(tenant: Tenant, hr: Downstream) -> None:
    ada, bob = make_user(tenant, "ada", title="Dr"), make_user(tenant, "bob", title="Dr")
    hr.store.unwanted["title"] = "Dr"
    hr.drain()
    (group,) = groups(hr)

    override(hr.replica(ada), "title", "Doctor", reason="Until Monday.", expires_at=None, by=actor())
    hr.drain()

    assert (group.attribute, failing(hr, group)) == ("title", 1)
    assert [hr.replica(user).state for user in (ada, bob)] == [State.SYNCED, State.PARKED]
