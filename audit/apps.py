"""Django's registration of this room."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class AuditConfig(AppConfig):
    name = "audit"
    # The highest number of an event before migrations.
    last_number = 0

    def ready(self) -> None:
        # Migrations may change the tables, which SQLite makes anew for that: after them they are guarded.
        pre_migrate.connect(_before_migrations, sender=self)
        post_migrate.connect(_after_migrations, sender=self)


def _before_migrations(*, sender: AuditConfig, plan: list[Any], **_: Any) -> None:
    from audit.guards import lower_guards
    from audit.numbering import last_number

    if plan:
        sender.last_number = last_number()
        lower_guards()


def _after_migrations(*, sender: AuditConfig, **_: Any) -> None:
    from django.db import connection

    from audit.guards import raise_guards
    from audit.models import words
    from audit.numbering import go_on_counting
    from audit.partitions import make_ready

    if raise_guards():
        go_on_counting(sender.last_number)
        words.make_ready(connection)
        make_ready()
