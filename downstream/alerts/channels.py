"""Every change to alert channels, and trying one out."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.actor import Actor
from audit.catalogue import EventType, Outcome, Severity
from audit.log_event import Change, Entry, Subject, SubjectType
from audit.services import record
from downstream.alerts.notices import tell_what_is_open
from downstream.alerts.sending import NotSent, send
from downstream.connectors.webhook import web_address
from downstream.models import AlertChannel
from downstream.models.alerts import ADDRESS_LENGTH
from downstream.refusals import Refusal
from lib.standard_webhooks import new_secret
from tenants.models import Tenant

# A person has more use for a mailing list.
MOST = 50
TEST = {
    "id": "test",
    "kind": "test",
    "title": "This is a test",
    "target": None,
    "credential": None,
    "stream": None,
    "sentence": "Alerts of Lockstep arrive here.",
    "since": None,
    "resolved": None,
}


@transaction.atomic
def add_channel(tenant: Tenant, *, kind: str, address: str, by: Actor) -> AlertChannel:
    """It hears of what is open first. A webhook gets a `secret`, which its receiver needs to know.

    Raises Refusal.
    """
    channel = AlertChannel(tenant=tenant, kind=kind, address=_checked(kind, address))
    Tenant.objects.select_for_update(no_key=True).get(id=tenant.id)
    if tenant.alert_channels.count() >= MOST:
        raise Refusal(f"A tenant has at most {MOST} alert channels. Remove one first.")
    if kind == AlertChannel.Kind.WEBHOOK:
        channel.seal(new_secret())
    _save(channel)
    _log(EventType.CHANNEL_ADDED, channel, by, {}, _told(channel))
    tell_what_is_open(channel)
    return channel


@transaction.atomic
def change_channel(
    channel: AlertChannel, *, address: str | None = None, enabled: bool | None = None, by: Actor
) -> AlertChannel:
    """Messages that wait go to the new address. Raises Refusal."""
    row = AlertChannel.objects.select_for_update(no_key=True).select_related("tenant").get(id=channel.id)
    new_address = row.address if address is None else _checked(row.kind, address)
    new_enabled = row.enabled if enabled is None else enabled
    if (new_address, new_enabled) == (row.address, row.enabled):
        return row
    before = _told(row)
    row.address, row.enabled = new_address, new_enabled
    _save(row)
    _log(EventType.CHANNEL_CHANGED, row, by, before, _told(row))
    return row


@transaction.atomic
def remove_channel(channel: AlertChannel, *, by: Actor) -> None:
    """Messages that wait for it go, too."""
    _log(EventType.CHANNEL_REMOVED, channel, by)
    AlertChannel.objects.filter(id=channel.id).delete()


def try_channel(channel: AlertChannel, *, by: Actor) -> None:
    """Sends a message about nothing. Raises Refusal with the reason."""
    try:
        _send_test(channel)
    except NotSent as error:
        _log_test(channel, by, str(error))
        raise Refusal(str(error)) from error
    _log_test(channel, by)


def _send_test(channel: AlertChannel) -> None:
    """Raises NotSent."""
    told: dict[str, list[Any]] = {"opened": [TEST], "resolved": [], "reminded": []}
    send(channel, told, id=f"test-{uuid.uuid4()}", at=timezone.now())


def _checked(kind: str, address: str) -> str:
    address = address.strip()
    if len(address) > ADDRESS_LENGTH:
        raise Refusal(f"An address has at most {ADDRESS_LENGTH} characters.")
    match kind:
        case AlertChannel.Kind.MAIL:
            return _mail_address(address)
        case AlertChannel.Kind.WEBHOOK:
            return _web_address(address)
    raise Refusal(f"There are no channels of the kind {kind!r}: use mail or webhook.")


def _mail_address(address: str) -> str:
    if not settings.EMAIL_HOST:
        raise Refusal("No mail server is set: whoever runs Lockstep sets EMAIL_URL first.")
    try:
        validate_email(address)
    except ValidationError as error:
        raise Refusal("Enter one mail address, such as it@example.com.") from error
    return address


def _web_address(address: str) -> str:
    try:
        web_address(address)
    except ValueError as error:
        raise Refusal(f"The address can't be used: {error}.") from error
    if urlsplit(address).scheme != "https" and not settings.ALERT_NETWORKS:
        raise Refusal("The address must begin with https://.")
    return address


def _save(channel: AlertChannel) -> None:
    try:
        with transaction.atomic():
            channel.save()
    except IntegrityError as error:
        raise Refusal("There is a channel with that address already.") from error


def _told(channel: AlertChannel) -> dict[str, Any]:
    return {"address": channel.told_address, "enabled": channel.enabled}


def _log(
    kind: EventType,
    channel: AlertChannel,
    by: Actor,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    change = Change(before or {}, after) if after else None
    record(channel.tenant_id, Entry(type=kind, actor=by, subjects=(_subject(channel, change),)))


def _log_test(channel: AlertChannel, by: Actor, reason: str | None = None) -> None:
    outcome, severity = (Outcome.FAILURE, Severity.WARN) if reason else (Outcome.SUCCESS, Severity.INFO)
    entry = Entry(
        type=EventType.CHANNEL_TESTED,
        actor=by,
        subjects=(_subject(channel),),
        outcome=outcome,
        severity=severity,
        reason=reason,
    )
    record(channel.tenant_id, entry)


def _subject(channel: AlertChannel, change: Change | None = None) -> Subject:
    name = f"{channel.get_kind_display()} to {channel.told_address}"
    return Subject(SubjectType.CHANNEL, str(channel.id), name, str(channel.kind), change)
