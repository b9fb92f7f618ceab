"""A tenant's own schema: which attributes its users and groups have beside the core, and which are unique."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from tenants.models import Tenant


class Extension(models.Model):
    """A schema of a tenant's own: attributes that users or groups have beside the core (RFC 7643, 3.3)."""

    class Resource(models.TextChoices):
        USER = "User", "Users"
        GROUP = "Group", "Groups"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="extensions")
    resource = models.CharField(max_length=8, choices=Resource.choices)
    urn = models.CharField(max_length=200)
    # In lower case: URNs are the same in any capitalisation.
    urn_key = models.CharField(max_length=200)
    name = models.CharField(max_length=64)
    description = models.CharField(max_length=500)
    # A list in the form of RFC 7643 section 7.
    attributes = models.JSONField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        # Over users and groups together, as a schema is published under its URN alone.
        constraints = (
            models.UniqueConstraint(fields=["tenant", "urn_key"], name="extension_once_per_tenant"),
        )

    def __str__(self) -> str:
        return self.urn


class UniqueValue(models.Model):
    """A value that nobody else in the tenant may have, of an attribute that is unique (RFC 7643, 2.2)."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE)
    # The id of the user or group that has it; a deleted one has none.
    resource_id = models.UUIDField()
    # URN and name in lower case.
    attribute = models.CharField(max_length=300)
    # SHA-256, so that any length fits the index.
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "attribute", "digest"], name="value_once_per_tenant"),
        )
        indexes = (
            # What a resource gives up when it changes or goes.
            models.Index(fields=["resource_id"], name="value_of_resource"),
        )

    def __str__(self) -> str:
        return f"{self.attribute} of {self.resource_id}"
