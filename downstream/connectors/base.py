"""The contract that every connector keeps: documents in, a `DeliveryError` or an id out."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar, Generic, TypeVar, get_args

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


C = TypeVar("C", bound=Config)


class Connector(ABC, Generic[C]):
    """Brings the accounts of one target to the state that a document describes.

    Every method raises a `downstream.errors.DeliveryError` when the target does not do its part; any other
    exception is a fault of the connector. No call takes much longer than `time_limit` seconds. Several
    threads may use one instance at once.
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
        """Where this connector writes, for people to read; without secrets."""

    @property
    def resource_types(self) -> frozenset[str]:
        """The `meta.resourceType`s that this target takes; the others are not to be sent."""
        return frozenset({"User", "Group"})

    @abstractmethod
    def put(self, document: Document, remote_id: str | None) -> str:
        """Create or update the account and return its id over there.

        `document` is the whole resource (`id`, `meta.resourceType`, `active`; a group's `members` carry the
        ids that their accounts have in this target; no `members` means none). `remote_id` is the id that an
        earlier `put` returned. When it is None, or nothing has that id any more, an account that matches is
        adopted before one is created, so that two equal calls leave one account.
        """

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

    @abstractmethod
    def check(self) -> None:
        """Find out whether this target can be written to ("Test connection"). Changes nothing over there."""

    def close(self) -> None:
        """Give back connections. The instance is not used afterwards."""


AnyConnector = Connector[Any]
