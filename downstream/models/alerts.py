"""Alerts: what is wrong and since when, who is to hear of it, and the messages on their way."""

from __future__ import annotations

import uuid
from urllib.parse import urlsplit

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from downstream.models.streams import LogStream
from downstream.models.targets import Target
from lib.secrets import decrypt, encrypt
from tenants.models import Credential, Tenant

ADDRESS_LENGTH = 500


class AlertKind(models.TextChoices):
    DOWN = "down", "Target down"
    BLOCKED = "blocked", "Target refuses us"
    BEHIND = "behind", "Backlog too old"
    HOLDING = "holding", "Removals held"
    EXPIRING = "expiring", "Credential expires"
    STREAM = "stream", "Stream in trouble"


class AlertQuerySet(models.QuerySet["Alert"]):
    def of_tenant(self, tenant: Tenant) -> AlertQuerySet:
        return self.filter(tenant=tenant)

    def open(self) -> AlertQuerySet:
        return self.filter(resolved_at=None)

    def resolved(self) -> AlertQuerySet:
        return self.filter(resolved_at__isnull=False)

    def for_people(self) -> AlertQuerySet:
        return self.select_related("target", "credential", "stream").order_by("-opened_at", "-id")


class Alert(models.Model):
    """Something that a person should look after. What clears is resolved by itself."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=16, choices=AlertKind.choices)
    target = models.ForeignKey(Target, on_delete=models.CASCADE, null=True, related_name="alerts")
    credential = models.ForeignKey(Credential, on_delete=models.CASCADE, null=True, related_name="alerts")
    stream = models.ForeignKey(LogStream, on_delete=models.CASCADE, null=True, related_name="alerts")
    # Kind and id of what it is about: two alerts of one cause are one.
    key = models.CharField(max_length=64)
    sentence = models.TextField()
    # When the trouble began, which the alert may have given some time.
    since = models.DateTimeField()
    opened_at = models.DateTimeField(db_default=Now())
    # Null while it lasts: then it has to stay away for a while before it counts as over.
    cleared_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    notified_at = models.DateTimeField(db_default=Now())

    objects = AlertQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "key"], condition=Q(resolved_at=None), name="alert_open_once"
            ),
        )
        indexes = (
            # The page of alerts, newest first.
            models.Index(fields=["tenant", "-opened_at", "-id"], name="alert_newest"),
            # How often has this opened lately?
            models.Index(fields=["key", "-opened_at"], name="alert_of_key"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.about}"

    @property
    def about(self) -> str:
        """The target, stream or credential by name."""
        if named := self.target or self.stream:
            return named.name
        return self.credential.label if self.credential else ""

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None


class AlertChannel(models.Model):
    """Where a tenant's alerts are sent."""

    class Kind(models.TextChoices):
        MAIL = "mail", "Mail"
        WEBHOOK = "webhook", "Webhook"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="alert_channels")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    address = models.CharField(max_length=ADDRESS_LENGTH)
    # Webhooks: what messages are signed with, encrypted.
    sealed_secret = models.TextField(editable=False, default="", blank=True)
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    # Why the last message did not arrive; empty once one does.
    trouble = models.TextField(default="", blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "kind", "address"], name="alert_channel_once"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} to {self.address}"

    @property
    def told_address(self) -> str:
        """For the log: of many webhooks the path is what lets in."""
        if self.kind == self.Kind.WEBHOOK:
            parts = urlsplit(self.address)
            return f"{parts.scheme}://{parts.netloc}/***"
        return self.address

    @property
    def secret(self) -> str:
        """Raises Undecryptable."""
        return str(decrypt(self.sealed_secret))

    def seal(self, secret: str) -> None:
        self.sealed_secret = encrypt(secret)


class AlertNotice(models.Model):
    """One message to one channel about what opened and what was resolved in one round."""

    # A channel's messages go out in this order.
    id = models.BigAutoField(primary_key=True)
    # Receivers drop repeats by it.
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    channel = models.ForeignKey(AlertChannel, on_delete=models.CASCADE, related_name="notices")
    # `opened`, `resolved` and `reminded`: lists of alerts as they are told.
    told = models.JSONField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    # Null: it has arrived.
    due_at = models.DateTimeField(null=True, db_default=Now())
    tries = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["channel", "id"], condition=Q(due_at__isnull=False), name="alert_notice_due"
            ),
        )

    def __str__(self) -> str:
        return f"notice {self.pk} to {self.channel_id}"
