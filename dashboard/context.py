"""What every page of a workspace shows around its contents."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest

from audit.integrity.standing import state_of
from dashboard.figures import figure
from downstream.models import Alert, Replica
from tenants.models import Operator, Tenant

# Beyond this nobody cares how many; counting on would cost more with each failure.
MOST = 999


@dataclass
class Workspace:
    """The operator and their tenant, the tenants beside it, and the number on the badge."""

    operator: Operator
    operators: list[Operator]

    @property
    def tenant(self) -> Tenant:
        return self.operator.tenant

    @property
    def others(self) -> list[Operator]:
        return [operator for operator in self.operators if operator != self.operator]

    @cached_property
    def failures(self) -> str:
        """Counted only where the badge is drawn."""
        return failure_count(self.tenant)

    @cached_property
    def alerts(self) -> str:
        """Open ones, for the badge."""
        count = Alert.objects.of_tenant(self.tenant).open()[: MOST + 1].count()
        return figure(count, most=MOST) if count else ""

    @cached_property
    def integrity(self) -> str:
        """Of the log, for its badge."""
        return state_of(self.tenant.id)


def failure_count(tenant: Tenant) -> str:
    """Empty if there are none."""
    count = Replica.objects.of_tenant(tenant).failed()[: MOST + 1].count()
    return figure(count, most=MOST) if count else ""


def workspace(request: HttpRequest) -> dict[str, Workspace]:
    """A context processor. Nothing outside the dashboard's own pages."""
    operator: Operator | None = vars(request).get("operator")
    return {"workspace": Workspace(operator, vars(request)["operators"])} if operator else {}
