"""Periodic work on the log; `downstream.duties` says how often. Each bears being run twice at once."""

from __future__ import annotations

from celery import shared_task

from audit import exports


@shared_task(ignore_result=True)
def work_off_exports() -> None:
    """A round of each export that nobody has in hand."""
    exports.work_off_all()


@shared_task(ignore_result=True)
def throw_exports_away() -> None:
    exports.expire()
