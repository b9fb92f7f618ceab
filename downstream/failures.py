"""Failures with one cause: finding the group of each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
from django.db.models.functions import Now

from downstream.causes import digest, normalised
from downstream.errors import DeliveryError
from downstream.models import FailureGroup, FailureGroupQuerySet, Replica
from downstream.selections import EVERYTHING, Selection
from downstream.work import Work
from lib.clock import moment_in
from lib.counts import CountOf
from tenants.models import Tenant

# Counting a group's failures ends here: pages ask again and again.
MOST = 10_000
# The row of a group that grows is written no more often than this.
FRESH = timedelta(seconds=1)
STALE = ExpressionWrapper(Q(last_at__lt=moment_in(-FRESH)), output_field=BooleanField())
# What a target's message may repeat of an account, beside what is told by its form.
NAMED = ("userName", "displayName", "externalId", "id")


def failure_group_id(work: Work, error: DeliveryError) -> int:
    """That of the target with this cause. Safe to be called by many at once: one makes it, all find it."""
    cause = normalised(str(error), _names(work))
    target = work.replica.target
    key = digest(error.error_class, error.attribute[:255], cause)
    groups = FailureGroup.objects.filter(target=target, digest=key)
    for group_id, is_stale in groups.annotate(is_stale=STALE).values_list("id", "is_stale"):
        if is_stale:
            # The first of many moves it on; the others look again and find nothing to write.
            groups.filter(STALE).update(last_at=Now())
        return group_id
    facts = {
        "error_class": error.error_class,
        "attribute": error.attribute[:255],
        "cause": cause,
        "example": str(error),
    }
    return FailureGroup.objects.get_or_create(target=target, digest=key, defaults=facts)[0].pk


def failing_groups(tenant: Tenant, selection: Selection = EVERYTHING) -> FailureGroupQuerySet:
    """Those that have failures now of what is selected.

    `number` says how many, counted as far as `MOST` and one more.
    """
    here = selection.narrow(Replica.objects.filter(failure_group=OuterRef("pk"))).failed().order_by()
    groups = FailureGroup.objects.of_tenant(tenant).select_related("target")
    return groups.filter(Exists(here)).annotate(number=CountOf(here.values("pk")[: MOST + 1]))


def _names(work: Work) -> Iterator[str]:
    document: dict[str, Any] = work.document
    full_name = document.get("name")
    parts = full_name.values() if isinstance(full_name, dict) else ()
    for value in (*(document.get(name) for name in NAMED), *parts, work.replica.remote_id):
        if isinstance(value, str):
            yield value
