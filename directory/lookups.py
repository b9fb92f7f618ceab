"""Finding what a person named on the command line."""

from __future__ import annotations

from django.core.management.base import CommandError

from directory.documents import key
from directory.models import User
from tenants.models import Tenant


def user_named(tenant: Tenant, user_name: str) -> User:
    """The living user of that userName, in any case. Raises CommandError."""
    found: User | None = tenant.users.living().filter(user_name_key=key(user_name)).first()
    if found is None:
        raise CommandError(f"The tenant {tenant} has no user {user_name!r}.")
    return found
