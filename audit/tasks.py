"""Periodic work on the log; `downstream.duties` says how often. Each bears being run twice at once."""

from __future__ import annotations

from celery import shared_task

from audit import exports
from audit.integrity import rounds


@shared_task(ignore_result=True)
def work_off_exports() -> None:
    """A round of each export that nobody has in hand."""
    exports.work_off_all()


@shared_task(ignore_result=True)
def throw_exports_away() -> None:
    exports.expire()


@shared_task(ignore_result=True)
def verify_logs() -> None:
    """Those whose time has come begin, with a first round."""
    rounds.begin_due()
    rounds.work_off_all()


@shared_task(ignore_result=True)
def go_on_verifying() -> None:
    """A round of each verification that is under way."""
    rounds.work_off_all()
