"""Finds by index whom a filter can match at all, where it asks for e-mail addresses."""

from __future__ import annotations

from collections.abc import Callable

from directory.emails import email_key
from directory.models import FurtherEmail, User, UserQuerySet
from lib.filters import And, Compare, Filter, Or, Path, ValuePath
from lib.schema import USER_RESOURCE
from tenants.models import Tenant

_EMAILS = USER_RESOURCE.attribute("emails")


def candidates(tree: Filter, tenant: Tenant) -> UserQuerySet:
    """The tenant's living users; of those only the ones by whose addresses the filter can match at all."""
    living = User.objects.filter(tenant=tenant).living()
    keys = needed_keys(tree)
    if keys is None:
        return living
    first = living.filter(email_key__in=keys).values("id")
    further = FurtherEmail.objects.filter(tenant=tenant, key__in=keys).values("user")
    # Not said again outside: SQLite would go through the whole tenant.
    return User.objects.filter(id__in=first.union(further, all=True)).living()


def needed_keys(tree: Filter) -> frozenset[str] | None:
    """A user without an address of one of these keys does not match; None if such a one may."""
    return _needed(tree, _is_address)


def _needed(tree: Filter, is_address: Callable[[Path], bool]) -> frozenset[str] | None:
    match tree:
        case Compare(path, "eq", str() as text) if is_address(path):
            key = email_key(text)
            return frozenset({key}) if key else None
        case ValuePath(path, selection) if _names_emails(path):
            return _needed(selection, _is_value)
        case And(terms):
            found = [keys for term in terms if (keys := _needed(term, is_address)) is not None]
            return min(found, key=len, default=None)
        case Or(terms):
            each = [_needed(term, is_address) for term in terms]
            return frozenset().union(*(keys or () for keys in each)) if None not in each else None
    return None


def _is_address(path: Path) -> bool:
    """`emails` stands for its `value` (RFC 7643, 2.4)."""
    return _names_emails(path) and (path.sub or "value").lower() == "value"


def _names_emails(path: Path) -> bool:
    return USER_RESOURCE.attribute(path.name, urn=path.urn) is _EMAILS


def _is_value(path: Path) -> bool:
    """Within the brackets behind `emails`."""
    return path.urn is None and path.sub is None and path.name.lower() == "value"
