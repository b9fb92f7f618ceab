"""Lists the streams of a tenant's log, and tries, switches, rewinds or removes one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.management.base import CommandError, CommandParser

from audit.actor import Actor, command_actor
from downstream.errors import DeliveryError
from downstream.models import LogStream
from downstream.refusals import Refusal
from downstream.streams.feed import end_of_log
from downstream.streams.keeping import change_stream, remove_stream, rewind, try_stream
from lib.commands import AnsweringCommand, whole
from tenants.lookups import tenant_named
from tenants.models import Tenant

STEPS: dict[str, Callable[[LogStream, Actor], object]] = {
    "test": lambda stream, by: try_stream(stream, by=by),
    "enable": lambda stream, by: change_stream(stream, enabled=True, by=by),
    "disable": lambda stream, by: change_stream(stream, enabled=False, by=by),
    "remove": lambda stream, by: remove_stream(stream, by=by),
}


class Command(AnsweringCommand):
    help = "List the streams of a tenant's log; or try, enable, disable, rewind or remove one."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("tenant")
        steps = parser.add_mutually_exclusive_group()
        for name in STEPS:
            steps.add_argument(f"--{name}", metavar="NAME", help=f"{name} this one")
        steps.add_argument("--rewind", metavar="NAME", help="tell this one what lies behind --to once more")
        parser.add_argument("--to", type=whole, default=0, help="a place in the log; 0 is its beginning")

    def handle(self, *args: Any, tenant: str, json: bool, to: int, **options: Any) -> None:
        found, by = tenant_named(tenant), command_actor("streams")
        try:
            for step, take in STEPS.items():
                if name := options[step]:
                    take(_named(found, name), by)
            if name := options["rewind"]:
                rewind(_named(found, name), to=to, by=by)
        except (Refusal, DeliveryError) as error:
            raise CommandError(str(error)) from error
        told = [_told(stream) for stream in LogStream.objects.of_tenant(found).order_by("name")]
        if json:
            self.answer({"tenant": tenant, "streams": told}, as_json=True)
            return
        for facts in told:
            self.answer(facts, as_json=False)
            self.stdout.write("")


def _named(tenant: Tenant, name: str) -> LogStream:
    """Raises CommandError."""
    stream = LogStream.objects.of_tenant(tenant).filter(name=name).first()
    if stream is None:
        raise CommandError(f"The tenant has no stream named {name!r}.")
    return stream


def _told(stream: LogStream) -> dict[str, Any]:
    return {
        "name": stream.name,
        "kind": stream.kind,
        "enabled": stream.enabled,
        "event_types": stream.event_types,
        "cursor": stream.cursor,
        "behind": max(0, end_of_log(stream.tenant_id) - stream.cursor),
        "delivered": stream.delivered,
        "set_aside": stream.set_aside,
        "trouble": stream.trouble or None,
    }
