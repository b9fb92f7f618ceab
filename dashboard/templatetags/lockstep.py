"""One word, one colour and one way to write times, on every page."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from audit.catalogue import Outcome
from audit.integrity.standing import State as Integrity
from audit.models import Export
from dashboard.figures import figure
from dashboard.standings import MOST, Condition
from directory.models import Group, User
from downstream.models import Attempt, Replay, State

register = template.Library()

COLOURS: dict[str, str] = {
    State.SYNCED: "green",
    State.PENDING: "azure",
    State.WAITING: "blue",
    State.RETRYING: "orange",
    State.PARKED: "red",
    State.HELD: "purple",
    State.REHEARSED: "grey",
    Condition.IN_STEP: "green",
    Condition.WORKING: "azure",
    Condition.ATTENTION: "orange",
    Condition.TROUBLE: "red",
    Condition.HOLDING: "purple",
    Condition.REHEARSING: "grey",
    Condition.PAUSED: "grey",
    Condition.GOING: "grey",
    Outcome.SUCCESS: "green",
    Outcome.FAILURE: "red",
    Outcome.DENY: "red",
    Outcome.DEFERRED: "orange",
    Outcome.RATE_LIMIT: "orange",
    Outcome.ABANDONED: "grey",
    Replay.State.AWAITING: "orange",
    Replay.State.RUNNING: "azure",
    Replay.State.STOPPED: "grey",
    Replay.State.FINISHED: "green",
    Replay.State.DECLINED: "red",
    Export.State.EXPIRED: "grey",
    Integrity.UNVERIFIED: "grey",
    Integrity.INTACT: "green",
    Integrity.BROKEN: "red",
    Outcome.SKIPPED: "grey",
    Attempt.Outcome.DONE: "green",
    Attempt.Outcome.FAILED: "red",
    Attempt.Outcome.LATE: "grey",
    Attempt.Outcome.PLANNED: "grey",
}
WORDS: dict[str, str] = dict(Outcome.choices)
UNITS = (
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
    ("second", timedelta(seconds=1)),
)
# Beyond this a date says more than a number of days.
LONG_AGO = timedelta(days=7)


@register.simple_tag
def state_badge(state: str, times: int = 1) -> SafeString:
    """How a replica stands; with a number from 2 up, how many replicas stand so."""
    return _badge(state, State(state).label, times)


@register.simple_tag
def condition_badge(condition: Condition) -> SafeString:
    return _badge(condition, condition.label)


@register.filter
def told(value: object) -> str:
    """A value of a target or of a mapping, as JSON has it, empty for none."""
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)


@register.simple_tag
def replay_badge(state: str) -> SafeString:
    return _badge(state, Replay.State(state).label)


@register.simple_tag
def export_badge(state: str) -> SafeString:
    return _badge(state, Export.State(state).label)


@register.simple_tag
def integrity_badge(state: str) -> SafeString:
    """How the log stands."""
    return _badge(state, Integrity(state).label)


@register.simple_tag
def outcome_badge(outcome: str) -> SafeString:
    """Of an event or of an attempt; a word that is none is shown as it is."""
    if outcome not in COLOURS:
        return _pill("grey", outcome)
    choices = Outcome if outcome in Outcome else Attempt.Outcome
    return _badge(outcome, choices(outcome).label)


@register.simple_tag
def outcome_dot(outcome: str) -> SafeString:
    """The outcome as a colour, with its word for those who see none."""
    return format_html(
        '<span class="dot dot-{}" title="{}"><span class="visually-hidden">{}</span></span>',
        COLOURS.get(outcome, "grey"),
        WORDS.get(outcome, outcome),
        WORDS.get(outcome, outcome),
    )


@register.simple_tag
def active_badge(active: bool | None) -> SafeString:
    """RFC 7643 leaves `active` open: absent is not switched off."""
    match active:
        case True:
            return _pill("green", "Active")
        case False:
            return _pill("grey", "Inactive")
    return _pill("grey", "Not said")


@register.simple_tag
def moment(when: datetime | None) -> SafeString:
    """`3 minutes ago`, in full for the mouse; or `never`."""
    if when is None:
        return format_html('<span class="text-secondary">{}</span>', "never")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        when.isoformat(timespec="seconds"),
        f"{when:%Y-%m-%d %H:%M:%S} UTC",
        in_words(when, timezone.now()),
    )


@register.simple_tag
def page_with(name: str, **query: object) -> str:
    """The address of a list that is narrowed: `{% page_with "log" user=user.id %}`."""
    return f"{reverse(name)}?{urlencode(query)}"


@register.filter
def number(value: int) -> str:
    """`12,345`"""
    return f"{value:,}"


@register.filter
def breakable(text: str) -> SafeString:
    """A name with dots may be broken behind each."""
    return format_html_join(mark_safe(".<wbr>"), "{}", ((part,) for part in text.split(".")))


@register.filter
def so_far(value: int) -> str:
    """What a standing counts: `10,000+` where its counting ended."""
    return figure(value, most=MOST)


@register.filter
def page_of(resource: User | Group) -> str:
    return reverse("user" if isinstance(resource, User) else "group", args=[resource.id])


def in_words(when: datetime, now: datetime) -> str:
    """`3 minutes ago`, `in 2 hours`, `just now`, or the date of what is over a week away."""
    distance = abs(now - when)
    if distance > LONG_AGO:
        return f"{when.day} {when:%b %Y}"
    for name, length in UNITS:
        if units := distance // length:
            words = f"{units} {name}{'' if units == 1 else 's'}"
            return f"in {words}" if when > now else f"{words} ago"
    return "now" if when > now else "just now"


def _badge(word: str, label: object, times: int = 1) -> SafeString:
    return _pill(COLOURS[word], f"{label} {times}" if times > 1 else str(label))


def _pill(colour: str, text: str) -> SafeString:
    return format_html('<span class="pill pill-{}">{}</span>', colour, text)
