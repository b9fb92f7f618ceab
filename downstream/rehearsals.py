"""Dry run: what would be done is written down, and nothing is done."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from downstream.calls import guarded
from downstream.claims import Claim, finish
from downstream.connectors.base import AnyConnector
from downstream.errors import DeliveryError
from downstream.event_delivery import next_or_rest, work_of
from downstream.journal import Tried, Watch, log_rehearsal, write_attempt
from downstream.models import State
from downstream.previews import Outlook, Preview, look
from downstream.verdicts import fail
from downstream.work import Work, without_secrets

# What an attempt keeps: a plan is for reading, not a second copy of the directory.
MOST_CHANGES, LONGEST_VALUE = 50, 200


def rehearse(claimed: Claim, work: Work, connector: AnyConnector) -> None:
    """Look at what the target has, where it can be asked, and write down what would become of it.

    What would fail for its data fails here, and a target that does not answer is tried again.
    """
    watch = Watch()
    try:
        with guarded(claimed.replica.trace):
            plan = _plan(look(work, connector), work)
    except DeliveryError as refused:
        fail(claimed, watch.tried(work, without_secrets(refused, work)))
        return
    _write(claimed, watch.tried(work, plan=plan))


def rehearse_event(claimed: Claim) -> bool:
    """The next event stays the next one. Whether there is one."""
    event = next_or_rest(claimed)
    if event is None:
        return False
    _write(claimed, Tried(work_of(claimed.replica, event), plan={"would": "Would be sent", "changes": []}))
    return True


def _plan(preview: Preview, work: Work) -> dict[str, Any]:
    told = preview.outlook if preview.outlook != Outlook.UNKNOWN else Outlook(work.operation.value)
    changes = [[line.field, _short(line.there), _short(line.wanted)] for line in preview.changes]
    plan: dict[str, Any] = {
        "would": told.label,
        "why": preview.sentence,
        "changes": changes[:MOST_CHANGES],
        "more": max(0, len(changes) - MOST_CHANGES),
    }
    if members := preview.members:
        plan["members"] = {"joining": members.joining, "leaving": members.leaving}
    return plan


def _short(value: Any) -> Any:
    text = value if isinstance(value, str) else str(value)
    return value if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _write(claimed: Claim, tried: Tried) -> None:
    plan = tried.plan or {}
    with transaction.atomic():
        kept = finish(
            claimed,
            state=State.REHEARSED,
            due_at=None,
            failures=0,
            error_class="",
            error="",
            error_attribute="",
            failed_at=None,
            failure_group=None,
        )
        write_attempt(tried, in_time=kept)
        if kept:
            log_rehearsal(tried.work, plan["would"].lower())
