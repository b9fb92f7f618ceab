"""Replay jobs for tests: started, run, counted, told."""

from __future__ import annotations

from audit.actor import Actor, ActorType
from audit.catalogue import EventType
from downstream.models import Replay
from downstream.replay_jobs import (
    progress_of,
    start_replay,
    work_off,
)
from downstream.selections import Selection
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.factories import make_user
from tests.log import log_events

REASON = "The database was mended."


def person(name: str = "grace") -> Actor:
    return Actor(id=name, type=ActorType.USER, display_name=name.title(), alternate_id=name)


def failed(tenant: Tenant, hr: Downstream, count: int) -> None:
    names = [f"user{number}" for number in range(count)]
    hr.store.refused.update(names)
    for name in names:
        make_user(tenant, name)
    hr.drain()
    assert hr.target.replicas.parked().count() == count


def started(tenant: Tenant, selection: Selection | None = None, **options: object) -> Replay:
    job = start_replay(tenant, selection or Selection(), by=person(), reason=REASON, **options)  # type: ignore[arg-type]
    assert job is not None
    return job


def now(job: Replay) -> Replay:
    return Replay.objects.get(id=job.id)


def counts(job: Replay) -> tuple[int, int, int, int, int]:
    progress = progress_of(now(job))
    return (
        progress.to_come,
        progress.under_way,
        progress.delivered,
        progress.failed,
        progress.overtaken,
    )


def run(job: Replay, hr: Downstream) -> Replay:
    for _ in range(50):
        work_off(job.id)
        hr.drain()
        if not now(job).is_running:
            break
    return now(job)


def told(job: Replay, kind: EventType) -> list[str]:
    events = log_events().filter(event_type=kind, transaction_id=job.transaction_id).order_by("id")
    return [event.document["actor"]["alternateId"] for event in events]
