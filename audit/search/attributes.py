"""The attributes of a LogEvent that a filter may name, by Okta's names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Type = Literal["text", "number", "flag", "object"]

# Lists, of which one element is enough.
LISTS = ("target", "request.ipChain")
# Objects with keys of their own, whose values are texts.
OPEN = (
    "debugContext.debugData",
    "actor.detailEntry",
    "target.detailEntry",
    "transaction.detail",
)
_KEY = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")
_UNDERSCORE = re.compile(r"_([a-z])")

_PERSON = "id type alternateId displayName"
_PLACE = "city state country postalCode"
_TEXTS: Mapping[str, str] = {
    "": "uuid eventType version severity legacyEventType displayMessage",
    "actor": _PERSON,
    "target": _PERSON,
    "client": "id zone device ipAddress",
    "client.userAgent": "rawUserAgent os browser",
    "client.geographicalContext": _PLACE,
    "device": (
        "id name os_platform os_version device_integrator disk_encryption_type screen_lock_type "
        "managed registered jailbreak secure_hardware_present"
    ),
    "outcome": "result reason",
    "transaction": "id type",
    "authenticationContext": (
        "authenticationProvider credentialProvider credentialType interface externalSessionId rootSessionId"
    ),
    "authenticationContext.issuer": "id type",
    "securityContext": "asOrg isp domain",
    "securityContext.risk": "level previousLevel detectionName issuer",
    "request.ipChain": "ip version source",
    "request.ipChain.geographicalContext": _PLACE,
}
_NUMBERS = (
    "securityContext.asNumber",
    "authenticationContext.authenticationStep",
    "client.geographicalContext.geolocation.lat",
    "client.geographicalContext.geolocation.lon",
    "request.ipChain.geographicalContext.geolocation.lat",
    "request.ipChain.geographicalContext.geolocation.lon",
)
_FLAGS = ("securityContext.isProxy",)
_OBJECTS = (
    *(name for name in _TEXTS if name),
    *OPEN,
    "request",
    "debugContext",
    "client.geographicalContext.geolocation",
    "request.ipChain.geographicalContext.geolocation",
)


@dataclass(frozen=True)
class Attribute:
    """`name` is as Okta writes it; an "object" can only be asked for with `pr`."""

    name: str
    type: Type

    @property
    def list_name(self) -> str | None:
        """The list of which it is a part, if it is part of one."""
        return next((one for one in LISTS if self.name == one or self.name.startswith(f"{one}.")), None)

    @property
    def names(self) -> tuple[str, ...]:
        """The keys that lead to it: from the element of its list, or from the event."""
        own = self.name.removeprefix(self.list_name or "").removeprefix(".")
        return tuple(own.split(".")) if own else ()


def _all() -> Iterator[Attribute]:
    for owner, names in _TEXTS.items():
        for name in names.split():
            yield Attribute(f"{owner}.{name}" if owner else name, "text")
    yield from (Attribute(name, "number") for name in _NUMBERS)
    yield from (Attribute(name, "flag") for name in _FLAGS)
    yield from (Attribute(name, "object") for name in _OBJECTS)


# All but the keys of open objects, in the order of reading.
ATTRIBUTES: Mapping[str, Attribute] = {attribute.name: attribute for attribute in _all()}


def attribute_of(name: str) -> Attribute | None:
    """The attribute of that name; `event_type` and the like, as older examples have them, are understood."""
    return _named(name) or _named(_UNDERSCORE.sub(lambda found: found[1].upper(), name)) or _open(name)


def _named(name: str) -> Attribute | None:
    return ATTRIBUTES.get(name)


def _open(name: str) -> Attribute | None:
    """A key of an open object, which stays as it is written."""
    for one in OPEN:
        depth = one.count(".") + 1
        parts = name.split(".")
        owner, key = ".".join(parts[:depth]), ".".join(parts[depth:])
        camel = _UNDERSCORE.sub(lambda found: found[1].upper(), owner)
        if one == camel and _KEY.fullmatch(key):
            return Attribute(f"{one}.{key}", "text")
    return None
