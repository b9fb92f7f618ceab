"""The second contract: a target that is told each event, in order, instead of being brought to a state."""

from abc import abstractmethod
from typing import Any

from downstream.connectors.base import C, Endpoint
from lib.documents import Document


class Journal(Endpoint[C]):
    """Takes the events of users and groups, one by one; those of one resource in their order."""

    @property
    @abstractmethod
    def from_start(self) -> bool:
        """Whether a new target begins with what the log holds already, or with the next change."""

    @abstractmethod
    def send(self, message: Document, *, id: str) -> None:
        """Deliver one message. Success is that the target said so.

        When an answer is lost the same message comes again under the same `id`: the target can drop it.
        """


AnyJournal = Journal[Any]
