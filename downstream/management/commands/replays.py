"""Lists the replays of a tenant, and stops, resumes, approves or declines one of them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.core.management.base import CommandError, CommandParser

from audit.actor import command_actor
from downstream.models import Replay
from downstream.refusals import Refusal
from downstream.replay_jobs import approve, decline, progress_of, resume, stop
from lib.commands import AnsweringCommand
from tenants.lookups import tenant_named

STEPS: dict[str, Callable[..., bool]] = {
    "stop": stop,
    "resume": resume,
    "approve": approve,
    "decline": decline,
}
SHOWN = 50


class Command(AnsweringCommand):
    help = "List the newest replays of a tenant; or stop, resume, approve or decline one."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("tenant")
        steps = parser.add_mutually_exclusive_group()
        for name in STEPS:
            steps.add_argument(f"--{name}", metavar="ID", help=f"{name} this one")

    def handle(self, *args: Any, tenant: str, json: bool, **options: Any) -> None:
        own = Replay.objects.of_tenant(tenant_named(tenant)).select_related("tenant")
        for name, step in STEPS.items():
            if identifier := options[name]:
                own = own.filter(id=_id(identifier))
                self._take(name, step, own.first())
        jobs = [_told(job) for job in own.newest_first()[:SHOWN]]
        if json:
            self.answer({"tenant": tenant, "replays": jobs}, as_json=True)
            return
        for job in jobs:
            self.answer(job, as_json=False)
            self.stdout.write("")

    def _take(self, name: str, step: Callable[..., bool], job: Replay | None) -> None:
        if job is None:
            raise CommandError("The tenant has no such replay.")
        try:
            if not step(job, by=command_actor("replays")):
                raise CommandError(
                    f"The replay is {job.get_state_display().lower()}: {name} is not possible now."
                )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal


def _told(job: Replay) -> dict[str, Any]:
    return {
        "id": str(job.id),
        "state": job.state,
        "words": job.words,
        "reason": job.reason,
        "by": job.actor["name"],
        "created_at": job.created_at.isoformat(timespec="seconds"),
        **progress_of(job).as_json(),
    }


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise CommandError(f"{text!r} is no id of a replay.") from None
