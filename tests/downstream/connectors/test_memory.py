"""The memory connector: the contract, and the faults that the engine's tests plant."""

import uuid
from typing import Any

import pytest

from downstream.connectors import open_connector
from downstream.connectors.base import AnyConnector
from downstream.connectors.memory import Store, forget, store
from downstream.errors import BadData, Throttled, Transient
from tests.downstream.connectors.contract import (
    ConnectorContract,
    MembersContract,
    user_names,
)
from tests.downstream.connectors.documents import group, put, user
from tests.downstream.connectors.entitlements_contract import EntitlementsContract, Offer


@pytest.fixture
def name() -> Any:
    name = str(uuid.uuid4())
    yield name
    forget(name)


@pytest.fixture
def connector(name: str) -> AnyConnector:
    return open_connector("memory", {"name": name}, time_limit=0.2)


@pytest.fixture
def override() -> dict[str, str]:
    return {"title": "Dr"}


@pytest.fixture
def there(name: str) -> Store:
    return store(name)


@pytest.fixture
def offer(there: Store) -> Offer:
    return there.entitlements.extend


class TestMemoryKeepsTheContract(ConnectorContract):
    pass


class TestMemoryKeepsMembers(MembersContract):
    pass


class TestMemoryTellsOfEntitlements(EntitlementsContract):
    pass


def test_connectors_of_one_name_share_accounts_and_strangers_do_not(
    connector: AnyConnector, name: str
) -> None:
    twin = open_connector("memory", {"name": name}, time_limit=1)
    stranger = open_connector("memory", {"name": name + " of another"}, time_limit=1)

    put(connector, user("ada"), None)

    assert user_names(twin) == ["ada"]
    assert user_names(stranger) == []


def test_a_user_and_a_group_of_one_name_are_two(connector: AnyConnector, there: Store) -> None:
    put(connector, user("ada"), None)
    put(connector, group("ada"), None)

    assert len(there.accounts) == 2


def test_planted_errors_are_raised_once_each_in_order(connector: AnyConnector, there: Store) -> None:
    there.errors = [Transient("down"), Throttled("slow down", retry_after=3)]

    with pytest.raises(Transient):
        put(connector, user("ada"), None)
    with pytest.raises(Throttled) as throttled:
        connector.check()
    put(connector, user("ada"), None)

    assert throttled.value.retry_after == 3
    assert there.writes == 1


def test_a_refused_name_is_bad_data_until_it_is_taken_out(connector: AnyConnector, there: Store) -> None:
    there.refused.add("ada")

    with pytest.raises(BadData, match="refuses ada"):
        put(connector, user("ada"), None)
    put(connector, user("grace"), None)
    there.refused.clear()
    put(connector, user("ada"), None)

    assert user_names(connector) == ["ada", "grace"]


def test_a_delay_beyond_the_time_limit_is_transient(connector: AnyConnector, there: Store) -> None:
    there.delay = 5

    with pytest.raises(Transient, match=r"within 0\.2 s"):
        put(connector, user("ada"), None)

    assert there.writes == 0


def test_only_calls_that_change_something_count_as_writes(connector: AnyConnector, there: Store) -> None:
    document = user("ada")
    remote_id = put(connector, document, None)
    put(connector, document, remote_id)
    connector.remove(document, remote_id)
    connector.remove(document, remote_id)

    assert there.writes == 3


def test_a_later_change_of_the_document_does_not_reach_the_account(
    connector: AnyConnector, there: Store
) -> None:
    document = user("ada", name={"givenName": "Ada"})
    remote_id = put(connector, document, None)

    document["name"]["givenName"] = "Eve"

    assert there.accounts[remote_id]["name"] == {"givenName": "Ada"}
