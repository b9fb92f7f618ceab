"""The one signal: a resource has a new version. Sent inside the transaction that made it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.dispatch import Signal

from lib.statements import Found, Statement


@dataclass(frozen=True)
class Consequence:
    """What a listener answers: at least one statement, which goes to the database with the change itself.

    `settle` gets what the last of them returns, still inside the transaction.
    """

    statements: tuple[Statement, ...]
    settle: Callable[[Found], None]


# Sent with `resource` (User or Group, possibly a tombstone) and `by` (Actor). `downstream` listens; whoever
# listens answers a Consequence or None. A new resource may not be in its table yet.
changed = Signal()
