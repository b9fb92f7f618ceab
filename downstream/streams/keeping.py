"""Every change to streams, and trying one out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import closing
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from audit.actor import Actor
from audit.log_event import Change
from audit.reading import events_of
from downstream.calls import guarded
from downstream.connectors import InvalidConfig
from downstream.errors import DeliveryError
from downstream.models import LogStream
from downstream.refusals import Outdated, Refusal
from downstream.streams.configuring import as_told, checked, completed, differences, merged, secret_fields
from downstream.streams.feed import end_of_log
from downstream.streams.sinks import open_sink, sink_class
from downstream.streams.telling import Step, tell, tell_tested
from tenants.models import Tenant

MOST = 50
# Seconds: a person waits.
TEST_LIMIT = 10.0
MOST_TYPES, LONGEST_TYPE = 200, 255
# What no person writes, or what is looked at elsewhere.
OURS = [field.name for field in LogStream._meta.fields if field.name != "name"]
_TYPE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*(\.?\*)?")


class Changes(TypedDict, total=False):
    """What may be changed of a stream. What is left out stays.

    `config` is the whole configuration. Of its secret fields those that are left out stay, too; null takes
    one away.
    """

    name: str
    config: dict[str, Any]
    event_types: Sequence[str]
    enabled: bool


@transaction.atomic
def add_stream(
    tenant: Tenant,
    *,
    name: str,
    kind: str,
    config: dict[str, Any],
    event_types: Sequence[str] = (),
    from_start: bool = False,
    by: Actor,
) -> LogStream:
    """It begins with the next event, or with the first that the log still has. Raises Refusal."""
    try:
        whole = completed(kind, config)
        public, secret = checked(kind, whole)
        size = sink_class(kind).most_events
    except InvalidConfig as error:
        raise Refusal(str(error), field="config") from error
    Tenant.objects.select_for_update(no_key=True).get(id=tenant.id)
    if LogStream.objects.of_tenant(tenant).count() >= MOST:
        raise Refusal(f"A tenant has at most {MOST} streams. Remove one first.")
    stream = LogStream(tenant=tenant, name=name, kind=kind, config=public, batch_size=size)
    stream.event_types = checked_types(event_types)
    stream.seal(secret)
    events_of(tenant.id)
    stream.cursor = 0 if from_start or public.get("from_start") else end_of_log(tenant.id)
    _save(stream)
    told = {"event_types": stream.event_types, **as_told(public, secret)}
    tell(stream, Step.CREATED, by, change=Change({}, told))
    return stream


def made_for(stream: LogStream, config: dict[str, Any]) -> dict[str, Any]:
    """What nobody chose and is told this once, such as a secret."""
    whole = stream.settings
    return {name: whole[name] for name in sorted(secret_fields(stream.kind) - config.keys()) if name in whole}


@transaction.atomic
def change_stream(
    stream: LogStream, *, by: Actor, revision: int | None = None, **changes: Unpack[Changes]
) -> LogStream:
    """The row as it is then. `revision` is that of what was looked at: Outdated is raised if it is another
    by now. Raises Refusal, after which nothing has changed."""
    row = _locked(stream, revision)
    before, after = _edited(row, changes)
    switched = changes.get("enabled", row.enabled) != row.enabled
    if not after and not before and not switched:
        return row
    row.enabled = changes.get("enabled", row.enabled)
    row.revision += 1
    # What is under way ends as it may, and is sent anew under the new settings.
    row.batch_end, row.refused_seq, row.lease = None, None, None
    _save(row)
    LogStream.objects.filter(id=row.id).update(resume_at=Now())
    if before or after:
        tell(row, Step.CHANGED, by, change=Change(before, after))
    if switched:
        tell(row, Step.ACTIVATED if row.enabled else Step.DEACTIVATED, by)
    row.refresh_from_db()
    return row


@transaction.atomic
def rewind(stream: LogStream, *, to: int, by: Actor) -> LogStream:
    """Tell what lies behind this place in the log once more, and nothing that lies before. Raises Refusal."""
    row = _locked(stream, None)
    end = end_of_log(row.tenant_id)
    if not 0 <= to <= end:
        raise Refusal(f"The log has the places 0 to {end}.", field="to")
    change = Change({"cursor": row.cursor}, {"cursor": to})
    LogStream.objects.filter(id=row.id).update(
        cursor=to, batch_end=None, refused_seq=None, lease=None, resume_at=Now()
    )
    tell(row, Step.CHANGED, by, change=change)
    row.refresh_from_db()
    return row


@transaction.atomic
def remove_stream(stream: LogStream, *, by: Actor) -> None:
    """Nothing more is sent. Again it does nothing more."""
    if LogStream.objects.filter(id=stream.id).delete()[0]:
        tell(stream, Step.DELETED, by)


def try_stream(stream: LogStream, *, by: Actor) -> None:
    """Send a test, about nobody. Raises a DeliveryError with a sentence for a person."""
    try:
        with (
            guarded(f"stream {stream.id}"),
            closing(open_sink(stream.kind, stream.settings, time_limit=TEST_LIMIT)) as sink,
        ):
            sink.check()
    except DeliveryError as error:
        tell_tested(stream, by, error)
        raise
    tell_tested(stream, by, None)


def address_of(stream: LogStream) -> str:
    """Where it goes, for people, without secrets. Raises a DeliveryError if it can't be used."""
    with guarded(f"stream {stream.id}"), closing(open_sink(stream.kind, stream.settings)) as sink:
        return sink.address


def checked_types(texts: Sequence[str]) -> list[str]:
    """Without doubles. Raises Refusal."""
    found = list(dict.fromkeys(text.strip() for text in texts if text.strip()))
    if len(found) > MOST_TYPES:
        raise Refusal(f"A stream names at most {MOST_TYPES} types of events.", field="event_types")
    for text in found:
        if len(text) > LONGEST_TYPE or not _TYPE.fullmatch(text):
            sentence = (
                f"{text[:80]!r} is no type of event: write user.lifecycle.create, or user.* for all of users."
            )
            raise Refusal(sentence, field="event_types")
    return found


def _edited(row: LogStream, changes: Changes) -> tuple[dict[str, Any], dict[str, Any]]:
    """Sets what is to change on `row`, unsaved; what differs, as the log tells it. Raises Refusal."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    plain: dict[str, Any] = {}
    if "name" in changes:
        plain["name"] = changes["name"]
    if "event_types" in changes:
        plain["event_types"] = checked_types(changes["event_types"])
    for name, new in plain.items():
        old = getattr(row, name)
        if new != old:
            before[name], after[name] = old, new
            setattr(row, name, new)
    if "config" in changes:
        _configure(row, changes["config"], before, after)
    return before, after


def _configure(row: LogStream, config: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> None:
    try:
        whole = merged(row, config)
        public, secret = checked(row.kind, whole)
    except InvalidConfig as error:
        raise Refusal(str(error), field="config") from error
    old, new = differences(row, public, secret)
    before |= old
    after |= new
    row.config = public
    row.seal(secret)


def _locked(stream: LogStream, revision: int | None) -> LogStream:
    """Raises Refusal."""
    row = LogStream.objects.select_for_update(no_key=True).filter(id=stream.id).first()
    if row is None:
        raise Refusal(f"{stream.name} is removed.")
    if revision not in (None, row.revision):
        raise Outdated(
            f"Somebody else has changed {row.name} meanwhile: look at it and try again.", field="revision"
        )
    return row


def _save(stream: LogStream) -> None:
    """Raises Refusal."""
    try:
        stream.clean_fields(exclude=OURS)
        with transaction.atomic():
            stream.save()
    except ValidationError as error:
        name, sentences = next(iter(error.message_dict.items()))
        raise Refusal(f"{name}: {' '.join(sentences)}", field=name) from error
    except IntegrityError as error:
        sentence = f"There is a stream named {stream.name} already. Choose another name."
        raise Refusal(sentence, field="name") from error
