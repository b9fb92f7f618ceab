"""Celery carries wake-ups only: ids, early acknowledgement, no retry, no result."""

from __future__ import annotations

import uuid

from celery import shared_task

from downstream import overrides, pool, replay_jobs


@shared_task(ignore_result=True)
def wake(target_id: str) -> None:
    """Returns at once, so that no target stands before another one in the broker's queue."""
    pool.ask(uuid.UUID(target_id))


@shared_task(ignore_result=True)
def end_expired_overrides() -> None:
    overrides.end_expired()


@shared_task(ignore_result=True)
def work_off_replays() -> None:
    """A round of each replay that nobody works off at this moment."""
    replay_jobs.work_off_all()
