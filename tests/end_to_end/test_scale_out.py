"""Several web and worker nodes on one PostgreSQL and one Redis, any of them killed at any moment."""

from __future__ import annotations

import os
import random
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from chaos.recorder import recorded
from chaos.run import writing
from chaos.scene import add_recorder
from chaos.verdict import judge
from tests.end_to_end.conftest import empty_database
from tests.end_to_end.lockstep import eventually
from tests.end_to_end.nodes import Cluster, Node
from tests.servers import redis_server

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.slow,
    pytest.mark.xdist_group("scale-out"),
    pytest.mark.skipif(
        not os.environ.get("DATABASE_URL", "").startswith("postgres"),
        reason="several machines need PostgreSQL: the suite's other half runs it",
    ),
]

SECONDS = 25


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """Two web and three worker nodes; `acme` has a target in PostgreSQL."""
    server = redis_server(tmp_path)
    with server.running(), empty_database() as database, empty_database() as target:
        made = Cluster(tmp_path, database, f"redis://127.0.0.1:{server.port}/0", target)
        try:
            made.prepare()
            add_recorder(target, target, made.manage)
            for kind in ("web", "web", "worker", "worker", "worker"):
                made.add(kind)
            yield made
        finally:
            for node in made.nodes:
                node.kill()


def sweeper(cluster: Cluster) -> str | None:
    """Who holds the lease of the sweep; None while nobody ever has."""
    with psycopg.connect(cluster.database_url) as connection:
        row = connection.execute("SELECT holder::text FROM downstream_sweep").fetchone()
    return row[0] if row else None


def kill_one_after_another(nodes: list[Node], seconds: float) -> int:
    chance, until, killed = random.Random(3), time.monotonic() + seconds, 0  # noqa: S311  # repeatable
    while time.monotonic() < until:
        node = chance.choice(nodes)
        node.kill()
        killed += 1
        time.sleep(chance.uniform(0.5, 2))
        node.start()
    return killed


@pytest.mark.timeout(420)
def test_any_node_may_be_killed_at_any_moment(cluster: Cluster) -> None:
    clients = [cluster.client(node) for node in cluster.of("web")]

    with writing(clients, seed=5) as writers:
        killed = kill_one_after_another(cluster.nodes, SECONDS)
    verdict = judge(cluster, writers)

    assert verdict.mismatches == [], verdict
    assert verdict.users > 0
    assert killed >= 3


@pytest.mark.timeout(240)
def test_the_sweep_moves_on_to_a_worker_that_lives(cluster: Cluster) -> None:
    """All workers die at once, and with them whoever sweeps; the wake-ups go to nobody."""
    before = eventually(lambda: sweeper(cluster), seconds=60)
    for node in cluster.of("worker"):
        node.kill()
    login = f"{uuid.uuid4().hex}@acme.example"
    with cluster.client(cluster.of("web")[0]) as client:
        made = client.post("Users", json={"schemas": [USER], "userName": login, "active": True})
        assert made.status_code == 201

    cluster.of("worker")[0].start()

    assert eventually(lambda: recorded(cluster.target_url)[0].get(made.json()["id"]), seconds=60)
    assert eventually(lambda: sweeper(cluster) != before, seconds=60)


@pytest.mark.timeout(240)
def test_each_change_has_one_account_whichever_worker_makes_it(cluster: Cluster) -> None:
    web, other = (cluster.client(node) for node in cluster.of("web"))
    with web, other:
        for number in range(40):
            body = {"schemas": [USER], "userName": f"user{number}@acme.example", "active": True}
            assert (web if number % 2 else other).post("Users", json=body).status_code == 201

    assert eventually(lambda: len(recorded(cluster.target_url)[0]) == 40, seconds=60)
    assert recorded(cluster.target_url)[2] == []
    with psycopg.connect(cluster.target_url) as connection:
        assert connection.execute("SELECT count(*) FROM accounts").fetchone() == (40,)


USER = "urn:ietf:params:scim:schemas:core:2.0:User"
