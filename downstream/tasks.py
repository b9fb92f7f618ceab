"""Celery carries wake-ups only: ids, early acknowledgement, no retry, no result."""

from __future__ import annotations

import uuid
from datetime import timedelta

from celery import shared_task

from downstream.engine import drain

BUDGET = timedelta(seconds=30)


@shared_task(ignore_result=True)
def wake(target_id: str) -> None:
    drain(uuid.UUID(target_id), budget=BUDGET)
