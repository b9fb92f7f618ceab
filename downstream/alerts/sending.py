"""Bringing messages to their channels: in order for each, again until they arrive."""

from __future__ import annotations

import json
import smtplib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Now

from downstream.alerts.notices import Tellings, subject_line, text
from downstream.connectors.http import refusal
from downstream.models import AlertChannel, AlertNotice
from downstream.policy import doubled
from lib.clock import moment_in
from lib.outbound import Client, OutboundError, read_networks
from lib.secrets import Undecryptable
from lib.standard_webhooks import key_of, signed_headers

TIME_LIMIT = 10.0
# Nobody else takes a message in hand for so long.
LEASE = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=1)
BUDGET = 30.0
KEPT_FOR = timedelta(days=7)
TYPE = "connector.alerts"


class NotSent(Exception):
    """The message has not arrived, or nobody knows; the sentence says why."""


def send_due() -> int:
    """Send what is due until nothing is, or the time is up. Returns how many messages arrived.

    Safe to be called by several at once. A message whose end nobody saw is sent again under the same id.
    """
    AlertNotice.objects.filter(sent_at__lt=moment_in(-KEPT_FOR)).delete()
    until, count = monotonic() + BUDGET, 0
    while monotonic() < until and (notice := _due().select_related("channel__tenant").first()):
        count += _take(notice) and _try(notice)
    return count


def _due() -> QuerySet[AlertNotice]:
    """The first of each channel that is switched on, if its time has come: the later ones wait for it."""
    waiting = AlertNotice.objects.filter(due_at__isnull=False)
    first = waiting.filter(channel=OuterRef("channel")).order_by("id").values("id")[:1]
    return waiting.filter(id=Subquery(first), due_at__lte=Now(), channel__enabled=True).order_by(
        "due_at", "id"
    )


def _take(notice: AlertNotice) -> bool:
    """Whether it was still to be had: somebody else may have been faster."""
    still = AlertNotice.objects.filter(id=notice.pk, tries=notice.tries, due_at__lte=Now())
    return bool(still.update(due_at=moment_in(LEASE), tries=F("tries") + 1))


def _try(notice: AlertNotice) -> bool:
    channel, mine = notice.channel, AlertNotice.objects.filter(id=notice.pk)
    try:
        send(channel, notice.told, id=str(notice.uuid), at=notice.created_at)
    except NotSent as failure:
        delay = min(LONGEST_DELAY, doubled(notice.tries))
        mine.filter(sent_at=None).update(due_at=moment_in(delay))
        AlertChannel.objects.filter(id=channel.id).update(trouble=str(failure))
        return False
    mine.update(due_at=None, sent_at=Now())
    AlertChannel.objects.filter(id=channel.id).exclude(trouble="").update(trouble="")
    return True


def send(channel: AlertChannel, told: Tellings, *, id: str, at: datetime) -> None:
    """Raises NotSent."""
    BY_KIND[channel.kind](channel, told, id, at)


def _mail(channel: AlertChannel, told: Tellings, id: str, at: datetime) -> None:
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2]
    message = EmailMessage(
        subject_line(channel.tenant.name, told),
        text(told),
        to=[channel.address],
        headers={"Message-ID": f"<{id}@{host}>"},
    )
    try:
        message.send()
    except smtplib.SMTPException as error:
        raise NotSent(f"The mail server does not take the message ({_said(error)}).") from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise NotSent(f"The mail server {settings.EMAIL_HOST} can't be reached ({reason}).") from error


def _said(error: smtplib.SMTPException) -> str:
    match error:
        case smtplib.SMTPResponseException():
            said = error.smtp_error
            words = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
            return f"{error.smtp_code} {words[:200]}"
        case smtplib.SMTPRecipientsRefused():
            refusals = error.recipients.values()
            return "; ".join(f"{code} {words.decode(errors='replace')[:200]}" for code, words in refusals)
    return str(error)[:200] or type(error).__name__


def _webhook(channel: AlertChannel, told: Tellings, id: str, at: datetime) -> None:
    now = datetime.now(UTC)
    data = {"tenant": channel.tenant.name, **told}
    message = {"type": TYPE, "timestamp": at.isoformat(timespec="milliseconds"), "data": data}
    body = json.dumps(message, ensure_ascii=False).encode()
    client = Client(time_limit=TIME_LIMIT, allowed=read_networks(settings.ALERT_NETWORKS))
    try:
        headers = signed_headers([key_of(channel.secret)], id=id, at=now, body=body)
        answer = client.send("POST", channel.address, headers=headers, body=body)
    except (OutboundError, Undecryptable) as error:
        raise NotSent(str(error)) from error
    finally:
        client.close()
    if refused := refusal(answer, "The receiver", now=now):
        raise NotSent(str(refused))


BY_KIND: dict[str, Callable[[AlertChannel, Tellings, str, datetime], None]] = {
    AlertChannel.Kind.MAIL: _mail,
    AlertChannel.Kind.WEBHOOK: _webhook,
}
