"""A slow target under load: changes that come while others are delivered need no calls of their own."""

from __future__ import annotations

import json
import time

import httpx2
import psycopg

from bench import servers, stage, target
from bench.directories import Addresses
from bench.errors import BenchError
from bench.goals import Goal, Line
from bench.servers import Environment, Web

# With 20 people who change as fast as one client can, and calls of a fifth of a second.
PEOPLE, CALL_SECONDS = 20, 0.2
SHARE = Goal(0.5, at_least=True)
PATIENCE = 120.0
_SLOW = (
    "CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN PERFORM pg_sleep({seconds}); RETURN NEW; END $$; "
    "CREATE TRIGGER slow BEFORE UPDATE ON accounts FOR EACH ROW EXECUTE FUNCTION slowly()"
)


def measure(at: Addresses, *, seconds: float) -> Line:
    """The share of changes that were not written one by one, everything being in step in the end."""
    with (
        stage.database(at.postgres) as downstream,
        stage.environment("project.settings", at.postgres, CELERY_BROKER_URL=at.redis) as environment,
    ):
        url = stage.for_sqlalchemy(downstream)
        target.create(url).dispose()
        token = json.loads(servers.run(["bench.seed", url], environment))["live"]
        with psycopg.connect(downstream, autocommit=True) as connection:
            connection.execute(_SLOW.format(seconds=CALL_SECONDS))
        with servers.web(environment) as web, servers.worker(environment):
            changes = _change(web, token, seconds)
            writes = _writes_when_in_step(environment)
    share = 1 - (writes - PEOPLE) / changes
    work = "changes for a slow target, share that needs no call"
    measured, beside = f"{changes} changes", f"{writes - PEOPLE} calls"
    return Line(work, PEOPLE, measured, beside, ratio=share, goal=str(SHARE), verdict=SHARE.verdict(share))


def _change(web: Web, token: str, seconds: float) -> int:
    """How many changes were answered. Raises BenchError for a wrong answer."""
    headers = {"Authorization": f"Bearer {token}"}
    with httpx2.Client(headers=headers, timeout=20, base_url=web.base) as client:
        people = [_sent(client, "POST", "/Users", _person(number, "")) for number in range(PEOPLE)]
        changes, until = 0, time.monotonic() + seconds
        while time.monotonic() < until:
            number = changes % PEOPLE
            _sent(client, "PUT", f"/Users/{people[number]}", _person(number, f"Name {changes}"))
            changes += 1
    return changes


def _sent(client: httpx2.Client, method: str, path: str, document: dict[str, object]) -> str:
    response = client.request(method, path, json=document)
    if response.status_code not in {200, 201}:
        raise BenchError(f"{method} {path} was answered {response.status_code}: {response.text}")
    return str(response.json()["id"])


def _person(number: int, family_name: str) -> dict[str, object]:
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": f"person{number}@example.com",
        "name": {"givenName": "Ada", "familyName": family_name or "Lovelace"},
        "active": True,
    }


def _writes_when_in_step(environment: Environment) -> int:
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:

        def count(query: str) -> int:
            row = connection.execute(query).fetchone()
            return int(row[0]) if row else 0

        owed = "SELECT count(*) FROM downstream_replica r JOIN downstream_target t ON t.id = r.target_id"
        owed += " WHERE t.mode = 'live' AND r.due_at IS NOT NULL"
        servers.wait_for(lambda: not count(owed), "The target", seconds=PATIENCE)
        return count("SELECT count(*) FROM downstream_attempt")
