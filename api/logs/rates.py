"""How often a credential may ask the log: counted by the minute in the memory of this process."""

from __future__ import annotations

import threading
import time
import uuid
from dataclasses import dataclass

# Okta has 120 for the largest customers.
A_MINUTE = 1_200
WINDOW = 60


@dataclass(frozen=True)
class Allowance:
    """`reset` is in seconds since 1970. Requests are `refused` while nothing remains."""

    limit: int
    remaining: int
    reset: int
    refused: bool = False

    @property
    def headers(self) -> dict[str, str]:
        return {
            "X-Rate-Limit-Limit": str(self.limit),
            "X-Rate-Limit-Remaining": str(self.remaining),
            "X-Rate-Limit-Reset": str(self.reset),
        }


class Rates:
    """Windows are the same for everybody: at each turn of the minute all are forgotten."""

    def __init__(self, limit: int = A_MINUTE) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._window = 0
        self._counts: dict[uuid.UUID, int] = {}

    def take(self, credential_id: uuid.UUID, now: float | None = None) -> Allowance:
        """One request of the credential."""
        window = int(time.time() if now is None else now) // WINDOW
        with self._lock:
            if window != self._window:
                self._window, self._counts = window, {}
            count = self._counts.get(credential_id, 0) + 1
            self._counts[credential_id] = count
        reset = (window + 1) * WINDOW
        return Allowance(self._limit, max(0, self._limit - count), reset, refused=count > self._limit)
