"""The event: what happened, sealed once and for all."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any, NoReturn

from django.db import models
from django.db.models import Q

from audit.catalogue import EventType, Outcome, Severity
from audit.models.words import Phrase, RowId, Says, WordsField
from audit.words import words_in


def event_types() -> list[tuple[str, str]]:
    """A callable, as are the next two, so that a new word needs no migration."""
    return EventType.choices


def severities() -> list[tuple[str, str]]:
    return Severity.choices


def outcomes() -> list[tuple[str, str]]:
    return Outcome.choices


class EventQuerySet(models.QuerySet["Event"]):
    def about_user(self, user_id: uuid.UUID) -> EventQuerySet:
        return self.filter(user_id=user_id)

    def about_group(self, group_id: uuid.UUID) -> EventQuerySet:
        return self.filter(group_id=group_id)

    def about_target(self, target_id: uuid.UUID) -> EventQuerySet:
        return self.filter(target_id=target_id)

    def in_transaction(self, transaction_id: str) -> EventQuerySet:
        return self.filter(transaction_id=transaction_id)

    def of_types(self, prefixes: Sequence[str]) -> EventQuerySet:
        """Whose event type begins with one of these."""
        return self.filter(reduce(or_, (Q(event_type__startswith=prefix) for prefix in prefixes), Q()))

    def search(self, words: str) -> EventQuerySet:
        """All blank-separated words begin words of the event, in any case."""
        phrases = [Phrase(tuple(words_in(word)), is_beginning=True) for word in words.split()]
        if not all(phrase.words for phrase in phrases):
            return self.none()
        return self.filter(Q(Says(*phrases))) if phrases else self

    def newest_first(self) -> EventQuerySet:
        return self.order_by("-id")


class Event(models.Model):
    """One thing that happened. `body` is the LogEvent as it is served; the other columns are for searching.

    Actor, client and targets are copied in: what they were called then stays readable when they are gone.
    """

    # No constraint on the tenant, nor has what else the sealer writes: sealing waits for nobody's lock.
    # The number that it had while it waited. Those of one resource rise in the order of its changes.
    id = RowId(primary_key=True)
    tenant = models.ForeignKey(
        "tenants.Tenant", on_delete=models.CASCADE, related_name="events", db_index=False, db_constraint=False
    )
    # The place in the tenant's log, without gaps, in the order of commits.
    seq = models.PositiveBigIntegerField()
    uuid = models.UUIDField(unique=True, editable=False)
    # When it happened. Clocks differ and jump: this is in no order.
    published = models.DateTimeField()
    # When it became visible: never before the one with the `seq` before.
    sealed_at = models.DateTimeField()
    event_type = models.CharField(max_length=255, choices=event_types)
    severity = models.CharField(max_length=8, choices=severities)
    result = models.CharField(max_length=16, choices=outcomes)
    actor_id = models.CharField(max_length=255)
    transaction_id = models.CharField(max_length=64)
    # Bare ids, no foreign keys: an event outlives what it speaks of.
    user_id = models.UUIDField(null=True)
    group_id = models.UUIDField(null=True)
    target_id = models.UUIDField(null=True)
    version = models.PositiveBigIntegerField(null=True)
    # What it says, for searching; not for reading.
    words = WordsField()
    body = models.TextField()
    # The salts of its personal parts (JSON), which `digest` commits to.
    blocks = models.TextField()
    digest = models.BinaryField(max_length=32)
    # What links it to the event before.
    hash = models.BinaryField(max_length=32)

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = (
            # Polling, the sealer and verification.
            models.UniqueConstraint(fields=["tenant", "seq"], name="one_event_a_place"),
        )
        indexes = (
            # Any time range, oldest or newest first.
            models.Index(fields=["tenant", "published", "seq"], name="event_by_time"),
            # What everybody filters by.
            models.Index(fields=["tenant", "event_type", "published", "seq"], name="event_by_type"),
            models.Index(fields=["tenant", "actor_id", "published", "seq"], name="event_by_actor"),
            # The pages of one user, group and target.
            models.Index(fields=["user_id", "-id"], condition=Q(user_id__isnull=False), name="event_of_user"),
            models.Index(
                fields=["group_id", "-id"], condition=Q(group_id__isnull=False), name="event_of_group"
            ),
            models.Index(
                fields=["target_id", "-id"], condition=Q(target_id__isnull=False), name="event_of_target"
            ),
            # "What else happened in this request?"
            models.Index(fields=["transaction_id"], name="event_of_transaction"),
        )

    def __str__(self) -> str:
        return f"{self.published:%Y-%m-%d %H:%M:%S} {self.event_type} {self.result}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("An event is written once.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("An event is never deleted by itself.")

    @property
    def document(self) -> dict[str, Any]:
        """The LogEvent, as Okta's System Log shapes it."""
        document: dict[str, Any] = json.loads(self.body)
        return document
