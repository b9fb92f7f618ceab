"""Finding what a person named on the command line."""

from __future__ import annotations

from django.core.management.base import CommandError, CommandParser

from directory.documents import key
from downstream.models import Replica, Target
from tenants.models import Tenant


def target_named(tenant: Tenant, name: str) -> Target:
    """Raises CommandError, with the names there are."""
    try:
        return tenant.targets.get(name=name)
    except Target.DoesNotExist:
        names = ", ".join(tenant.targets.order_by("name").values_list("name", flat=True)[:20]) or "none"
        raise CommandError(f"The tenant {tenant} has no target {name!r}. It has: {names}.") from None


def name_a_replica(parser: CommandParser) -> None:
    """Arguments of a command that is about one user or group in one target."""
    parser.add_argument("tenant")
    parser.add_argument("target", help="the target's name")
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--user", metavar="USERNAME")
    who.add_argument("--group", metavar="NAME", help="the group's display name")


def replica_named(tenant: Tenant, name: str, *, user: str | None, group: str | None) -> Replica:
    """The living one of that name in the target. Raises CommandError."""
    target = target_named(tenant, name)
    named = {"user__user_name_key": key(user)} if user else {"group__display_name_key": key(group or "")}
    resource = "user" if user else "group"
    living = target.replicas.filter(**named, **{f"{resource}__deleted_at": None})
    found = list(living.select_related("target__tenant", "user", "group")[:2])
    if len(found) == 1:
        return found[0]
    how_many = "two or more" if found else "no"
    raise CommandError(f"The target {target} has {how_many} {resource}s named {user or group!r}.")
