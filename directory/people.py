"""Who is meant by an id or a user name, and what the directory calls them besides."""

from __future__ import annotations

import uuid
from typing import NamedTuple

from directory.documents import key
from directory.models import User
from tenants.models import Tenant


class Identity(NamedTuple):
    """`id` is what the log has; a name where the directory knows nobody of it (any more)."""

    id: str
    names: list[str]


def identity(tenant: Tenant, text: str) -> Identity:
    user = _user(tenant, text.strip())
    if user is None:
        return Identity(text.strip(), [])
    addresses = [str(email.get("value", "")) for email in user.document.get("emails") or []]
    return Identity(str(user.id), sorted({user.user_name, *addresses} - {""}))


def _user(tenant: Tenant, text: str) -> User | None:
    """A living one before one that is deleted, of which the last."""
    try:
        return tenant.users.filter(id=uuid.UUID(text)).first()
    except ValueError:
        named = tenant.users.filter(user_name_key=key(text))
        return named.living().first() or named.order_by("-deleted_at").first()
