"""What a connector must do that tells of roles and entitlements: subclass, with `connector` and `offer`."""

from collections.abc import Callable

from downstream.connectors.base import AnyConnector
from lib.documents import Document
from tests.downstream.connectors.contract import user_names

Offer = Callable[[list[Document]], None]
"""Puts roles and entitlements into the target, as its owner does."""


class EntitlementsContract:
    """What a connector promises that can tell of roles and entitlements; `offer` is a fixture of its own."""

    def test_it_says_that_it_can(self, connector: AnyConnector) -> None:
        assert connector.offers_entitlements

    def test_an_empty_target_offers_none(self, connector: AnyConnector) -> None:
        assert list(connector.entitlements()) == []

    def test_what_is_there_is_read_whole(self, connector: AnyConnector, offer: Offer) -> None:
        there: list[Document] = [
            {"type": "License", "id": "pro", "displayName": "Pro licence", "description": "All there is"},
            {"type": "Role", "id": "editor", "displayName": "Editor"},
            {"type": "Role", "id": 'a"; DROP TABLE offers; --', "displayName": "zoë-李-🚀 % ? :x"},
        ]

        offer(there)

        assert sorted(connector.entitlements(), key=str) == sorted(there, key=str)

    def test_a_great_many_are_read(self, connector: AnyConnector, offer: Offer) -> None:
        offer([{"type": "Role", "id": f"role-{number:04}", "displayName": "x"} for number in range(1201)])

        ids = [document["id"] for document in connector.entitlements()]

        assert sorted(ids) == [f"role-{number:04}" for number in range(1201)]

    def test_reading_and_checking_change_nothing(self, connector: AnyConnector, offer: Offer) -> None:
        offer([{"type": "Role", "id": "editor", "displayName": "Editor"}])

        connector.check()
        first, second = list(connector.entitlements()), list(connector.entitlements())

        assert first == second
        assert user_names(connector) == []
