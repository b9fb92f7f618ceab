"""Filling a tenant with synthetic users and groups, part by part: a million of them fit into memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.db import IntegrityError, models, transaction
from django.db.models import Max
from django.utils import timezone

from audit.models import Event
from directory.documents import promote_group, promote_user
from directory.models import Group, Membership, User
from directory.seeding.documents import group_document, user_document
from directory.seeding.events import Log, creation, joining, sign_in
from lib.bulk import PART, analyze, parts, write
from tenants.models import Tenant

# How far back the first of them were created.
HISTORY = timedelta(days=30)
MOST_USERS = 9_999_999


class SeedingError(Exception):
    """What was asked for can't be made; the sentence says why."""


@dataclass(frozen=True)
class Amounts:
    """What is added. Each group gets `group_size` of the tenant's users, the oldest first."""

    users: int = 0
    groups: int = 0
    group_size: int = 0
    events: int = 0


@transaction.atomic
def fill(tenant: Tenant, amounts: Amounts) -> None:
    """Add users and groups, numbered on from those of an earlier run. Raises SeedingError.

    Events tell of what was made, as many as are wanted; if more are wanted, people sign in.
    """
    # A second run waits, and so does a target that is added meanwhile; requests do not.
    Tenant.objects.select_for_update(no_key=True).get(id=tenant.id)
    log = Log(tenant.id, amounts.events)
    extra = max(0, amounts.events - amounts.users - amounts.groups * (1 + amounts.group_size))
    moments = _moments(tenant, amounts.users + amounts.groups + extra)
    try:
        _add_users(tenant, amounts.users, moments, log)
        _add_groups(tenant, amounts, moments, log)
    except IntegrityError as error:
        raise SeedingError(
            "A user of such a name came meanwhile, so nothing was added. Try again."
        ) from error
    log.write(sign_in(moment) for moment in moments)
    analyze(User, Group, Membership, Event)


def _add_users(tenant: Tenant, number: int, moments: Iterator[datetime], log: Log) -> None:
    first = 1 + _last_number(tenant.users.living(), "user_name_key", r"^user\d{7}@example\.com$")
    if first + number - 1 > MOST_USERS:
        raise SeedingError(f"A tenant has room for {MOST_USERS} synthetic users, and {first - 1} are there.")
    made = (_user(tenant, first + place, moment) for place, moment in enumerate(islice(moments, number)))
    for users in parts(made):
        write(users)
        log.write(map(creation, users))


def _add_groups(tenant: Tenant, amounts: Amounts, moments: Iterator[datetime], log: Log) -> None:
    users = tenant.users.living().order_by("created_at", "id")
    if amounts.groups and amounts.group_size > (there := users.count()):
        raise SeedingError(f"A group can't have {amounts.group_size} members: there are {there} users.")
    first = 1 + _last_number(tenant.groups.living(), "external_id", r"^00g\d{17}$")
    members = _endless(users.only("id", "tenant", "user_name", "display_name"))
    made = (
        _group(tenant, first + place, moment) for place, moment in enumerate(islice(moments, amounts.groups))
    )
    for groups in parts(made):
        write(groups)
        log.write(map(creation, groups))
        for rows in parts(_memberships(groups, amounts.group_size, members)):
            write(rows)
            log.write(map(joining, rows))


def _last_number(living: models.QuerySet[User] | models.QuerySet[Group], field: str, pattern: str) -> int:
    """The highest that an earlier run gave; all have as many digits."""
    last = living.filter(**{f"{field}__regex": pattern}).aggregate(last=Max(field))["last"]
    return int(re.sub(r"\D", "", last.removeprefix("00g"))) if last else 0


def _moments(tenant: Tenant, count: int) -> Iterator[datetime]:
    """Evenly from the newest user or group until now: who has a lower number is older."""
    now = timezone.now()
    newest = [rows.living().aggregate(at=Max("created_at"))["at"] for rows in (tenant.users, tenant.groups)]
    begin = max([now - HISTORY, *filter(None, newest)])
    return (begin + (now - begin) * place / count for place in range(1, count + 1))


def _user(tenant: Tenant, number: int, moment: datetime) -> User:
    user = User(tenant=tenant, created_at=moment, modified_at=moment)
    promote_user(user, user_document(number))
    return user


def _group(tenant: Tenant, number: int, moment: datetime) -> Group:
    group = Group(tenant=tenant, created_at=moment, modified_at=moment)
    promote_group(group, group_document(number))
    return group


def _endless(users: models.QuerySet[User]) -> Iterator[User]:
    """All of them in order, over and over."""
    while True:
        yield from users.iterator(chunk_size=PART)


def _memberships(groups: Iterable[Group], size: int, users: Iterator[User]) -> Iterator[Membership]:
    return (
        Membership(group=group, user=user, value=str(user.id), created_at=group.created_at)
        for group in groups
        for user in islice(users, size)
    )
