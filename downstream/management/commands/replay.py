"""Replays what a person selects: failed deliveries, unless told otherwise."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import CommandError, CommandParser

from audit.actor import command_actor
from downstream.models import Replay, State
from downstream.replay_jobs import progress_of, start_replay, work_off
from downstream.replay_jobs.expectations import expected
from downstream.selections import InvalidSelection, Selection, select
from lib.commands import AnsweringCommand, positive
from tenants.lookups import tenant_named
from tenants.models import Tenant

# By the names of a selection.
OPTIONS = ("target", "state", "since", "until", "group", "failure_group")
STEP = 0.5


class Command(AnsweringCommand):
    help = "Deliver again: what failed, or what --state, --since, --until, --group and --target select."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("tenant")
        parser.add_argument("--target", metavar="NAME")
        parser.add_argument("--state", choices=State.values)
        parser.add_argument("--since", metavar="TIME", help="failed at or after this moment (RFC 3339)")
        parser.add_argument("--until", metavar="TIME", help="failed before this moment")
        parser.add_argument("--group", metavar="ID", help="this group and its members")
        parser.add_argument("--failure-group", metavar="ID", help="what failed for this cause")
        parser.add_argument("--reason", default="", help="for those who read the log later")
        parser.add_argument("--rate", type=positive, metavar="N", help="at most so many a second")
        parser.add_argument("--dry-run", action="store_true", help="only count")
        parser.add_argument(
            "--wait", action="store_true", help="until it ends, is stopped or awaits approval"
        )

    def handle(self, *args: Any, tenant: str, json: bool, dry_run: bool, **options: Any) -> None:
        owner = tenant_named(tenant)
        try:
            selection = select(owner, {name: options[name] for name in OPTIONS})
            job = None if dry_run else self._start(owner, selection, options)
        except InvalidSelection as error:
            raise CommandError(str(error)) from error
        if job and options["wait"]:
            job = wait(job)
        told = _told(job) if job else _expected(owner, selection)
        self.answer({"tenant": tenant, **told}, as_json=json)

    def _start(self, tenant: Tenant, selection: Selection, options: dict[str, Any]) -> Replay | None:
        chosen = {name: options[name] for name in ("reason", "rate")}
        return start_replay(tenant, selection, by=command_actor("replay"), **chosen)


def wait(job: Replay) -> Replay:
    """Until it runs no more; workers deliver, and whoever is free works the job off."""
    while job.is_running:
        work_off(job.id)
        time.sleep(STEP)
        job.refresh_from_db()
    return job


def _expected(tenant: Tenant, selection: Selection) -> dict[str, Any]:
    """Nothing is replayed: a dry run, or there was nothing to do."""
    targets = expected(selection.of(tenant))
    total = sum(target.total for target in targets)
    return {"selected": total, "replayed": 0, "targets": [target.as_json() for target in targets]}


def _told(job: Replay) -> dict[str, Any]:
    """`replayed` are those that will be delivered, or were."""
    progress = progress_of(job)
    replayed = 0 if job.is_awaiting else progress.total - progress.overtaken
    return {
        "selected": progress.total,
        "replayed": replayed,
        "replay": str(job.id),
        "state": job.state,
        "delivered": progress.delivered,
        "failed": progress.failed,
        "percent": round(progress.percent, 1),
    }
