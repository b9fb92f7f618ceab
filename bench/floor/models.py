"""Three tables about as wide as ours for a user, its event and its replica, with no index but the keys."""

from __future__ import annotations

import uuid

from django.db import models


class FloorUser(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    document = models.JSONField()
    user_name = models.CharField(max_length=512, unique=True)
    display_name = models.CharField(max_length=512)
    email = models.CharField(max_length=512)
    active = models.BooleanField()
    created_at = models.DateTimeField()
    modified_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.user_name


class FloorEvent(models.Model):
    uuid = models.UUIDField(default=uuid.uuid4)
    published = models.DateTimeField()
    event_type = models.CharField(max_length=255)
    transaction_id = models.CharField(max_length=64)
    user_id = models.UUIDField()
    search = models.TextField()
    body = models.TextField()

    def __str__(self) -> str:
        return self.event_type


class FloorReplica(models.Model):
    target_id = models.UUIDField()
    user_id = models.UUIDField()
    desired = models.PositiveBigIntegerField()
    state = models.CharField(max_length=16)
    due_at = models.DateTimeField()
    nudge = models.UUIDField(default=uuid.uuid4)
    transaction_id = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.state
