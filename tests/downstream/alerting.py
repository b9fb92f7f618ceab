"""Short words for what tests of alerts do and ask."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from downstream.alerts.rounds import STEADY_FOR, look
from downstream.errors import ErrorClass
from downstream.models import Alert, AlertChannel, Target
from tenants.models import Tenant
from tests.downstream.conftest import Downstream

LATER = STEADY_FOR + timedelta(seconds=1)


def trouble(hr: Downstream, error_class: ErrorClass, since: timedelta, words: str = "No answer.") -> None:
    began = timezone.now() - since
    Target.objects.filter(id=hr.target.id).update(
        trouble_class=error_class, trouble=words, trouble_since=began
    )


def answer_again(hr: Downstream) -> None:
    Target.objects.filter(id=hr.target.id).update(trouble_class="", trouble="", trouble_since=None)


def look_after(delay: timedelta) -> None:
    look(timezone.now() + delay)


def kinds(tenant: Tenant) -> list[str]:
    return [str(alert.kind) for alert in Alert.objects.of_tenant(tenant).open()]


def told(channel: AlertChannel) -> list[dict[str, Any]]:
    return [notice.told for notice in channel.notices.order_by("id")]


def counts(channel: AlertChannel) -> list[list[int]]:
    """Of each message: how many alerts opened, were resolved, and are still there."""
    return [[len(message[name]) for name in ("opened", "resolved", "reminded")] for message in told(channel)]
