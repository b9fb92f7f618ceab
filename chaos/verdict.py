"""What is there afterwards: the target, the directory and what the writers were answered, side by side."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Protocol

from chaos.listener import Listener, misheard
from chaos.recorder import Held, recorded
from chaos.writers import Writer

# Everything has healed: what is owed by then has been forgotten.
REST_SECONDS = 240
STATES = """
import json
from django.db.models import Count
from downstream.models import Replica
states = Replica.objects.values_list("state", "error_class").annotate(Count("id"))
still = Replica.objects.exclude(due_at=None) | Replica.objects.exclude(lease=None)
print(json.dumps({"owed": still.count(), "states": [list(row) for row in states]}))
"""


# Ids of events by the resource that they are about, in the order of the log.
HAPPENED = """
import json
from downstream.event_feed import bring_up_to_date, events_of
from downstream.models import Replica
journal = Replica.objects.filter(target__name="Journal").select_related("target", "user", "group")
for replica in journal[:1]:
    while not bring_up_to_date(replica):
        pass
print(json.dumps({
    str(replica.user_id or replica.group_id): [str(event.uuid) for event in events_of(replica)]
    for replica in journal
}))
"""


class Judged(Protocol):
    """A running Lockstep of tenant `acme`, and the database that it writes to."""

    @property
    def target_url(self) -> str: ...

    def manage(self, *arguments: str) -> str:
        """What a management command prints."""

    def send(self, method: str, path: str) -> dict[str, Any]:
        """The answer to a SCIM request, which must succeed."""


@dataclass
class Verdict:
    users: int = 0
    groups: int = 0
    seconds: float = 0.0
    replayed: int = 0
    told: int = 0
    repeated: int = 0
    states: str = ""
    mismatches: list[str] = field(default_factory=list)


def judge_journal(scene: Judged, listener: Listener, verdict: Verdict) -> None:
    """What the log has, told once and in its order; under the signature that was agreed on."""
    happened: dict[str, list[str]] = json.loads(scene.manage("shell", "-v", "0", "-c", HAPPENED))
    verdict.told, verdict.repeated = listener.count, listener.repeats
    verdict.mismatches += misheard(happened, listener)


def judge(scene: Judged, writers: list[Writer]) -> Verdict:
    """Waits until nothing is owed. Support staff replays what was parked meanwhile."""
    verdict = Verdict()
    begin = time.monotonic()
    verdict.replayed = _rest(scene, begin + REST_SECONDS)
    verdict.seconds = time.monotonic() - begin
    told = _states(scene)
    verdict.states = str(told["states"])
    users, groups = _directory(scene)
    answered_users: Held = {key: value for writer in writers for key, value in writer.users.items()}
    answered_groups: Held = {key: value for writer in writers for key, value in writer.groups.items()}
    there_users, there_groups, double = recorded(scene.target_url)
    verdict.users, verdict.groups = len(users), len(groups)
    verdict.mismatches = [
        *([f"not at rest: {told}"] if _is_restless(told) else []),
        *(f"there twice: {key}" for key in double),
        *differences("answered", answered_users, "directory", users),
        *differences("answered", answered_groups, "directory", groups),
        *differences("directory", users, "target", there_users),
        *differences("directory", groups, "target", there_groups),
        *(f"writer {writer.number}: {writer.failure}" for writer in writers if writer.failure),
    ]
    return verdict


def _is_restless(told: Any) -> bool:
    return bool(told["owed"]) or any(state != "synced" for state, _, _ in told["states"])


def differences(one: str, ones: Held, other: str, others: Held) -> list[str]:
    return [
        f"{key}: {one} {ones.get(key)}, {other} {others.get(key)}"
        for key in sorted({*ones, *others})
        if ones.get(key) != others.get(key)
    ]


def _rest(scene: Judged, until: float) -> int:
    """How many deliveries support staff had to replay."""
    replayed = 0
    while time.monotonic() < until:
        found = _states(scene)
        failed = sum(count for state, _, count in found["states"] if state == "parked")
        if not found["owed"] and not failed:
            break
        if failed:
            told = json.loads(scene.manage("replay", "acme", "--state", "parked", "--json"))
            replayed += told["replayed"]
        time.sleep(1)
    return replayed


def _states(scene: Judged) -> Any:
    return json.loads(scene.manage("shell", "-v", "0", "-c", STATES))


def _directory(scene: Judged) -> tuple[Held, Held]:
    users = {
        user["id"]: {"userName": user["userName"], "title": user.get("title"), "active": user["active"]}
        for user in _all(scene, "Users")
    }
    groups = {
        group["id"]: {
            "displayName": group["displayName"],
            "members": sorted(member["value"] for member in group.get("members", [])),
        }
        for group in _all(scene, "Groups")
    }
    return users, groups


def _all(scene: Judged, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        page = scene.send("GET", f"{path}?startIndex={len(found) + 1}&count=100")
        found += page.get("Resources", [])
        if len(found) >= page["totalResults"]:
            return found


def table(seed: int, name: str, writers: list[Writer], faults: Counter[str], verdict: Verdict) -> str:
    answered = sum((writer.answered for writer in writers), Counter[str]())
    lines = [f"{name}, SEED={seed}", ""]
    for title, counted in (("Faults", faults), ("Answered", answered)):
        lines += [title, *(f"  {count:>6}  {what}" for what, count in sorted(counted.items())), ""]
    lines += [
        f"{verdict.users} users and {verdict.groups} groups; at rest after {verdict.seconds:.0f} s; "
        f"{verdict.replayed} replayed by support staff",
        f"{verdict.told} events told to the journal in order, {verdict.repeated} of them more than once",
        f"{len(verdict.mismatches)} mismatches",
        *(f"  {mismatch}" for mismatch in verdict.mismatches[:20]),
    ]
    if verdict.mismatches:
        lines.append(f"states: {verdict.states}")
    return "\n".join(lines)
