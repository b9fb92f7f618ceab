"""The catalogue of a tenant: the roles and entitlements that its users can have."""

from __future__ import annotations

import uuid

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from lib.schema.entitlements import TYPE_NAME, TYPE_NAME_RULE
from tenants.models import Tenant

VALUE_LENGTH = 255
# Okta reads no more.
DESCRIPTION_LENGTH = 1000
# The types of entitlements that are always there; a tenant may have others.
ROLE, ENTITLEMENT = "Role", "Entitlement"
ENTITLEMENT_TYPE = RegexValidator(TYPE_NAME, TYPE_NAME_RULE)
_WRITTEN = RegexValidator(r"\A[^\x00\ud800-\udfff]*\Z", "Leave out characters that can't be written.")
# It stands in addresses, and RFC 7643 (3.1) keeps the word bulkId for itself.
ENTITLEMENT_VALUE = RegexValidator(
    r"^(?![./\s])(?!.*bulkId)[^\x00-\x1f\x7f\ud800-\udfff]{1,255}(?<![/\s])\Z",
    "Use up to 255 characters, with no dot, slash or blank at the beginning, no slash or blank at the end, "
    "and neither control characters nor the word bulkId.",
)


class EntitlementQuerySet(models.QuerySet["Entitlement"]):
    def roles(self) -> EntitlementQuerySet:
        return self.filter(type=ROLE)

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
