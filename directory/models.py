"""Users, groups and memberships: the truth that targets are brought in step with."""

from __future__ import annotations

import uuid
from typing import Any, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from lib.documents import MAX_INDEXED_LENGTH
from lib.schema.entitlements import TYPE_NAME, TYPE_NAME_RULE
from tenants.models import Tenant

# Whatever a document may hold in an indexed attribute has room in its column.
KEY_LENGTH = MAX_INDEXED_LENGTH
VALUE_LENGTH = 255
# Okta reads no more.
DESCRIPTION_LENGTH = 1000
# The types of entitlements that are always there; a tenant may have others.
ROLE, ENTITLEMENT = "Role", "Entitlement"
ENTITLEMENT_TYPE = RegexValidator(TYPE_NAME, TYPE_NAME_RULE)
# It stands in addresses, and RFC 7643 (3.1) keeps the word bulkId for itself.
_WRITTEN = RegexValidator(r"\A[^\x00\ud800-\udfff]*\Z", "Leave out characters that can't be written.")
ENTITLEMENT_VALUE = RegexValidator(
    r"^(?![./\s])(?!.*bulkId)[^\x00-\x1f\x7f\ud800-\udfff]{1,255}(?<![/\s])\Z",
    "Use up to 255 characters, with no dot, slash or blank at the beginning, no slash or blank at the end, "
    "and neither control characters nor the word bulkId.",
)


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
        )

    def __str__(self) -> str:
        return self.user_name

    @property
    def label(self) -> str:
        return self.display_name or self.user_name


class GroupQuerySet(ResourceQuerySet, models.QuerySet["Group"]):
    def search(self, words: str) -> GroupQuerySet:
        return self.filter(display_name__icontains=words.strip())


class Group(Resource):
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="groups")
    display_name_key = models.CharField(max_length=2 * KEY_LENGTH)

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


class EntitlementQuerySet(models.QuerySet["Entitlement"]):
    def roles(self) -> EntitlementQuerySet:
        return self.filter(type=ROLE)

    def beside_roles(self) -> EntitlementQuerySet:
        return self.exclude(type=ROLE)

    def of_target(self, target_id: uuid.UUID) -> EntitlementQuerySet:
        """Those that were read from this target."""
        return self.filter(target_id=target_id)

    def search(self, words: str) -> EntitlementQuerySet:
        """A part of the name, in any case, or of the value."""
        word = words.strip()
        return self.filter(Q(display_name_key__contains=word.casefold()) | Q(value__icontains=word))

    def types(self) -> list[str]:
        """The names of those types that have an entry."""
        return list(self.order_by("type").values_list("type", flat=True).distinct())


class Entitlement(models.Model):
    """A role or another entitlement that users can have: an entry of a tenant's catalogue.

    Users carry its `value` in `roles` or `entitlements`, whether it is in the catalogue or not.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="entitlements")
    # ROLE, or the name of a resource type of entitlements: each type has an address of its own in SCIM.
    type = models.CharField(max_length=63, validators=[ENTITLEMENT_TYPE])
    # The `id` in SCIM as well: Okta sends back what it has read there.
    value = models.CharField(max_length=VALUE_LENGTH, validators=[ENTITLEMENT_VALUE])
    display_name = models.CharField(max_length=VALUE_LENGTH, validators=[_WRITTEN])
    display_name_key = models.CharField(max_length=3 * VALUE_LENGTH)
    description = models.CharField(
        max_length=DESCRIPTION_LENGTH, blank=True, default="", validators=[_WRITTEN]
    )
    # The target that it was read from; null if it was made by hand. A bare id, as targets are kept above.
    target_id = models.UUIDField(null=True, blank=True)
    version = models.PositiveBigIntegerField(default=1)
    created_at = models.DateTimeField()
    modified_at = models.DateTimeField()

    objects = EntitlementQuerySet.as_manager()

    class Meta:
        constraints = (
            # Also read by every look-up in SCIM, and for the types that there are.
            models.UniqueConstraint(fields=["tenant", "type", "value"], name="entitlement_once_per_type"),
        )
        indexes = (
            # Lists in SCIM.
            models.Index(fields=["tenant", "created_at", "id"], name="entitlement_in_order"),
            # The list in the dashboard.
            models.Index(fields=["tenant", "display_name_key", "id"], name="entitlement_by_name"),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.display_name}"

    @property
    def is_role(self) -> bool:
        return self.type == ROLE

    @property
    def is_by_hand(self) -> bool:
        return self.target_id is None
