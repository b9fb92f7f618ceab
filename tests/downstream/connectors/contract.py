"""What every connector must do: subclass, and give a `connector` fixture on an empty target."""

from collections.abc import Callable

from downstream.connectors.base import AnyConnector
from lib.documents import Document
from tests.downstream.connectors.documents import group, user


def user_names(connector: AnyConnector) -> list[str]:
    """The userNames of all accounts over there, in order."""
    return sorted(document["userName"] for _, document in connector.accounts())


class ConnectorContract:
    """The promises of `downstream.connectors.base.Connector`, by its interface alone."""

    def test_a_put_creates_an_account(self, connector: AnyConnector) -> None:
        remote_id = connector.put(user("ada"), None)

        assert [key for key, _ in connector.accounts()] == [remote_id]
        assert user_names(connector) == ["ada"]

    def test_a_put_by_id_updates_the_account(self, connector: AnyConnector) -> None:
        remote_id = connector.put(user("ada"), None)

        again = connector.put(user("ada.lovelace"), remote_id)

        assert again == remote_id
        assert user_names(connector) == ["ada.lovelace"]

    def test_a_put_twice_is_one_account(self, connector: AnyConnector) -> None:
        document = user("ada")

        first = connector.put(document, None)
        second = connector.put(document, first)

        assert first == second
        assert user_names(connector) == ["ada"]

    def test_an_existing_account_is_adopted_when_its_id_is_not_known(self, connector: AnyConnector) -> None:
        existing = connector.put(user("ada"), None)
        connector.put(user("grace"), None)

        adopted = connector.put(user("ada"), None)

        assert adopted == existing
        assert user_names(connector) == ["ada", "grace"]

    def test_a_vanished_account_is_created_again(self, connector: AnyConnector) -> None:
        document = user("ada")
        remote_id = connector.put(document, None)
        connector.remove(document, remote_id)

        again = connector.put(document, remote_id)

        assert [key for key, _ in connector.accounts()] == [again]
        assert user_names(connector) == ["ada"]

    def test_a_remove_takes_away_this_account_only(self, connector: AnyConnector) -> None:
        document = user("ada")
        remote_id = connector.put(document, None)
        connector.put(user("grace"), None)

        connector.remove(document, remote_id)

        assert user_names(connector) == ["grace"]

    def test_a_remove_without_an_id_takes_away_the_account_that_matches(
        self, connector: AnyConnector
    ) -> None:
        connector.put(user("ada"), None)
        connector.put(user("grace"), None)

        connector.remove(user("ada"), None)

        assert user_names(connector) == ["grace"]

    def test_removing_twice_is_success(self, connector: AnyConnector) -> None:
        document = user("ada")
        remote_id = connector.put(document, None)

        connector.remove(document, remote_id)
        connector.remove(document, remote_id)
        connector.remove(document, None)

        assert user_names(connector) == []

    def test_a_remove_by_an_id_that_is_gone_spares_a_new_account_of_that_name(
        self, connector: AnyConnector
    ) -> None:
        connector.put(user("ada"), None)

        connector.remove(user("ada"), "0")

        assert user_names(connector) == ["ada"]

    def test_a_group_put_twice_is_one_group_and_no_account(self, connector: AnyConnector) -> None:
        ada = connector.put(user("ada"), None)

        first = connector.put(group("Engineers", [ada]), None)
        second = connector.put(group("Engineers", []), None)

        assert first == second
        assert user_names(connector) == ["ada"]

    def test_a_removed_group_leaves_its_members_accounts(self, connector: AnyConnector) -> None:
        ada = connector.put(user("ada"), None)
        document = group("Engineers", [ada])
        remote_id = connector.put(document, None)

        connector.remove(document, remote_id)
        connector.remove(document, remote_id)

        assert user_names(connector) == ["ada"]

    def test_reading_accounts_keeps_hostile_names_whole(self, connector: AnyConnector) -> None:
        names = sorted(["o'neil", 'a"; DROP TABLE people; --', "%s :x ? {}", "zoë-李-🚀", "x" * 10_000])

        for name in names:
            connector.put(user(name), None)

        assert user_names(connector) == names

    def test_a_check_of_a_target_that_is_there_changes_nothing(self, connector: AnyConnector) -> None:
        connector.put(user("ada"), None)

        connector.check()

        assert user_names(connector) == ["ada"]


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
