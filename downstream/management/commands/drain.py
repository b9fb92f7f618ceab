"""Applies what is due in this process, without worker and broker."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from django.core.management.base import CommandError, CommandParser

from downstream.engine import drain
from downstream.models import Replica, Target
from lib.commands import AnsweringCommand, positive

STEP = 0.2
BUDGET = timedelta(seconds=30)


class Command(AnsweringCommand):
    help = "Deliver what is due. With --until-clean, go on until nothing is owed any more."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--target", metavar="NAME", help="only targets of this name")
        parser.add_argument("--until-clean", type=positive, metavar="SECONDS")

    def handle(
        self, *args: Any, target: str | None, until_clean: int | None, json: bool, **options: Any
    ) -> None:
        targets = Target.objects.filter(name=target) if target else Target.objects.all()
        if target and not targets.exists():
            raise CommandError(f"There is no target {target!r}.")
        until = time.monotonic() + (until_clean or 0)
        delivered = drain_all(targets)
        while (owed := owed_by(targets)) and time.monotonic() < until:
            time.sleep(STEP)
            delivered += drain_all(targets)
        self.answer({"deliveries": delivered, "owed": owed}, as_json=json)
        if until_clean and owed:
            raise CommandError(f"{owed} deliveries are still owed after {until_clean} s.")


def drain_all(targets: Any) -> int:
    return sum(drain(target_id, budget=BUDGET) for target_id in targets.values_list("id", flat=True))


def owed_by(targets: Any) -> int:
    """Replicas that are not in step, the failed ones included."""
    backlog = Replica.objects.filter(target__in=targets)
    return backlog.backlog().count() + backlog.parked().count()
