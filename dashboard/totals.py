"""The size of a directory, counted so far that counting stays cheap."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from dashboard.figures import figure
from directory.models import Group, User
from tenants.models import Tenant

MOST = 100_000


@dataclass(frozen=True)
class Totals:
    """In words: `100,000+` where there are more."""

    users: str
    active: str
    groups: str

    @property
    def is_empty(self) -> bool:
        """Nothing was provisioned so far: time to connect an identity provider."""
        return self.users == self.groups == "0"


def totals(tenant: Tenant) -> Totals:
    users = User.objects.filter(tenant=tenant).living()
    groups = Group.objects.filter(tenant=tenant).living()
    return Totals(_count(users), _count(users.exclude(active=False)), _count(groups))


def _count(rows: QuerySet[User] | QuerySet[Group]) -> str:
    return figure(rows.order_by()[: MOST + 1].count(), most=MOST)
