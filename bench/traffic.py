"""Requests of users beside the floor, in the same rounds."""

from __future__ import annotations

from bench.client import Client
from bench.directories import CONNECTIONS, Directory, user_name
from bench.errors import BenchError
from bench.goals import Goal, Line, beside_floor, of_floor
from bench.load import Load, in_turns

CREATE, LOOK_UP, PAGE = Goal(0.7, at_least=True), Goal(1.0, at_least=True), Goal(0.2, at_least=True)
SAMPLE = 20


def measure(on: Directory, floor: Load, *, rounds: int, seconds: int) -> list[Line]:
    loads = {"floor": floor, "create": creates(on), "look up": look_ups(on), "page": pages(on)}
    measured = in_turns(loads, rounds=rounds, seconds=seconds)
    bare, users = measured["floor"], on.users
    return [
        of_floor(bare),
        beside_floor("POST /Users, event, one replica", users, measured["create"], bare, CREATE),
        beside_floor('GET /Users?filter=userName eq "x"', users, measured["look up"], bare, LOOK_UP),
        beside_floor("GET /Users?startIndex=n&count=100", users, measured["page"], bare, PAGE),
    ]


def creates(on: Directory) -> Load:
    return on.load("create_users.lua")


def look_ups(on: Directory) -> Load:
    return on.load("look_up.lua", str(on.users))


def pages(on: Directory) -> Load:
    """As many imports at once as there are connections, each page by page."""
    return on.load("pages.lua", str(on.users), str(CONNECTIONS))


def check_look_ups(on: Directory, client: Client) -> None:
    """Raises BenchError unless exactly the one user comes back, in any case of letters, or rightly nobody."""
    for place in range(SAMPLE):
        name = user_name(1 + place * (on.users - 1) // (SAMPLE - 1))
        found = client.found("/Users", f'userName eq "{name.upper()}"')
        if [user["userName"] for user in found] != [name]:
            raise BenchError(f"The look-up of {name} finds {found}.")
    if nobody := client.found("/Users", f'userName eq "{user_name(on.users + 1)}"'):
        raise BenchError(f"The look-up of nobody finds {nobody}.")
