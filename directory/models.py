"""Users, groups and memberships: the truth that targets are brought in step with."""

from __future__ import annotations

import uuid
from typing import Any, Self

from django.db import models
from django.db.models import Q

import directory.catalogue
import directory.extensions  # noqa: F401  # models of this room, too, as is the catalogue
from lib.documents import MAX_INDEXED_LENGTH
from tenants.models import Tenant

# Whatever a document may hold in an indexed attribute has room in its column.
KEY_LENGTH = MAX_INDEXED_LENGTH
# Enough to tell addresses apart: the rest is compared in the documents.
EMAIL_KEY_LENGTH = 255


class ResourceQuerySet(models.QuerySet[Any]):
    """What users and groups have in common."""

    def living(self) -> Self:
        return self.filter(deleted_at=None)


class Resource(models.Model):
    """A SCIM resource: the document as it was sent, and the columns that are filtered, sorted or unique."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Without id, meta, groups, members and password: those have a place of their own, or none.
    document = models.JSONField()
    version = models.PositiveBigIntegerField(default=1)
    external_id = models.CharField(max_length=KEY_LENGTH, null=True)  # noqa: DJ001  # absent is not empty (RFC 7643 2.5)
    display_name = models.CharField(max_length=KEY_LENGTH, default="")
    created_at = models.DateTimeField()
    modified_at = models.DateTimeField()
    # A tombstone: what was deleted stays as a row, so that "as it is now" is *absent* for targets.
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def is_living(self) -> bool:
        return self.deleted_at is None


class UserQuerySet(ResourceQuerySet, models.QuerySet["User"]):
    def search(self, words: str) -> UserQuerySet:
        """A part of the userName, of the display name or of the primary e-mail address, in any case."""
        word = words.strip().casefold()
        names = Q(user_name_key__contains=word) | Q(display_name__icontains=word)
        return self.filter(names | Q(primary_email__icontains=word))


class User(Resource):
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="users")
    user_name = models.CharField(max_length=KEY_LENGTH)
    # Case-folded: RFC 7643 section 4.1.1 makes userName unique without regard to case.
    user_name_key = models.CharField(max_length=2 * KEY_LENGTH)
    active = models.BooleanField(null=True)
    primary_email = models.CharField(max_length=KEY_LENGTH, default="")
    # See directory.emails; the further addresses of a user have rows.
    email_key = models.CharField(max_length=EMAIL_KEY_LENGTH, default="")

    # No column: the groups as `scim.references` reads them; None where nobody has asked.
    read_groups: str | None = None

    objects = UserQuerySet.as_manager()

    class Meta:
        constraints = (
            # Also read by every look-up by userName.
            models.UniqueConstraint(
                fields=["tenant", "user_name_key"],
                condition=Q(deleted_at=None),
                name="user_name_once_per_tenant",
            ),
        )
        indexes = (
            # Lists in SCIM and in the dashboard, oldest and newest first.
            models.Index(
                fields=["tenant", "created_at", "id"], condition=Q(deleted_at=None), name="user_in_order"
            ),
            # `externalId eq`, and joining up memberships that came before their user.
            models.Index(
                fields=["tenant", "external_id"], condition=Q(deleted_at=None), name="user_external_id"
            ),
            # `emails.value eq`, by which Entra looks for a user before it creates one.
            models.Index(fields=["tenant", "email_key"], condition=Q(deleted_at=None), name="user_email"),
        )

    def __str__(self) -> str:
        return self.user_name

    @property
    def label(self) -> str:
        return self.display_name or self.user_name


class FurtherEmail(models.Model):
    """An e-mail address that a living user has beside the primary one, by its key (directory.emails)."""

    # The indexes below serve both references.
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="further_emails", db_index=False)
    key = models.CharField(max_length=EMAIL_KEY_LENGTH)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "key"], name="further_email_once_per_user"),)
        # `emails.value eq`.
        indexes = (models.Index(fields=["tenant", "key"], name="further_email"),)

    def __str__(self) -> str:
        return f"{self.key} of {self.user_id}"


class GroupQuerySet(ResourceQuerySet, models.QuerySet["Group"]):
    def search(self, words: str) -> GroupQuerySet:
        return self.filter(display_name__icontains=words.strip())


class Group(Resource):
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="groups")
    display_name_key = models.CharField(max_length=2 * KEY_LENGTH)

    # No columns: the members and their mark as `scim.references` reads them; None where nobody has asked.
    read_members: str | None = None
    read_mark: str | None = None

    objects = GroupQuerySet.as_manager()

    class Meta:
        indexes = (
            # Lists in SCIM and in the dashboard.
            models.Index(
                fields=["tenant", "created_at", "id"], condition=Q(deleted_at=None), name="group_in_order"
            ),
            # `displayName eq`, which Okta asks before it links a group.
            models.Index(
                fields=["tenant", "display_name_key"], condition=Q(deleted_at=None), name="group_name"
            ),
            models.Index(
                fields=["tenant", "external_id"], condition=Q(deleted_at=None), name="group_external_id"
            ),
        )

    def __str__(self) -> str:
        return self.display_name

    @property
    def label(self) -> str:
        return self.display_name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def resolved(self) -> MembershipQuerySet:
        """Members who are known and living."""
        return self.filter(user__isnull=False, user__deleted_at=None)

    def unresolved(self) -> MembershipQuerySet:
        return self.filter(user=None)


class Membership(models.Model):
    """One member of one group.

    `value` is the user's id. As long as nobody is known by what was sent, it is that, and `user` is empty:
    the row joins up when that user arrives.
    """

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="memberships")
    value = models.CharField(max_length=KEY_LENGTH)
    # What the client called the member, as far as it did.
    display = models.TextField(default="")
    type = models.CharField(max_length=KEY_LENGTH, default="")
    created_at = models.DateTimeField()

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["group", "value"], name="member_once_per_group"),)
        indexes = (
            # Members of a group, page by page in the order they came.
            models.Index(fields=["group", "id"], name="membership_in_order"),
            # Members that came before their user.
            models.Index(fields=["value"], condition=Q(user=None), name="membership_unresolved"),
        )

    def __str__(self) -> str:
        return f"{self.value} in {self.group_id}"


class Tally(models.Model):
    """A part of how many users or groups of a tenant came and went; `directory.tallies` keeps it.

    The sum of `born` less that of `died` is how many live. Both only ever rise, and any change of who is
    listed, or in which order, raises one of them.
    """

    pk = models.CompositePrimaryKey("tenant_id", "kind", "slot")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="tallies", db_index=False)
    kind = models.CharField(max_length=8)
    slot = models.PositiveSmallIntegerField()
    born = models.PositiveBigIntegerField()
    died = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return f"{self.born} {self.kind}s came, {self.died} went"
