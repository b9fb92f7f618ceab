"""Tenants, the operators who look after them, and the credentials that speak for them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

NAME = RegexValidator(
    r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z",
    "Use lower-case letters, digits and hyphens, at most 63, beginning and ending with a letter or digit.",
)


class Tenant(models.Model):
    """One customer: everything else belongs to exactly one of these."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=63, unique=True, validators=[NAME])
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    # A replay of more than so many waits until a second person approves it; empty: none does.
    replay_approval_over = models.PositiveIntegerField(null=True, blank=True)
    # Raised with each change of the tenant's extensions: what processes remember of them goes by it.
    schema_version = models.PositiveIntegerField(default=0, editable=False)

    def __str__(self) -> str:
        return self.name


class Hostname(models.Model):
    """A host name that belongs to a tenant: other tenants' credentials are refused on it."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="hostnames")
    name = models.CharField(max_length=253, unique=True)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """As it is looked up: in lower case."""
        self.name = self.name.lower().rstrip(".")


class Role(models.TextChoices):
    """What an operator may do: each role may do what the next one may."""

    # ADMIN and SUPPORT may replay, pause and resume a target, test its connection and read what it offers; an
    # AUDITOR only looks. What a tenant consists of is ADMIN's to change.
    ADMIN = "admin", "Administrator"
    SUPPORT = "support", "Support"
    AUDITOR = "auditor", "Auditor"


class Operator(models.Model):
    """A member of staff and their role in a tenant."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="operators")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="operators")
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.AUDITOR)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "tenant"], name="operator_once_per_tenant"),)

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()}, {self.tenant})"

    @property
    def may_act(self) -> bool:
        """Whether the buttons of the dashboard are theirs to press."""
        return self.role in {Role.ADMIN, Role.SUPPORT}

    @property
    def may_define(self) -> bool:
        """Whether they may change what there is to be had in the tenant."""
        return self.role == Role.ADMIN


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def seen_by(self, operator: Operator) -> SavedViewQuerySet:
        """Their own, and those that others of their tenant share."""
        own_or_shared = Q(owner=operator) | Q(shared=True)
        return self.filter(own_or_shared, owner__tenant_id=operator.tenant_id).order_by("name", "id")


class SavedView(models.Model):
    """A view of the log that an operator comes back to: the query of its address, under a name."""

    NAME_LENGTH = 60
    QUERY_LENGTH = 4000

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=NAME_LENGTH)
    query = models.CharField(max_length=QUERY_LENGTH, blank=True, default="")
    shared = models.BooleanField(default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["owner", "name"], name="one_view_a_name"),)

    def __str__(self) -> str:
        return self.name

    def may_be_removed_by(self, operator: Operator) -> bool:
        """Administrators tidy up what others share."""
        return self.owner_id == operator.id or (self.shared and operator.may_define)


class Scope(models.TextChoices):
    """What a credential is for."""

    SCIM = "scim", "Provision users and groups"
    LOGS_READ = "logs.read", "Read the system log"
    MANAGE = "manage", "Manage targets and replay"


class Credential(models.Model):
    """A token of a tenant. Only the digest is kept; the prefix tells people which token is meant."""

    class Kind(models.TextChoices):
        BEARER = "bearer", "Bearer token"
        BASIC = "basic", "User name and secret (HTTP Basic)"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="credentials")
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.BEARER)
    scope = models.CharField(max_length=16, choices=Scope.choices, default=Scope.SCIM)
    # The one user of the tenant that it speaks for; null: it speaks for the tenant. A bare id, as users are
    # kept above: whoever makes the credential has looked the user up.
    user_id = models.UUIDField(null=True, blank=True)
    prefix = models.CharField(max_length=12)
    # Unique, and read by every authentication: a 256-bit token needs no salt and no slow hash.
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            # One user's credential is for SCIM: the log and the management API are the whole tenant's.
            models.CheckConstraint(
                condition=Q(user_id=None) | Q(scope="scim"), name="user_credential_is_scim"
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """For people and for the log: never the token."""
        bound = ", one user" if self.user_id else ""
        return f"{self.prefix}… ({self.kind}, {self.scope}{bound})"
