"""Targets that do less than the memory connector, as most do."""

from __future__ import annotations

from typing import ClassVar

from downstream.connectors.base import NONE, Found, Overrides, Written
from downstream.connectors.memory import MemoryConnector
from downstream.errors import Exists, Missing, Transient
from lib.documents import Document


class Lies(MemoryConnector):
    """Carries the first call out, and says that it did not answer in time."""

    lied: ClassVar[set[str]] = set()

    def put(self, document: Document, remote_id: str | None, *, overrides: Overrides = NONE) -> Written:
        written = super().put(document, remote_id, overrides=overrides)
        if self.config.name not in self.lied:
            self.lied.add(self.config.name)
            raise Transient("It did not answer in time.")
        return written


class Strict(MemoryConnector):
    """Adopts nothing and creates nothing again by itself, as most HTTP interfaces: 409 and 404."""

    def put(self, document: Document, remote_id: str | None, *, overrides: Overrides = NONE) -> Written:
        found: Found | None = super().find(document, remote_id)
        if remote_id is None and found is not None:
            raise Exists("409: there is one of that name.")
        if remote_id is not None and (found is None or found.remote_id != remote_id):
            raise Missing("404: there is none of that id.")
        return super().put(document, remote_id, overrides=overrides)
