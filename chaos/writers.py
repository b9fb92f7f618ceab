"""Identity providers at full speed: each asks until it is answered, and remembers what it was answered."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
Body = dict[str, Any]
# Each has at most so many users and groups at a time.
USERS, GROUPS = 40, 4


@dataclass
class Writer:
    """Its users and groups have names of their own; here they are as they were last answered to be."""

    number: int
    client: httpx2.Client
    chance: random.Random
    ended: threading.Event
    users: dict[str, Body] = field(default_factory=dict)
    groups: dict[str, Body] = field(default_factory=dict)
    answered: Counter[str] = field(default_factory=Counter)
    failure: str = ""
    _names: int = 0
    _free: list[str] = field(default_factory=list)

    def run(self) -> None:
        try:
            while not self.ended.is_set():
                self.chance.choice(self._possible())()
        except Exception as error:  # a thread's trouble has to be told by somebody else
            self.failure = f"{type(error).__name__}: {error}"

    def _possible(self) -> list[Callable[[], None]]:
        possible = [self._create_user] if len(self.users) < USERS else []
        possible += [self._create_group] if len(self.groups) < GROUPS else []
        if self.users:
            possible += [self._change, self._change, self._rename, self._switch, self._delete_user]
        if self.users and self.groups:
            possible += [self._join, self._join, self._leave, self._delete_group]
        return possible

    def _name_again(self) -> str:
        """Now and then that of somebody who was deleted."""
        return self._free.pop(0) if self._free and self.chance.random() < 0.3 else self._name()

    def _name(self) -> str:
        """A new one: whoever left the HR application stays on file, and nobody is renamed to them."""
        self._names += 1
        return f"user{self.number}-{self._names}@chaos.example"

    def _create_user(self) -> None:
        body = {"schemas": [USER], "userName": self._name_again(), "title": "new", "active": True}
        made = self._ask("create user", "POST", "Users", body, taken=f'userName eq "{body["userName"]}"')
        self.users[made["id"]] = {"userName": body["userName"], "title": "new", "active": True}

    def _create_group(self) -> None:
        self._names += 1
        body = {"schemas": [GROUP], "displayName": f"Team {self.number}-{self._names}"}
        # A group's name may be taken twice: one that was made without an answer is looked for first.
        made = self._ask(
            "create group", "POST", "Groups", body, twice=f'displayName eq "{body["displayName"]}"'
        )
        self.groups[made["id"]] = {"displayName": body["displayName"], "members": []}

    def _change(self) -> None:
        self._put("change user", self._some(self.users), title=f"title {self.chance.randrange(1000)}")

    def _rename(self) -> None:
        key = self._some(self.users)
        self._put("rename user", key, userName=self._name())

    def _put(self, what: str, key: str, **change: Any) -> None:
        after = self.users[key] | change
        self._ask(what, "PUT", f"Users/{key}", {"schemas": [USER], **after})
        self.users[key] = after

    def _switch(self) -> None:
        key = self._some(self.users)
        active = not self.users[key]["active"]
        change = [{"op": "replace", "value": {"active": active}}]
        self._ask("switch user", "PATCH", f"Users/{key}", {"schemas": [PATCH], "Operations": change})
        self.users[key]["active"] = active

    def _delete_user(self) -> None:
        key = self._some(self.users)
        self._ask("delete user", "DELETE", f"Users/{key}", gone_is_fine=True)
        self._free.append(self.users.pop(key)["userName"])
        for group in self.groups.values():
            group["members"] = [member for member in group["members"] if member != key]

    def _delete_group(self) -> None:
        key = self._some(self.groups)
        self._ask("delete group", "DELETE", f"Groups/{key}", gone_is_fine=True)
        del self.groups[key]

    def _join(self) -> None:
        key, user = self._some(self.groups), self._some(self.users)
        self._member("join group", key, {"op": "add", "path": "members", "value": [{"value": user}]})
        self.groups[key]["members"] = sorted({*self.groups[key]["members"], user})

    def _leave(self) -> None:
        key, user = self._some(self.groups), self._some(self.users)
        self._member("leave group", key, {"op": "remove", "path": f'members[value eq "{user}"]'})
        self.groups[key]["members"] = [member for member in self.groups[key]["members"] if member != user]

    def _member(self, what: str, key: str, operation: Body) -> None:
        self._ask(what, "PATCH", f"Groups/{key}", {"schemas": [PATCH], "Operations": [operation]})

    def _some(self, among: dict[str, Body]) -> str:
        return self.chance.choice(sorted(among))

    def _ask(
        self,
        what: str,
        method: str,
        path: str,
        body: Body | None = None,
        *,
        taken: str = "",
        twice: str = "",
        gone_is_fine: bool = False,
    ) -> Body:
        """Until it is answered. An answer that was lost on the way is found out at the next try."""
        tries = 0
        while True:
            try:
                if twice and tries and (found := self._found(path, twice)):
                    break
                answer = self.client.request(method, path, json=body)
                if answer.is_success or (gone_is_fine and tries and answer.status_code == 404):
                    found = answer.json() if answer.content and answer.is_success else {}
                    break
                if taken and tries and answer.status_code == 409 and (found := self._found(path, taken)):
                    break
                if answer.status_code < 500 and answer.status_code != 429:
                    raise AssertionError(f"{method} {path}: {answer.status_code} {answer.text}")
            except httpx2.TransportError:
                pass
            tries += 1
            self.answered["asked again"] += 1
            time.sleep(0.2)
        self.answered[what] += 1
        return found

    def _found(self, path: str, query: str) -> Body | None:
        answer = self.client.get(path, params={"filter": query})
        resources = answer.json().get("Resources", []) if answer.is_success else []
        return resources[0] if resources else None
