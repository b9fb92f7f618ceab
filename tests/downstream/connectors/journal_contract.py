"""What every journal must do: subclass, and give the fixtures `journal`, `taken` and `refuse`."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from downstream.connectors.journals import AnyJournal
from downstream.errors import DeliveryError

Taken = Callable[[], list[tuple[str, dict[str, Any]]]]
"""What the target has taken, as (id, message), in order, without tests of the connection."""

Refuse = Callable[[], None]
"""From now on the target takes nothing more."""


class JournalContract:
    """The promises of `downstream.connectors.journals.Journal`, by its interface alone."""

    def test_messages_arrive_whole_and_in_order(self, journal: AnyJournal, taken: Taken) -> None:
        sent = [{"type": "user.lifecycle.create", "data": {"name": f"zoë-李-🚀 {n}"}} for n in range(3)]

        for number, message in enumerate(sent):
            journal.send(message, id=str(number))

        assert taken() == [(str(number), message) for number, message in enumerate(sent)]

    def test_a_repeat_comes_under_its_id(self, journal: AnyJournal, taken: Taken) -> None:
        for _ in range(2):
            journal.send({"type": "x"}, id="same")

        assert {id for id, _ in taken()} == {"same"}

    def test_what_is_not_taken_is_an_error_with_a_remedy(self, journal: AnyJournal, refuse: Refuse) -> None:
        refuse()

        with pytest.raises(DeliveryError):
            journal.send({"type": "x"}, id="1")
        with pytest.raises(DeliveryError):
            journal.check()

    def test_a_check_tells_of_nobody(self, journal: AnyJournal, taken: Taken) -> None:
        journal.check()

        assert taken() == []

    def test_several_threads_use_one_instance(self, journal: AnyJournal, taken: Taken) -> None:
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda n: journal.send({"type": "x"}, id=str(n)), range(20)))

        assert {id for id, _ in taken()} == {str(n) for n in range(20)}

    def test_a_large_message_arrives(self, journal: AnyJournal, taken: Taken) -> None:
        journal.send({"type": "x", "data": "x" * 1_000_000}, id="1")

        assert len(taken()[0][1]["data"]) == 1_000_000
