"""Reading into the catalogue which roles and entitlements a target offers."""

from __future__ import annotations

from itertools import islice

from audit.actor import Actor
from audit.catalogue import EventType, Outcome, Severity
from audit.log_event import Entry
from audit.services import record
from directory.catalogue import Entitlement
from directory.services import take_over
from directory.services.entitlements import Facts
from directory.services.offers import Taken
from downstream.calls import opened
from downstream.errors import BadData, DeliveryError
from downstream.models import Target
from downstream.refusals import Refusal
from downstream.subjects import app_subject
from lib.documents import Document

# More than this are no roles that a person could choose from, but another table.
MOST = 10_000


def offers_entitlements(target: Target) -> bool:
    """Whether the target's configuration says where they are. Raises a DeliveryError."""
    with opened(target) as connector:
        return connector.offers_entitlements


def import_entitlements(target: Target, *, by: Actor) -> Taken:
    """Make the target's part of the catalogue what it offers now.

    Raises a DeliveryError with a sentence for a person, after which nothing has changed, and Refusal if the
    target is not configured to offer any.
    """
    try:
        offers = _read(target)
    except DeliveryError as error:
        record(target.tenant_id, _failure(target, error, by))
        raise
    return take_over(target.tenant, map(_facts, offers), target=app_subject(target), by=by)


def _read(target: Target) -> list[Document]:
    """Outside of any transaction: it takes as long as the target takes."""
    if not offers_entitlements(target) and not _has_some(target):
        sentence = "does not offer roles or entitlements: say in its configuration where they are."
        raise Refusal(f"{target.name} {sentence}")
    with opened(target) as connector:
        offers = list(islice(connector.entitlements(), MOST + 1))
    if len(offers) > MOST:
        raise BadData(
            f"{target.name} offers more than {MOST:,} roles and entitlements: configure another table."
        )
    return offers


def _has_some(target: Target) -> bool:
    """What was read from a target that offers none any more is taken away by another import."""
    return Entitlement.objects.of_target(target.id).exists()


def _facts(offer: Document) -> Facts:
    return Facts(offer["type"], offer["id"], offer.get("displayName", ""), offer.get("description", ""))


def _failure(target: Target, error: DeliveryError, by: Actor) -> Entry:
    return Entry(
        type=EventType.ENTITLEMENTS_IMPORTED,
        actor=by,
        subjects=(app_subject(target),),
        outcome=Outcome.FAILURE,
        severity=Severity.WARN,
        reason=str(error),
    )
