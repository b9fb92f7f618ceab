"""A connector that keeps accounts in this process, with faults on demand: the target of tests."""

import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from pydantic import Field

from downstream.connectors.base import (
    NONE,
    Config,
    Connector,
    Fields,
    Found,
    How,
    Overrides,
    Written,
)
from downstream.connectors.base import (
    Field as Attribute,
)
from downstream.errors import BadData, Transient
from lib.documents import Document
from lib.schema import GROUP_RESOURCE, USER_RESOURCE


@dataclass
class Store:
    """What lives behind one name: accounts by their id over there, faults to play, the number of writes."""

    accounts: dict[str, Document] = field(default_factory=dict)
    entitlements: list[Document] = field(default_factory=list)  # what there is to be had, for tests to fill
    writes: int = 0
    errors: list[Exception] = field(default_factory=list)  # each is raised by one call, the first one first
    read_errors: list[Exception] = field(default_factory=list)  # the same for `find` and `members`
    refused: set[str] = field(
        default_factory=set
    )  # userNames and displayNames that get a BadData until taken out
    unwanted: dict[str, Any] = field(default_factory=dict)  # values by attribute that get a BadData likewise
    delay: float = 0.0  # seconds that every call takes
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)


_stores: defaultdict[str, Store] = defaultdict(Store)


def store(name: str) -> Store:
    """The store behind the configured `name`, for tests to read accounts from and to plant faults in."""
    return _stores[name]


def forget(name: str) -> None:
    """Start `name` anew: no accounts, no faults."""
    _stores.pop(name, None)


class MemoryConfig(Config):
    """Connectors with the same `name` share their accounts."""

    name: Annotated[str, Field(min_length=1)]
    members_per_call: Annotated[int, Field(ge=1)] | None = None


class MemoryConnector(Connector[MemoryConfig]):
    """Keeps the contract over a dict. Users match by userName, groups by displayName."""

    kind: ClassVar[str] = "memory"
    label: ClassVar[str] = "Memory (tests)"
    config_class: ClassVar[type[Config]] = MemoryConfig

    @property
    def address(self) -> str:
        """See `Connector.address`."""
        return f"memory:{self.config.name}"

    def fields(self, kind: str) -> tuple[Attribute, ...]:
        """See `Connector.fields`."""
        schema, natural = (GROUP_RESOURCE, "displayName") if kind == "Group" else (USER_RESOURCE, "userName")
        names = [attribute.name for attribute in schema.attributes if attribute.name not in _APART]
        return tuple(Attribute(name, (name,), identifies=name == natural) for name in names)

    def render(self, document: Document, overrides: Overrides = NONE) -> Fields:
        """See `Connector.render`."""
        self._refuse_unknown(document, overrides)
        return _fields({**document, **overrides})

    @property
    def is_readable(self) -> bool:
        """See `Connector.is_readable`."""
        return True

    def find(self, document: Document, remote_id: str | None) -> Found | None:
        """See `Connector.find`."""
        there = self._read()
        with there.lock:
            key = remote_id if remote_id in there.accounts else _match(there, document)
            return None if key is None else Found(key, _fields(deepcopy(there.accounts[key])))

    def put(self, document: Document, remote_id: str | None, *, overrides: Overrides = NONE) -> Written:
        """See `Connector.put`."""
        self._refuse_unknown(document, overrides)
        there = self._reached(document)
        self._refuse_unwanted(there, {**document, **overrides})
        with there.lock:
            known = remote_id if remote_id in there.accounts else None
            key = known or _match(there, document)
            how = _how(remote_id, known, key)
            key = key or str(uuid.uuid4())
            kept = {"members": there.accounts[key].get("members", [])} if key in there.accounts else {}
            there.accounts[key] = deepcopy({**kept, **document, **overrides})
            there.writes += 1
        return Written(key, how)

    @property
    def members_per_call(self) -> int | None:
        """See `Connector.members_per_call`."""
        return self.config.members_per_call

    def members(self, remote_id: str) -> Iterator[str]:
        """See `Connector.members`."""
        there = self._read()
        with there.lock:
            return iter([member["value"] for member in there.accounts[remote_id].get("members", [])])

    def put_members(self, remote_id: str, *, add: Sequence[str], remove: Sequence[str]) -> None:
        """See `Connector.put_members`."""
        there = self._reached({})
        with there.lock:
            changed = {*add, *remove}
            group = there.accounts[remote_id]
            staying = [one for one in group.get("members", []) if one["value"] not in changed]
            group["members"] = [*staying, *({"value": one} for one in add)]
            there.writes += 1

    def _refuse_unwanted(self, there: Store, document: Document) -> None:
        for name, value in there.unwanted.items():
            if document.get(name) == value:
                raise BadData(f"{self.address} does not want this {name}.", attribute=name)

    def _refuse_unknown(self, document: Document, overrides: Overrides) -> None:
        known = {field.name for field in self.fields(_type(document) or "")}
        for name in sorted(overrides.keys() - known):
            raise BadData(f"{self.address} has no {name} that could be overridden.", attribute=name)

    def remove(self, document: Document, remote_id: str | None) -> None:
        """See `Connector.remove`."""
        there = self._reached(document)
        with there.lock:
            key = remote_id or _match(there, document)
            if key in there.accounts:
                del there.accounts[key]
                there.writes += 1

    def accounts(self) -> Iterator[tuple[str, Document]]:
        """See `Connector.accounts`."""
        there = self._reached({})
        with there.lock:
            found = deepcopy(list(there.accounts.items()))
        return ((key, document) for key, document in found if _type(document) == "User")

    @property
    def offers_entitlements(self) -> bool:
        """See `Connector.offers_entitlements`."""
        return True

    def entitlements(self) -> Iterator[Document]:
        """See `Connector.entitlements`."""
        return iter(deepcopy(self._reached({}).entitlements))

    def check(self) -> None:
        """See `Connector.check`."""
        self._reached({})

    def _reached(self, document: Document) -> Store:
        there = self._answering()
        with there.lock:
            if there.errors:
                raise there.errors.pop(0)
            if _name(document) in there.refused:
                natural = "displayName" if _type(document) == "Group" else "userName"
                raise BadData(f"{self.address} refuses {_name(document)}.", attribute=natural)
        return there

    def _read(self) -> Store:
        there = self._answering()
        with there.lock:
            if there.read_errors:
                raise there.read_errors.pop(0)
        return there

    def _answering(self) -> Store:
        there = store(self.config.name)
        if there.delay:
            time.sleep(min(there.delay, self.time_limit))
        if there.delay > self.time_limit:
            raise Transient(f"{self.address} did not answer within {self.time_limit:g} s.")
        return there


# What is no field of an account: told by other means, or Lockstep's own.
_APART = frozenset({"id", "members", "meta", "schemas"})


def _fields(document: Document) -> Fields:
    return {name: value for name, value in document.items() if name not in _APART}


def _how(remote_id: str | None, known: str | None, match: str | None) -> How:
    if known is not None:
        return How.UPDATED
    if match is not None:
        return How.ADOPTED
    return How.CREATED if remote_id is None else How.RECREATED


def _match(there: Store, document: Document) -> str | None:
    wanted = (_type(document), _name(document))
    return next(
        (key for key, other in there.accounts.items() if (_type(other), _name(other)) == wanted), None
    )


def _type(document: Document) -> str | None:
    kind: str | None = document.get("meta", {}).get("resourceType")
    return kind


def _name(document: Document) -> str | None:
    name: str | None = document.get("displayName" if _type(document) == "Group" else "userName")
    return name
