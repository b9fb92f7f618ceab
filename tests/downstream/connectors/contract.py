"""What every connector must do: subclass, and give a `connector` fixture on an empty target.

`override` is a fixture, too: a value that an attribute of users may have over there, such as {"title": "Dr"}.
"""

import pytest

from downstream.connectors.base import AnyConnector, How
from downstream.errors import BadData
from tests.downstream.connectors.documents import group, put, user


def user_names(connector: AnyConnector) -> list[str]:
    """The userNames of all accounts over there, in order."""
    return sorted(document["userName"] for _, document in connector.accounts())


class ConnectorContract:
    """The promises of `downstream.connectors.base.Connector`, by its interface alone."""

    def test_a_put_creates_an_account(self, connector: AnyConnector) -> None:
        remote_id = put(connector, user("ada"), None)

        assert [key for key, _ in connector.accounts()] == [remote_id]
        assert user_names(connector) == ["ada"]

    def test_a_put_by_id_updates_the_account(self, connector: AnyConnector) -> None:
        remote_id = put(connector, user("ada"), None)

        again = put(connector, user("ada.lovelace"), remote_id)

        assert again == remote_id
        assert user_names(connector) == ["ada.lovelace"]

    def test_a_put_twice_is_one_account(self, connector: AnyConnector) -> None:
        document = user("ada")

        first = put(connector, document, None)
        second = put(connector, document, first)

        assert first == second
        assert user_names(connector) == ["ada"]

    def test_an_existing_account_is_adopted_when_its_id_is_not_known(self, connector: AnyConnector) -> None:
        existing = put(connector, user("ada"), None)
        put(connector, user("grace"), None)

        adopted = put(connector, user("ada"), None)

        assert adopted == existing
        assert user_names(connector) == ["ada", "grace"]

    def test_a_vanished_account_is_created_again(self, connector: AnyConnector) -> None:
        document = user("ada")
        remote_id = put(connector, document, None)
        connector.remove(document, remote_id)

        again = put(connector, document, remote_id)

        assert [key for key, _ in connector.accounts()] == [again]
        assert user_names(connector) == ["ada"]

    def test_a_put_says_what_it_came_to(self, connector: AnyConnector) -> None:
        document = user("ada")

        created = connector.put(document, None)
        updated = connector.put(document, created.remote_id)
        adopted = connector.put(document, None)
        connector.remove(document, created.remote_id)
        recreated = connector.put(document, created.remote_id)

        assert [each.how for each in (created, updated, adopted, recreated)] == [
            How.CREATED,
            How.UPDATED,
            How.ADOPTED,
            How.RECREATED,
        ]

    def test_what_is_found_after_a_put_is_what_was_rendered(self, connector: AnyConnector) -> None:
        documents = [user("ada", active=False), group("Engineers", [put(connector, user("bob"), None)])]

        for document in documents:
            remote_id = put(connector, document, None)
            assert connector.find(document, remote_id) == (remote_id, connector.render(document))

    def test_an_account_is_found_by_its_match_when_its_id_is_not_known(self, connector: AnyConnector) -> None:
        remote_id = put(connector, user("ada"), None)

        by_match = connector.find(user("ada"), None)
        by_an_old_id = connector.find(user("ada"), "0")

        assert by_match is not None
        assert by_match.remote_id == remote_id
        assert by_an_old_id == by_match

    def test_nobody_is_found_where_nobody_is(self, connector: AnyConnector) -> None:
        put(connector, user("grace"), None)

        assert connector.find(user("ada"), None) is None
        assert connector.find(group("grace"), None) is None

    def test_finding_and_rendering_change_nothing(self, connector: AnyConnector) -> None:
        document = user("ada")
        remote_id = put(connector, document, None)
        before = connector.find(document, remote_id)

        connector.render(user("ada.lovelace"))
        connector.find(user("ada.lovelace"), remote_id)

        assert connector.find(document, remote_id) == before

    def test_an_overridden_field_is_written_in_place_of_the_mapped_value(
        self, connector: AnyConnector, override: dict[str, str]
    ) -> None:
        document = user("ada")

        remote_id = connector.put(document, None, overrides=override).remote_id

        found = connector.find(document, remote_id)
        assert found is not None
        assert found.fields.items() >= override.items()
        assert found.fields == connector.render(document, override)

    def test_only_what_identifies_nobody_is_there_to_be_overridden(
        self, connector: AnyConnector, override: dict[str, str]
    ) -> None:
        identifying = {field.name: field.identifies for field in connector.fields("User")}

        assert True in identifying.values()
        assert [identifying[name] for name in override] == [False]

    def test_an_override_of_what_is_not_there_is_refused_by_name(self, connector: AnyConnector) -> None:
        with pytest.raises(BadData, match="shoe") as refused:
            connector.put(user("ada"), None, overrides={"shoe": "42"})

        assert refused.value.attribute == "shoe"
        assert user_names(connector) == []

    def test_a_remove_takes_away_this_account_only(self, connector: AnyConnector) -> None:
        document = user("ada")
        remote_id = put(connector, document, None)
        put(connector, user("grace"), None)

        connector.remove(document, remote_id)

        assert user_names(connector) == ["grace"]

    def test_a_remove_without_an_id_takes_away_the_account_that_matches(
        self, connector: AnyConnector
    ) -> None:
        put(connector, user("ada"), None)
        put(connector, user("grace"), None)

        connector.remove(user("ada"), None)

        assert user_names(connector) == ["grace"]

    def test_removing_twice_is_success(self, connector: AnyConnector) -> None:
        document = user("ada")
        remote_id = put(connector, document, None)

        connector.remove(document, remote_id)
        connector.remove(document, remote_id)
        connector.remove(document, None)

        assert user_names(connector) == []

    def test_a_remove_by_an_id_that_is_gone_spares_a_new_account_of_that_name(
        self, connector: AnyConnector
    ) -> None:
        put(connector, user("ada"), None)

        connector.remove(user("ada"), "0")

        assert user_names(connector) == ["ada"]

    def test_a_group_put_twice_is_one_group_and_no_account(self, connector: AnyConnector) -> None:
        ada = put(connector, user("ada"), None)

        first = put(connector, group("Engineers", [ada]), None)
        second = put(connector, group("Engineers", []), None)

        assert first == second
        assert user_names(connector) == ["ada"]

    def test_a_removed_group_leaves_its_members_accounts(self, connector: AnyConnector) -> None:
        ada = put(connector, user("ada"), None)
        document = group("Engineers", [ada])
        remote_id = put(connector, document, None)

        connector.remove(document, remote_id)
        connector.remove(document, remote_id)

        assert user_names(connector) == ["ada"]

    def test_reading_accounts_keeps_hostile_names_whole(self, connector: AnyConnector) -> None:
        names = sorted(["o'neil", 'a"; DROP TABLE people; --', "%s :x ? {}", "zoë-李-🚀", "x" * 10_000])

        for name in names:
            put(connector, user(name), None)

        assert user_names(connector) == names

    def test_a_check_of_a_target_that_is_there_changes_nothing(self, connector: AnyConnector) -> None:
        put(connector, user("ada"), None)

        connector.check()

        assert user_names(connector) == ["ada"]


class MembersContract:
    """What a connector promises that has groups."""

    def test_the_members_of_a_group_are_read(self, connector: AnyConnector) -> None:
        everyone = [put(connector, user(f"user{number}"), None) for number in range(5)]
        put(connector, group("Others", everyone[:1]), None)

        remote_id = put(connector, group("Everyone", everyone), None)

        assert sorted(connector.members(remote_id)) == sorted(everyone)

    def test_members_come_and_go_by_parts_as_often_as_they_like(self, connector: AnyConnector) -> None:
        ada, bob, eve = (put(connector, user(name), None) for name in ("ada", "bob", "eve"))
        remote_id = put(connector, group("Engineers", [ada]), None)

        for _ in range(2):
            connector.put_members(remote_id, add=[bob, eve], remove=[ada])

        assert sorted(connector.members(remote_id)) == sorted([bob, eve])

    def test_a_group_without_members_keeps_those_that_it_has(self, connector: AnyConnector) -> None:
        ada = put(connector, user("ada"), None)
        remote_id = put(connector, group("Engineers", [ada]), None)
        document = group("Builders")
        del document["members"]

        put(connector, document, remote_id)

        assert list(connector.members(remote_id)) == [ada]

    def test_a_new_group_has_none(self, connector: AnyConnector) -> None:
        document = group("Engineers")
        del document["members"]

        assert list(connector.members(put(connector, document, None))) == []
