"""One look at everything: alerts open, stay and are resolved, and each channel gets one message about it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from audit.actor import system_actor
from audit.catalogue import EventType, Severity
from audit.log_event import Entry, Subject, SubjectType
from audit.services import record
from downstream.alerts.conditions import Finding, findings
from downstream.alerts.notices import Round, post
from downstream.models import Alert
from downstream.streams.telling import stream_subject
from downstream.subjects import app_subject
from tenants.models import Tenant

# What clears has to stay away for so long; twice as long for each time it has come in the last hour.
STEADY_FOR = timedelta(minutes=1)
LONGEST_STEADY = timedelta(minutes=15)
LATELY = timedelta(hours=1)
REMIND_AFTER = timedelta(hours=24)


def look(now: datetime | None = None) -> None:
    """Safe to be called by several at once: each change of an alert is made, and told, by one of them."""
    found: defaultdict[uuid.UUID, dict[str, Finding]] = defaultdict(dict)
    for finding in findings():
        found[finding.tenant_id][finding.key] = finding
    with_open = set(Alert.objects.open().order_by().values_list("tenant_id", flat=True).distinct())
    for tenant_id in sorted(with_open | set(found)):
        _look_after(tenant_id, found[tenant_id], now or timezone.now())


@transaction.atomic
def _look_after(tenant_id: uuid.UUID, found: dict[str, Finding], now: datetime) -> None:
    Tenant.objects.select_for_update(no_key=True).get(id=tenant_id)
    known = {alert.key: alert for alert in Alert.objects.filter(tenant_id=tenant_id).open().for_people()}
    opened = [_open(finding, now) for key, finding in found.items() if key not in known]
    lasting = [_see(known[key], finding) for key, finding in found.items() if key in known]
    cleared = [alert for key, alert in known.items() if key not in found]
    resolved = [alert for alert in cleared if _is_over(alert, now)]
    reminded = [alert for alert in lasting if alert.notified_at <= now - REMIND_AFTER]
    Alert.objects.filter(id__in=[alert.pk for alert in reminded]).update(notified_at=now)
    record(tenant_id, *_entries(opened, resolved))
    post(tenant_id, Round(opened, resolved, reminded))


def _open(finding: Finding, now: datetime) -> Alert:
    return Alert.objects.create(
        tenant_id=finding.tenant_id,
        kind=finding.kind,
        key=finding.key,
        target=finding.target,
        credential=finding.credential,
        stream=finding.stream,
        since=finding.since,
        sentence=finding.sentence,
        opened_at=now,
        notified_at=now,
    )


def _see(alert: Alert, finding: Finding) -> Alert:
    """It lasts, or is back before it was over."""
    if alert.cleared_at is not None or alert.sentence != finding.sentence:
        alert.cleared_at, alert.sentence = None, finding.sentence
        alert.save(update_fields=["cleared_at", "sentence"])
    return alert


def _is_over(alert: Alert, now: datetime) -> bool:
    if alert.cleared_at is None:
        alert.cleared_at = now
        alert.save(update_fields=["cleared_at"])
    if now - alert.cleared_at < _steady_for(alert, now):
        return False
    alert.resolved_at = now
    alert.save(update_fields=["resolved_at"])
    return True


def _steady_for(alert: Alert, now: datetime) -> timedelta:
    """What comes and goes is one alert that lasts, and not a message every minute."""
    lately = Alert.objects.filter(key=alert.key, opened_at__gt=now - LATELY).exclude(id=alert.pk).count()
    return min(LONGEST_STEADY, STEADY_FOR * float(2 ** min(lately, 10)))


def _entries(opened: Iterable[Alert], resolved: Iterable[Alert]) -> list[Entry]:
    by = system_actor()
    return [
        *(_entry(EventType.ALERT_OPENED, alert, Severity.WARN, by.transaction_id) for alert in opened),
        *(_entry(EventType.ALERT_RESOLVED, alert, Severity.INFO, by.transaction_id) for alert in resolved),
    ]


def _entry(kind: EventType, alert: Alert, severity: Severity, transaction_id: str) -> Entry:
    return Entry(
        type=kind,
        actor=system_actor(transaction_id),
        subjects=(_subject(alert),),
        severity=severity,
        reason=alert.sentence,
        debug={"alert": str(alert.pk), "kind": str(alert.kind)},
    )


def _subject(alert: Alert) -> Subject:
    if alert.target:
        return app_subject(alert.target)
    if alert.stream:
        return stream_subject(alert.stream)
    return Subject(SubjectType.TOKEN, str(alert.credential_id), alert.about)
