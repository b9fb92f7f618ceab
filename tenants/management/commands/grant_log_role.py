"""A database role that can't change the log."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from audit.guards.role import LOG, NoSuchRole, grant
from lib.commands import AnsweringCommand


class Command(AnsweringCommand):
    help = (
        "Make a role of PostgreSQL, or set one right, that may do everything that web and workers do, and "
        "can't update, delete or truncate the log. Run it as the owner of the tables, and after each migrate."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("role")

    def handle(self, *args: Any, role: str, json: bool, **options: Any) -> None:
        try:
            is_new = grant(role)
        except NoSuchRole as error:
            raise CommandError(str(error)) from error
        if is_new and not json:
            self.stderr.write(f'It has no password yet: psql ... -c "\\password {role}" gives it one.')
        self.answer({"role": role, "made": is_new, "log": LOG}, as_json=json)
