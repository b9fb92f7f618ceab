"""Finding what a person named on the command line."""

from __future__ import annotations

from django.core.management.base import CommandError

from tenants.models import Tenant


def tenant_named(name: str) -> Tenant:
    """Raises CommandError, with the names there are."""
    try:
        return Tenant.objects.get(name=name)
    except Tenant.DoesNotExist:
        names = ", ".join(Tenant.objects.order_by("name").values_list("name", flat=True)[:20]) or "none"
        raise CommandError(f"There is no tenant {name!r}. There are: {names}.") from None
