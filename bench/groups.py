"""A large group beside a small one: one member in or out, and reading the whole."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from bench.client import Client
from bench.directories import CONNECTIONS, Directory, user_name
from bench.errors import BenchError
from bench.goals import Goal, Line, absolute, times_beside
from bench.load import in_turns

SMALL = 10
MEMBER, WHOLE, WITHOUT_MEMBERS = Goal(1.3), Goal(500, unit="ms"), Goal(15, unit="ms")
READS = 9


@dataclass(frozen=True)
class Group:
    id: str
    size: int

    @property
    def path(self) -> str:
        return f"/Groups/{self.id}"


def measure(on: Directory, client: Client, *, rounds: int, seconds: int) -> list[Line]:
    """The directory has two groups: of all its users, and of SMALL."""
    large, small = _groups(on, client)
    reads = _reads(client, large)
    return [_one_member(on, client, large, small, rounds=rounds, seconds=seconds), *reads]


def _groups(on: Directory, client: Client) -> list[Group]:
    """In the order in which they were seeded."""
    document, _ = client.get("/Groups?excludedAttributes=members")
    ids = [group["id"] for group in document["Resources"]]
    return [Group(id, size) for id, size in zip(ids, (on.users, SMALL), strict=True)]


def _reads(client: Client, group: Group) -> list[Line]:
    """One at a time."""
    lines = []
    for query, members, goal in (
        ("", group.size, WHOLE),
        ("?excludedAttributes=members", 0, WITHOUT_MEMBERS),
    ):
        answers = [client.get(group.path + query) for _ in range(READS)]
        for document, _ in answers:
            if len(document.get("members", [])) != members:
                raise BenchError(f"The group has {len(document['members'])} members instead of {members}.")
        took = 1000 * median(seconds for _, seconds in answers)
        lines.append(absolute(f"GET /Groups/{{id}}{query}", group.size, took, goal))
    return lines


def _one_member(
    on: Directory, client: Client, large: Group, small: Group, *, rounds: int, seconds: int
) -> Line:
    """As many clients as there are connections change one group; each has a user of its own."""
    members = [_id_of(client, on.users - place) for place in range(CONNECTIONS)]
    loads = {group.id: on.load("members.lua", *members, path=group.path) for group in (large, small)}
    before = {group.id: _version(client, group) for group in (large, small)}
    measured = in_turns(loads, rounds=rounds, seconds=seconds)
    for group in (large, small):
        changes = _version(client, group) - before[group.id]
        # In each run a client may begin by taking out who is out already, which changes nothing.
        if changes < sum(one.answered for one in measured[group.id]) - CONNECTIONS * (rounds + 1):
            raise BenchError(f"There were only {changes} changes of the group of {group.size}.")
    name = f"group of {small.size}"
    work = "PATCH /Groups/{id}, one member in or out"
    return times_beside(work, large.size, measured[large.id], measured[small.id], MEMBER, name=name)


def _id_of(client: Client, number: int) -> str:
    (user,) = client.found("/Users", f'userName eq "{user_name(number)}"')
    return str(user["id"])


def _version(client: Client, group: Group) -> int:
    document, _ = client.get(f"{group.path}?excludedAttributes=members")
    return int(document["meta"]["version"].removeprefix('W/"').removesuffix('"'))
