"""What is wrong at the moment, each with a sentence that names the remedy."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now
from django.utils import timezone

from downstream.errors import ErrorClass
from downstream.models import AlertKind, LogStream, Replica, Target
from lib.clock import moment_in
from tenants.models import Credential

DOWN_AFTER = timedelta(minutes=15)
EXPIRES_WITHIN = timedelta(days=14)
# Whoever has not replaced a credential by then does without it.
EXPIRED_FOR = timedelta(days=7)
# These may go by themselves.
PASSING = (ErrorClass.TRANSIENT, ErrorClass.THROTTLED)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. The sentence says the same as long as nothing changes."""

    tenant_id: uuid.UUID
    kind: AlertKind
    since: datetime
    sentence: str
    target: Target | None = None
    credential: Credential | None = None
    stream: LogStream | None = None

    @property
    def key(self) -> str:
        about = self.target or self.credential or self.stream
        return f"{self.kind}:{about.pk if about else ''}"


def findings() -> Iterator[Finding]:
    yield from _down()
    yield from _blocked()
    yield from _behind()
    yield from _holding()
    yield from _expiring()
    yield from _stuck()


def _down() -> Iterator[Finding]:
    troubled = _live().filter(trouble_class__in=PASSING, trouble_since__lte=moment_in(-DOWN_AFTER))
    for target in troubled:
        began = f"{target.name} has not done its part since {_time(target.trouble_since)}: {target.trouble}"
        remedy = "Deliveries wait, and go on by themselves once it answers."
        yield _of(target, AlertKind.DOWN, target.trouble_since, f"{began} {remedy}")


def _blocked() -> Iterator[Finding]:
    """The breaker is open over what no waiting mends: at once."""
    for target in _live().exclude(trouble_class="").exclude(trouble_class__in=PASSING):
        remedy = "Mend its settings or permissions: deliveries wait until then."
        yield _of(
            target, AlertKind.BLOCKED, target.trouble_since, f"{target.name}: {target.trouble} {remedy}"
        )


def _behind() -> Iterator[Finding]:
    oldest = Replica.objects.filter(target=OuterRef("id")).due().order_by("due_at").values("due_at")[:1]
    for target in _live().annotate(oldest=Subquery(oldest), now=Now()).exclude(oldest=None):
        objective = timedelta(seconds=target.backlog_objective)
        if target.now - target.oldest > objective:
            sentence = (
                f"{target.name} is behind: a change has waited there since {_time(target.oldest)}; none "
                f"should for more than {target.backlog_objective} s. See whether it answers, and how fast."
            )
            yield _of(target, AlertKind.BEHIND, target.oldest + objective, sentence)


def _holding() -> Iterator[Finding]:
    """Whatever the target's mode: a person is asked."""
    holding = Target.objects.exclude(guard_since=None).exclude(mode=Target.Mode.DELETING)
    for target in holding:
        sentence = (
            f"{target.name}: the guard has held removals since {_time(target.guard_since)}, because many "
            "accounts are to be disabled or removed at once. Allow or reject them on the target's page."
        )
        yield _of(target, AlertKind.HOLDING, target.guard_since, sentence)


def _expiring() -> Iterator[Finding]:
    limits = {"expires_at__lte": moment_in(EXPIRES_WITHIN), "expires_at__gt": moment_in(-EXPIRED_FOR)}
    for credential in Credential.objects.filter(revoked_at=None, **limits):
        if credential.expires_at is None:
            continue
        over = credential.expires_at <= timezone.now()
        when = f"{'expired' if over else 'expires'} on {credential.expires_at:%Y-%m-%d %H:%M} UTC"
        remedy = "Make a new one, give it to whoever uses this one, and revoke this one."
        yield Finding(
            tenant_id=credential.tenant_id,
            kind=AlertKind.EXPIRING,
            since=credential.expires_at - EXPIRES_WITHIN,
            sentence=f"The credential {credential.label} {when}. {remedy}",
            credential=credential,
        )


def _stuck() -> Iterator[Finding]:
    """Streams whose receiver has not taken events for a while, or refuses us."""
    passing = Q(trouble_class__in=PASSING)
    waited = passing & Q(trouble_since__gt=moment_in(-DOWN_AFTER))
    for stream in LogStream.objects.filter(enabled=True).exclude(trouble_class="").exclude(waited):
        sentence = (
            f"The stream {stream.name} has delivered nothing since {_time(stream.trouble_since)}: "
            f"{stream.trouble} Events wait in the log, and go on by themselves once they are taken."
        )
        since = stream.trouble_since or timezone.now()
        yield Finding(stream.tenant_id, AlertKind.STREAM, since, sentence, stream=stream)


def _live() -> QuerySet[Target]:
    """A person who has paused a target knows that nothing is delivered."""
    return Target.objects.filter(mode=Target.Mode.LIVE)


def _of(target: Target, kind: AlertKind, since: datetime | None, sentence: str) -> Finding:
    return Finding(target.tenant_id, kind, since or timezone.now(), sentence, target=target)


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "some time"
