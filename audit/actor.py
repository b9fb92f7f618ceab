"""Who does something, from where and in which transaction: passed by hand to everything that is logged."""

from __future__ import annotations

import getpass
import os
import uuid
from dataclasses import dataclass, field, replace
from enum import StrEnum


class ActorType(StrEnum):
    """Okta's `actor.type`."""

    USER = "User"
    CLIENT_APP = "PublicClientApp"
    SYSTEM = "SystemPrincipal"
    UNKNOWN = "Unknown"


class TransactionType(StrEnum):
    WEB = "WEB"
    JOB = "JOB"


def new_transaction_id() -> str:
    """32 hexadecimal digits: one for each request or job."""
    return uuid.uuid4().hex


@dataclass(frozen=True)
class Client:
    """Where a request came from."""

    ip_address: str | None = None
    user_agent: str | None = None
    id: str | None = None
    # Those that we trust, the client's nearest first.
    proxies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Actor:
    id: str
    type: ActorType
    display_name: str
    alternate_id: str = "unknown"
    client: Client | None = None
    transaction_id: str = field(default_factory=new_transaction_id)
    transaction_type: TransactionType = TransactionType.WEB
    # For actions by API token: Okta's transaction.detail.requestApiTokenId.
    token_id: str | None = None
    # For actions of people: Okta's authenticationContext.externalSessionId and credentialType.
    session_id: str | None = None
    credential_type: str | None = None
    # By which request or command: stands in debugContext.debugData of everything that is done in it.
    debug: tuple[tuple[str, str], ...] = ()


def system_actor(transaction_id: str | None = None) -> Actor:
    """Lockstep itself."""
    return Actor(
        id="system",
        type=ActorType.SYSTEM,
        display_name="Lockstep",
        alternate_id="system@lockstep",
        transaction_id=transaction_id or new_transaction_id(),
        transaction_type=TransactionType.JOB,
    )


def command_actor(command: str) -> Actor:
    """Whoever runs `manage.py <command>`: the account is the operating system's."""
    facts = (("account", _account()), ("command", command))
    return replace(system_actor(), display_name="Command line", alternate_id="command@lockstep", debug=facts)


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # In a container the user may have a number and no name.
        return str(os.getuid())


def copied(somebody: Actor) -> dict[str, str | None]:
    """An actor as a job keeps it: who, not from where."""
    return {
        "id": somebody.id,
        "type": somebody.type.value,
        "name": somebody.display_name,
        "alternate_id": somebody.alternate_id,
        "token_id": somebody.token_id,
    }


def actor_of(copy: dict[str, str | None], transaction_id: str) -> Actor:
    """Whoever was copied, in a job's transaction."""
    return Actor(
        id=copy["id"] or "",
        type=ActorType(copy["type"] or ActorType.UNKNOWN),
        display_name=copy["name"] or "",
        alternate_id=copy["alternate_id"] or "",
        transaction_id=transaction_id,
        transaction_type=TransactionType.JOB,
        token_id=copy["token_id"],
    )
