"""How far pollers with a filter have looked in vain: counted in the memory of this process.

Their cursor stays where something last fulfilled the filter, as they expect it to. Without this, each of
their polls would look through all that has happened since.
"""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from typing import NamedTuple

MOST = 10_000


class Search(NamedTuple):
    tenant_id: uuid.UUID
    filter: str
    q: str
    above: int


class Seen:
    """The oldest is forgotten first; what is forgotten is looked through once more."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._places: OrderedDict[Search, int] = OrderedDict()

    def place(self, search: Search, end: int) -> int:
        """Behind which to look on. `end` of the log: if that is before it, the log has been restored."""
        with self._lock:
            seen = self._places.get(search, search.above)
        return seen if seen <= end else search.above

    def note(self, search: Search, end: int) -> None:
        """Up to here nothing fulfils it."""
        with self._lock:
            self._places[search] = end
            self._places.move_to_end(search)
            while len(self._places) > self._most:
                self._places.popitem(last=False)
