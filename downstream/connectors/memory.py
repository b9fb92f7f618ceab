"""A connector that keeps accounts in this process, with faults on demand: the target of tests."""

import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from pydantic import Field

from downstream.connectors.base import Config, Connector
from downstream.errors import BadData, Transient
from lib.documents import Document


@dataclass
class Store:
    """What lives behind one name: accounts by their id over there, faults to play, the number of writes."""

    accounts: dict[str, Document] = field(default_factory=dict)
    entitlements: list[Document] = field(default_factory=list)  # what there is to be had, for tests to fill
    writes: int = 0
    errors: list[Exception] = field(default_factory=list)  # each is raised by one call, the first one first
    refused: set[str] = field(
        default_factory=set
    )  # userNames and displayNames that get a BadData until taken out
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


class MemoryConnector(Connector[MemoryConfig]):
    """Keeps the contract over a dict. Users match by userName, groups by displayName."""

    kind: ClassVar[str] = "memory"
    label: ClassVar[str] = "Memory (tests)"
    config_class: ClassVar[type[Config]] = MemoryConfig

    @property
    def address(self) -> str:
        """See `Connector.address`."""
        return f"memory:{self.config.name}"

    def put(self, document: Document, remote_id: str | None) -> str:
        """See `Connector.put`."""
        there = self._reached(document)
        with there.lock:
            key = remote_id if remote_id in there.accounts else _match(there, document)
            key = key or str(uuid.uuid4())
            there.accounts[key] = deepcopy(document)
            there.writes += 1
        return key

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
        there = store(self.config.name)
        if there.delay:
            time.sleep(min(there.delay, self.time_limit))
        if there.delay > self.time_limit:
            raise Transient(f"{self.address} did not answer within {self.time_limit:g} s.")
        with there.lock:
            if there.errors:
                raise there.errors.pop(0)
            if _name(document) in there.refused:
                raise BadData(f"{self.address} refuses {_name(document)}.")
        return there


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
