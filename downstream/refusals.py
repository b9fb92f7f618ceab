"""What can't be done with a target, in a sentence."""

from __future__ import annotations


class Refusal(Exception):
    """What was asked for can't be done; the sentence says why and what to do. `field`: where, if anywhere."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Outdated(Refusal):
    """Somebody else has changed it in the meantime."""
