"""Streams as pages show them: how each stands, in one word, and what is owed to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashboard.stream_forms import label_of
from downstream.errors import DeliveryError
from downstream.models import LogStream
from downstream.streams.keeping import address_of
from downstream.streams.sinks import SINKS


@dataclass(frozen=True)
class Standing:
    """`end` is where the log ends."""

    stream: LogStream
    end: int

    @property
    def label(self) -> str:
        """What kind of receiver it is."""
        found = SINKS.get(self.stream.kind)
        return found.label if found else self.stream.kind

    @property
    def address(self) -> str:
        """Without secrets; a configuration that can't be used says so."""
        try:
            return address_of(self.stream)
        except DeliveryError as error:
            return str(error)

    @property
    def settings(self) -> list[tuple[str, str]]:
        """What may be shown of the configuration, by the names that the form has for it."""
        return [(label_of(name), _in_words(value)) for name, value in self.stream.config.items()]

    @property
    def word(self) -> str:
        if not self.stream.enabled:
            return "Switched off"
        if self.stream.trouble_class:
            return "Trouble"
        return "Delivering" if self.behind else "In step"

    @property
    def colour(self) -> str:
        return {"Switched off": "grey", "Trouble": "red", "Delivering": "azure", "In step": "green"}[
            self.word
        ]

    @property
    def behind(self) -> int:
        """Events of the log that it has not come to yet, those included that it is not about."""
        return max(0, self.end - self.stream.cursor)


def made_words(made: dict[str, Any]) -> list[tuple[str, Any]]:
    """What is told once, each by the name that the form has for it."""
    return [(label_of(name), value) for name, value in made.items()]


def _in_words(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
