"""Chips: a value that events must have, or must not have. Several of one attribute are alternatives."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from audit.catalogue import Outcome, Severity
from audit.search import check_filter

# What a person calls kinds of events: the event types of each begin with one of these.
KINDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "users": ("Users", ("user.lifecycle.", "user.account.update_profile")),
    "groups": ("Groups", ("group.",)),
    "entitlements": ("Roles and entitlements", ("connector.entitlement.", "system.import.")),
    "deliveries": (
        "Deliveries",
        (
            *("application.provision.", "app.app_instance.", "connector.override.", "connector.replay."),
            *("connector.guard.", "event_hook.delivery"),
        ),
    ),
    "targets": ("Targets", ("application.lifecycle.", "application.integration.")),
    "alerts": ("Alerts", ("connector.alert.",)),
    "schema": ("Schema", ("connector.schema.",)),
    "access": (
        "Access",
        (
            *("user.session.", "user.account.lock", "user.account.privilege."),
            *("user.account.update_password", "system.api_token.", "security.", "connector.tenant."),
        ),
    ),
    "log": (
        "The log itself",
        (
            *("connector.log.", "connector.log_stream.", "system.log_stream.", "analytics."),
            *("event_hook.created", "event_hook.updated", "event_hook.deleted"),
            *("event_hook.activated", "event_hook.deactivated", "event_hook.verified"),
        ),
    ),
}
KIND, RESULT, TYPE = "kind", "outcome.result", "eventType"
WORDS: Mapping[str, str] = {
    KIND: "Kind",
    RESULT: "Outcome",
    "outcome.reason": "Reason",
    "severity": "Severity",
    TYPE: "Event type",
    "actor.id": "Actor",
    "actor.alternateId": "Actor",
    "actor.displayName": "Actor",
    "target.id": "To",
    "target.alternateId": "To",
    "target.displayName": "To",
    "client.ipAddress": "Address",
    "client.userAgent.rawUserAgent": "Client",
    "transaction.id": "Transaction",
}
_LABELS: Mapping[str, Mapping[str, str]] = {
    RESULT: dict(Outcome.choices),
    "severity": dict(Severity.choices),
    KIND: {key: label for key, (label, _) in KINDS.items()},
}
LONGEST = 500


@dataclass(frozen=True)
class Chip:
    """`value` of an attribute by Okta's name, or of `kind`; a star at its end means that it begins so."""

    field: str
    value: str
    out: bool = False

    def __str__(self) -> str:
        """As the address has it."""
        return f"{self.field}:{self.value}"

    @property
    def word(self) -> str:
        return WORDS.get(self.field, self.field)

    @property
    def label(self) -> str:
        return label_of(self.field, self.value)

    @property
    def is_known(self) -> bool:
        """Whether it can be asked for at all."""
        return self.value in KINDS if self.field == KIND else check_filter(self._comparison) is None

    @property
    def comparison(self) -> str:
        """In the filter language, without regard to `out`."""
        if self.field == KIND:
            starts = " or ".join(f"{TYPE} sw {_quoted(start)}" for start in KINDS[self.value][1])
            return f"({starts})"
        return self._comparison

    @property
    def _comparison(self) -> str:
        if self.value.endswith("*") and len(self.value) > 1:
            return f"{self.field} sw {_quoted(self.value[:-1])}"
        return f"{self.field} eq {_quoted(self.value)}"


def read_chip(text: str, *, out: bool = False) -> Chip | None:
    """None for what is no chip."""
    field, colon, value = text[:LONGEST].partition(":")
    chip = Chip(field, value, out)
    return chip if colon and value and chip.is_known else None


def as_filter(chips: Iterable[Chip], expression: str = "") -> str:
    """All of them, and the expression, as one filter."""
    chips = list(chips)
    parts = [f"({expression})"] if expression.strip() else []
    for field in dict.fromkeys(chip.field for chip in chips if not chip.out):
        parts.append(_any_of([chip.comparison for chip in chips if chip.field == field and not chip.out]))
    parts += [f"not ({chip.comparison})" for chip in chips if chip.out]
    return " and ".join(parts)


def label_of(field: str, value: str) -> str:
    return _LABELS.get(field, {}).get(value, value)


def _any_of(comparisons: Sequence[str]) -> str:
    return comparisons[0] if len(comparisons) == 1 else f"({' or '.join(comparisons)})"


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
