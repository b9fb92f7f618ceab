"""Finding what a person named on the command line."""

from __future__ import annotations

from django.core.management.base import CommandError

from downstream.models import Target
from tenants.models import Tenant


def target_named(tenant: Tenant, name: str) -> Target:
    """Raises CommandError, with the names there are."""
    try:
        return tenant.targets.get(name=name)
    except Target.DoesNotExist:
        names = ", ".join(tenant.targets.order_by("name").values_list("name", flat=True)[:20]) or "none"
        raise CommandError(f"The tenant {tenant} has no target {name!r}. It has: {names}.") from None
