"""Failure groups: failures of one target that have the same cause."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from downstream.advice import Advice, advice
from downstream.errors import ErrorClass
from tenants.models import Tenant


class FailureGroupQuerySet(models.QuerySet["FailureGroup"]):
    def of_tenant(self, tenant: Tenant) -> FailureGroupQuerySet:
        return self.filter(target__tenant=tenant)

    def newest_first(self) -> FailureGroupQuerySet:
        return self.order_by("-last_at", "-id")


class FailureGroup(models.Model):
    """One cause in one target. Its replicas are those whose last failure was this one."""

    id = models.BigAutoField(primary_key=True)
    target = models.ForeignKey("downstream.Target", on_delete=models.CASCADE, related_name="failure_groups")
    error_class = models.CharField(max_length=16, choices=ErrorClass.choices)
    attribute = models.CharField(max_length=255, default="", blank=True)
    # The message without what is one account's own, and one message as the connector wrote it.
    cause = models.CharField(max_length=400)
    example = models.TextField()
    digest = models.CharField(max_length=64)
    first_at = models.DateTimeField(db_default=Now())
    last_at = models.DateTimeField(db_default=Now())

    objects = FailureGroupQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["target", "digest"], name="failure_group_once_per_target"),
        )

    def __str__(self) -> str:
        return self.cause

    @property
    def advice(self) -> Advice:
        return advice(self.error_class, self.attribute)
