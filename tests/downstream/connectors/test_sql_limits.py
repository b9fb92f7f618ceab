"""The SQL connector keeps to its time limit whatever the database does, and serves several threads."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from downstream.connectors.base import AnyConnector
from downstream.connectors.sql.limits import deadline, open_engine
from downstream.errors import Transient
from tests.downstream.connectors.contract import user_names
from tests.downstream.connectors.databases import Database, OpenSql, accounts, settings
from tests.downstream.connectors.documents import put, user
from tests.downstream.connectors.servers import silent

ENDLESS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
    "postgresql": "SELECT pg_sleep(60)",
}


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < seconds


@pytest.mark.slow
def test_a_server_that_says_nothing_is_given_up(open_sql: OpenSql) -> None:
    with silent() as port:
        url = f"postgresql://app@127.0.0.1:{port}/hr"
        connector = open_sql({"url": url, "accounts": accounts()}, time_limit=1)

        with _within(5), pytest.raises(Transient, match=r"(?i)timeout"):
            connector.check()


def test_a_wait_for_anothers_lock_is_given_up(people: Database, open_sql: OpenSql) -> None:
    connector = open_sql(settings(people), time_limit=1)
    remote_id = put(connector, user("ada"), None)

    with people.engine.connect() as other:
        if people.name == "sqlite":
            other.exec_driver_sql("BEGIN IMMEDIATE")
        other.exec_driver_sql("UPDATE people SET note = 'busy'")
        with _within(5), pytest.raises(Transient, match=r"(?i)lock"):
            put(connector, user("ada.lovelace"), remote_id)

    assert put(connector, user("ada.lovelace"), remote_id) == remote_id


def test_the_limit_is_for_the_whole_call_not_for_each_statement(people: Database) -> None:
    engine = open_engine(people.url, 60)

    with (
        _within(5),
        engine.connect() as connection,
        pytest.raises(sa.exc.OperationalError),
        deadline(connection, 0.2),
    ):
        connection.exec_driver_sql(ENDLESS[people.name])

    with engine.connect() as connection, deadline(connection, 5):
        assert connection.scalar(sa.select(1)) == 1
    engine.dispose()


def test_a_call_in_time_leaves_no_timer_behind(connector: AnyConnector) -> None:
    put(connector, user("ada"), None)

    timers = [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
    for timer in timers:
        timer.join(2)
    assert not any(timer.is_alive() for timer in timers)


def test_threads_that_put_one_account_at_once_make_one_row(people: Database, connector: AnyConnector) -> None:
    with ThreadPoolExecutor(8) as threads:
        ids = list(threads.map(lambda _: put(connector, user("ada"), None), range(16)))

    assert len(set(ids)) == 1
    assert people.rows("SELECT login FROM people") == [("ada",)]


def test_accounts_can_be_written_while_they_are_read(people: Database, connector: AnyConnector) -> None:
    for name in ("ada", "grace"):
        put(connector, user(name), None)

    for remote_id, document in connector.accounts():
        put(connector, user(document["userName"].upper()), remote_id)

    assert user_names(connector) == ["ADA", "GRACE"]
