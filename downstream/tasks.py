"""Celery carries wake-ups only: ids, early acknowledgement, no retry, no result."""

from __future__ import annotations

import uuid

from celery import shared_task

from audit import checkpoints, erasure, pruning, witnesses
from audit.actor import system_actor
from downstream import overrides, pool, replay_jobs
from downstream.alerts.rounds import look
from downstream.alerts.sending import send_due
from downstream.rotations import wipe_old_secrets
from downstream.streams.running import run_due

# Seconds in one turn, shorter than the time to the next.
ERASING = 4.0


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


@shared_task(ignore_result=True)
def look_for_alerts() -> None:
    look()


@shared_task(ignore_result=True)
def send_notices() -> None:
    send_due()


@shared_task(ignore_result=True)
def forget_secrets() -> None:
    wipe_old_secrets()


@shared_task(ignore_result=True)
def make_checkpoints() -> None:
    """Of every log that went on."""
    checkpoints.make_due()


@shared_task(ignore_result=True)
def tell_checkpoints() -> None:
    witnesses.tell_all()


@shared_task(ignore_result=True)
def prune_log() -> None:
    """What is older than its tenant keeps it."""
    pruning.prune_all(by=system_actor())


@shared_task(ignore_result=True)
def erase_people() -> None:
    """Whom somebody wants erased from the log."""
    erasure.work_off_all(seconds=ERASING)


@shared_task(ignore_result=True)
def tell_streams() -> None:
    """Returns at once: threads beside the worker tell each stream what is new."""
    run_due()
