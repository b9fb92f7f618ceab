"""The contract that every connector keeps: documents in, a `DeliveryError` or what was done out."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, SecretStr

from lib.documents import Document


class Config(BaseModel):
    """A connector's settings. Top-level fields of type `SecretStr` are secrets; the others may be shown."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @classmethod
    def secret_fields(cls) -> frozenset[str]:
        """Names of the fields that are stored encrypted and never shown."""
        return frozenset(
            name
            for name, field in cls.model_fields.items()
            if SecretStr in (field.annotation, *get_args(field.annotation))
        )

    @classmethod
    def completed(cls, raw: dict[str, Any]) -> dict[str, Any]:
        """A new target's configuration with what is made for it, such as a secret that nobody chose."""
        return raw

    @classmethod
    def rotated(cls, raw: dict[str, Any], *, now: datetime, keep: timedelta) -> dict[str, Any] | None:
        """The configuration with a new `secret`, beside which the present one is good for `keep`.

        None: there is no secret that could be made here.
        """
        return None

    @classmethod
    def unexpired(cls, raw: dict[str, Any], *, now: datetime) -> dict[str, Any]:
        """The configuration without secrets that are good for nothing any more."""
        return raw


Fields = dict[str, Any]
"""An account's values as JSON has them, under the target's own names. A group's members are told apart."""

Overrides = Mapping[str, Any]
"""Values that stand in for what the mapping makes, under the target's own names."""

NONE: Overrides = MappingProxyType({})


@dataclass(frozen=True)
class Field:
    """One attribute of accounts over there. `paths` are those of the document that it is made of.

    What identifies an account can't be overridden: it would lead to somebody else's.
    """

    name: str
    paths: tuple[str, ...] = ()
    identifies: bool = False


class How(StrEnum):
    """What a `put` came to."""

    CREATED = "created"
    UPDATED = "updated"
    ADOPTED = "adopted"  # there was one without a known id
    RECREATED = "recreated"  # the one with the known id was gone


class Written(NamedTuple):
    """The id of the account that was put, and what came of it."""

    remote_id: str
    how: How


class Found(NamedTuple):
    """An account as it is over there."""

    remote_id: str
    fields: Fields


def version_of(document: Document) -> int | None:
    """The version of the resource that the document shows; every change raises it."""
    found = re.search(r"\d+", document.get("meta", {}).get("version", ""))
    return int(found[0]) if found else None


C = TypeVar("C", bound=Config)


class Endpoint(ABC, Generic[C]):
    """What can be reached at a target, whatever is sent there.

    Every method raises a `downstream.errors.DeliveryError` when the target does not do its part; any other
    exception is a fault of ours. No call takes much longer than `time_limit` seconds. Several threads may use
    one instance at once.
    """

    kind: ClassVar[str]
    label: ClassVar[str]
    config_class: ClassVar[type[Config]]

    def __init__(self, config: C, *, time_limit: float) -> None:
        self.config = config
        self.time_limit = time_limit

    @property
    @abstractmethod
    def address(self) -> str:
        """Where this writes, for people to read; without secrets."""

    @abstractmethod
    def check(self) -> None:
        """Find out whether this target can be written to ("Test connection"). Changes nothing over there."""

    def close(self) -> None:
        """Give back connections. The instance is not used afterwards."""


class Connector(Endpoint[C]):
    """Brings the accounts of one target to the state that a document describes."""

    @property
    def resource_types(self) -> frozenset[str]:
        """The `meta.resourceType`s that this target takes; the others are not to be sent."""
        return frozenset({"User", "Group"})

    def fields(self, kind: str) -> tuple[Field, ...]:
        """What a `put` writes of a resource of `kind` (`User` or `Group`); empty where there are no names."""
        return ()

    def render(self, document: Document, overrides: Overrides = NONE) -> Fields:
        """What a `put` of this document writes, field by field, as `find` tells it afterwards."""
        return {**document, **overrides}

    @property
    def is_readable(self) -> bool:
        """Whether `find` and `members` can tell what is over there; they are not asked otherwise."""
        return False

    def find(self, document: Document, remote_id: str | None) -> Found | None:
        """The account that a `put` would update: by its id, or else the one that matches. Changes nothing."""
        return None

    @abstractmethod
    def put(self, document: Document, remote_id: str | None, *, overrides: Overrides = NONE) -> Written:
        """Create or update the account.

        `document` is the whole resource (`id`, `meta.resourceType`, `active`; a group's `members` carry the
        ids that their accounts have in this target). A group without `members` keeps those that it has.
        `remote_id` is the id that an earlier `put` returned. When it is None, or nothing has that id any
        more, an account that matches is adopted before one is created, so that two equal calls leave one
        account. Raises BadData for an override of what the target does not have.

        A call may land late, after its worker was given up and another one wrote a newer version. A target
        that can compare does (a version column, `If-Match`): an older version (`version_of`) never takes the
        place of a newer one. One that takes an idempotency key gets the document's id with its version.
        """

    @property
    def members_per_call(self) -> int | None:
        """A group of more members than these is put without them, which `put_members` then adds in parts.

        None: `put` takes any number.
        """
        return None

    def members(self, remote_id: str) -> Iterator[str]:
        """The ids of the accounts that are in a group over there, read bit by bit."""
        return iter(())

    def put_members(self, remote_id: str, *, add: Sequence[str], remove: Sequence[str]) -> None:
        """Add these to a group that is there, and remove those; the others stay as they are.

        Adding one that is in it, or removing one that is not, is success.
        """
        raise NotImplementedError("A connector with members_per_call has a put_members.")

    @abstractmethod
    def remove(self, document: Document, remote_id: str | None) -> None:
        """Remove the account with `remote_id`, or else the one that matches. Already gone is success."""

    @abstractmethod
    def accounts(self) -> Iterator[tuple[str, Document]]:
        """Every user account over there, as (its id, what can be told of its document), read bit by bit."""

    @property
    def offers_entitlements(self) -> bool:
        """Whether `entitlements` can tell what there is over there."""
        return False

    def entitlements(self) -> Iterator[Document]:
        """Every role and entitlement that an account can have over there, read bit by bit.

        `type` is "Role" or the name of another type, such as "License"; `id` is the value by which users'
        documents name it. `displayName` and `description` are there where the target has them.
        """
        return iter(())


AnyEndpoint = Endpoint[Any]
AnyConnector = Connector[Any]
