"""Signing secrets of targets: making a new one, and wiping those that sign no more."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from audit.actor import Actor, system_actor
from audit.catalogue import EventType
from audit.log_event import Entry
from audit.services import record
from downstream.connectors import REGISTRY, InvalidConfig, validate_config
from downstream.connectors.base import Config
from downstream.models import Target
from downstream.refusals import Refusal
from downstream.subjects import app_subject
from lib.secrets import Undecryptable

# Long enough to bring the new secret to the receivers.
KEEP = timedelta(hours=24)
LONGEST_KEEP = timedelta(days=30)


def can_rotate(target: Target) -> bool:
    """Whether the target has a secret of ours."""
    kind = REGISTRY.get(target.kind)
    return kind is not None and "secret" in kind.config_class.secret_fields()


@transaction.atomic
def rotate_secret(target: Target, *, keep: timedelta = KEEP, by: Actor) -> str:
    """The new secret, told this once. The old one signs beside it for `keep`, and then goes by itself.

    Raises Refusal if the target's kind has none, or its settings can't be used.
    """
    if not timedelta(0) <= keep <= LONGEST_KEEP:
        raise Refusal(f"The old secret can stay for 0 to {LONGEST_KEEP.days * 24} hours.")
    row = Target.objects.select_for_update(no_key=True).get(id=target.id)
    config_class = REGISTRY[row.kind].config_class if can_rotate(row) else Config
    try:
        settings = config_class.rotated(row.settings, now=timezone.now(), keep=keep)
        if settings is None:
            raise Refusal(f"Nothing is signed for {row.name}: only a signing secret can be renewed.")
        _keep(row, settings)
        # Whoever holds an older secret in memory takes nothing more in hand.
        Target.objects.filter(id=row.id).update(
            revision=F("revision") + 1, config_version=F("config_version") + 1
        )
    except (InvalidConfig, Undecryptable) as error:
        raise Refusal(str(error)) from error
    hours = f"{keep / timedelta(hours=1):g}"
    _log(row, f"New signing secret. The old one signs beside it for {hours} h.", by)
    return str(settings["secret"])


def _log(row: Target, reason: str, by: Actor) -> None:
    entry = Entry(type=EventType.TARGET_CHANGED, actor=by, subjects=(app_subject(row),), reason=reason)
    record(row.tenant_id, entry)


def wipe_old_secrets() -> int:
    """Take those away that sign no more. Returns from how many targets."""
    kinds = [kind for kind, found in REGISTRY.items() if "secret" in found.config_class.secret_fields()]
    spent = [target.id for target in Target.objects.filter(kind__in=kinds) if _without_spent(target)]
    return sum(_wipe(target_id) for target_id in spent)


@transaction.atomic
def _wipe(target_id: uuid.UUID) -> bool:
    row = Target.objects.select_for_update(no_key=True).filter(id=target_id).first()
    kept = _without_spent(row) if row else None
    if row is None or kept is None:
        return False
    _keep(row, kept)
    _log(row, "The old signing secret signs no more.", system_actor())
    return True


def _without_spent(target: Target) -> dict[str, object] | None:
    """None: there is nothing to wipe, or nothing that could be read, which deliveries say."""
    try:
        settings = target.settings
    except Undecryptable:
        return None
    kept = REGISTRY[target.kind].config_class.unexpired(settings, now=timezone.now())
    return None if kept == settings else kept


def _keep(row: Target, settings: dict[str, object]) -> None:
    row.config, secret = validate_config(row.kind, settings)
    row.seal(secret)
    row.save(update_fields=["config", "sealed_secrets"])
