"""From an entry to the LogEvent as it is stored and served: canonical JSON, written in one go.

Every key is there, null when unknown; `version` is a string, `reason` null or 1 to 255 characters, and what
debugData says is text.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from json.encoder import encode_basestring as quoted
from typing import Any

from audit.actor import Actor, Client
from audit.catalogue import EventType, Outcome
from audit.legacy import legacy_name
from audit.log_event import Entry, Subject, canonical
from audit.user_agents import read_user_agent
from lib.moments import utc_text

REASON_LENGTH = 255
# Where a request comes from is not looked up: nobody outside is told of it.
_SECURITY = '{"asNumber":null,"asOrg":null,"domain":null,"isProxy":null,"isp":null}'


def render(entry: Entry, *, event_id: uuid.UUID, published: datetime) -> str:
    """`published` is in UTC. The keys are in the order of their names, as `canonical` wants them."""
    actor = entry.actor
    client, chain = _where(actor.client)
    return (
        f'{{"actor":{_actor(actor)},"authenticationContext":{_authentication(actor)},"client":{client},'
        f'"debugContext":{{"debugData":{_debug(actor, entry.debug)}}},{_kind(entry.type, entry.outcome)},'
        f'"outcome":{{"reason":{_text(entry.reason, REASON_LENGTH)},"result":"{entry.outcome.value}"}},'
        f'"published":"{utc_text(published)}","request":{{"ipChain":{chain}}},"securityContext":{_SECURITY},'
        f'"severity":"{entry.severity.value}","target":{_targets(entry.subjects)},'
        f'"transaction":{_transaction(actor)},"uuid":"{event_id}","version":"0"}}'
    )


def _text(text: str | None, most: int | None = None) -> str:
    """Null where there is nothing to say."""
    return quoted(text[:most]) if text else "null"


@cache
def _kind(kind: EventType, outcome: Outcome) -> str:
    legacy = _text(legacy_name(kind, outcome))
    return f'"displayMessage":{quoted(kind.label)},"eventType":"{kind.value}","legacyEventType":{legacy}'


def _actor(actor: Actor) -> str:
    return (
        f'{{"alternateId":{quoted(actor.alternate_id)},"detailEntry":null,'
        f'"displayName":{quoted(actor.display_name)},"id":{quoted(actor.id)},"type":"{actor.type.value}"}}'
    )


def _authentication(actor: Actor) -> str:
    return (
        '{"authenticationProvider":null,"authenticationStep":0,"credentialProvider":null,'
        f'"credentialType":{_text(actor.credential_type)},"externalSessionId":{_text(actor.session_id)},'
        '"interface":null,"issuer":null}'
    )


@lru_cache(maxsize=256)
def _where(client: Client | None) -> tuple[str, str]:
    """Okta's `client` and `request.ipChain`: a program that calls again and again is written once."""
    client = client or Client()
    agent = read_user_agent(client.user_agent) if client.user_agent else None
    told = {
        "userAgent": agent and {"rawUserAgent": agent.raw, "os": agent.system, "browser": agent.browser},
        "zone": "null",
        "device": agent and agent.device,
        "id": client.id,
        "ipAddress": client.ip_address,
        "geographicalContext": None,
    }
    addresses = [client.ip_address, *client.proxies] if client.ip_address else []
    return canonical(told), f"[{','.join(canonical(_link(address)) for address in addresses)}]"


def _link(address: str) -> dict[str, Any]:
    version = "V6" if ":" in address else "V4"
    return {"ip": address, "geographicalContext": None, "version": version, "source": None}


def _debug(actor: Actor, own: Mapping[str, str] | None) -> str:
    """What the entry says itself is nearer than what the request says."""
    told = {**dict(actor.debug), **(own or {})}
    return f"{{{','.join(f'{quoted(name)}:{quoted(told[name])}' for name in sorted(told))}}}"


def _targets(subjects: Sequence[Subject]) -> str:
    return f"[{','.join(map(_target, subjects))}]" if subjects else "null"


def _target(subject: Subject) -> str:
    change = subject.change
    details = f'"changeDetails":{canonical({"from": change.before, "to": change.after})},' if change else ""
    return (
        f'{{"alternateId":{quoted(subject.alternate_id)},{details}"detailEntry":null,'
        f'"displayName":{quoted(subject.display_name)},"id":{quoted(subject.id)},"type":"{subject.type.value}"}}'
    )


def _transaction(actor: Actor) -> str:
    token = f'"requestApiTokenId":{quoted(actor.token_id)}' if actor.token_id else ""
    kind, id = actor.transaction_type.value, quoted(actor.transaction_id)
    return f'{{"detail":{{{token}}},"id":{id},"type":"{kind}"}}'
