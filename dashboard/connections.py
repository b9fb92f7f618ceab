"""Where a target is, and whether it answers, in words for a page."""

from __future__ import annotations

from dataclasses import dataclass

from audit.actor import Actor
from directory.services.offers import Taken
from downstream import services
from downstream.entitlements import import_entitlements, offers_entitlements
from downstream.errors import DeliveryError
from downstream.models import Target
from downstream.refusals import Refusal

# How many are named of those that were left out.
SHOWN = 5


@dataclass(frozen=True)
class Test:
    """What a call to the target came to."""

    passed: bool
    sentence: str


def address_of(target: Target) -> str:
    """Without secrets; a configuration that can't be used says so."""
    try:
        return services.address_of(target)
    except DeliveryError as error:
        return str(error)


def tested(target: Target, *, by: Actor) -> Test:
    try:
        services.check_target(target, by=by)
    except DeliveryError as error:
        return Test(passed=False, sentence=str(error))
    return Test(passed=True, sentence=f"{target.name} answers and can be written to.")


def offers(target: Target) -> bool:
    """Whether it can tell of roles and entitlements; without a configuration that can be used it can't."""
    try:
        return offers_entitlements(target)
    except DeliveryError:
        return False


def imported(target: Target, *, by: Actor) -> Test:
    try:
        taken = import_entitlements(target, by=by)
    except (DeliveryError, Refusal) as error:
        return Test(passed=False, sentence=str(error))
    return Test(passed=True, sentence=_in_words(target, taken))


def _in_words(target: Target, taken: Taken) -> str:
    counts = {"added": taken.added, "changed": taken.changed, "removed": taken.removed}
    told = ", ".join(f"{count:,} {word}" for word, count in counts.items() if count) or "nothing has changed"
    sentence = f"Roles and entitlements read from {target.name}: {told}."
    if not taken.left_out:
        return sentence
    more = f" and {len(taken.left_out) - SHOWN:,} more" if len(taken.left_out) > SHOWN else ""
    named = ", ".join(taken.left_out[:SHOWN])
    return (
        f"{sentence} Left out, because the value can't be used or another of the type has it: {named}{more}."
    )
