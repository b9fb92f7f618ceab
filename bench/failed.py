"""A tenant whose every delivery to its one target has failed for the same reason.

python -m bench.failed TARGET_URL USERS        prints {"token": TOKEN, "user": NAME, "password": PASSWORD}
"""

from __future__ import annotations

import json
import secrets
import sys

import django
from django.core.management import call_command

from bench import target

TENANT, USER = "failed", "operator"
SENTENCE = "The database refuses the data: the department is not there."


def main(url: str, users: int) -> None:
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    from tenants.services import create_tenant

    create_tenant(TENANT)
    numbers = {"users": users, "groups": 0, "group_size": 0, "events": 0}
    call_command("seed_directory", TENANT, stdout=sys.stderr, **numbers)
    _fail(url)
    sys.stdout.write(json.dumps({"token": _token(), "user": USER, "password": _password()}))


def _fail(url: str) -> None:
    """As if the target had refused them all: it is paused meanwhile."""
    from django.db.models.functions import Now

    from audit.actor import system_actor
    from downstream.causes import digest
    from downstream.models import FailureGroup, State
    from downstream.services import add_target
    from tenants.models import Tenant

    tenant = Tenant.objects.get(name=TENANT)
    added = add_target(tenant, name="Target", kind="sql", config=target.config(url), by=system_actor())
    group = FailureGroup.objects.create(
        target=added,
        error_class="data",
        cause=SENTENCE,
        example=SENTENCE,
        digest=digest("data", "", SENTENCE),
    )
    added.replicas.update(
        state=State.PARKED,
        due_at=None,
        failures=1,
        error_class="data",
        error=SENTENCE,
        failed_at=Now(),
        failure_group=group,
    )


def _token() -> str:
    from audit.actor import system_actor
    from tenants.models import Credential, Scope, Tenant
    from tenants.services import create_credential

    tenant = Tenant.objects.get(name=TENANT)
    issued = create_credential(tenant, kind=Credential.Kind.BEARER, scope=Scope.MANAGE, by=system_actor())
    return issued.token


def _password() -> str:
    """Of a new administrator of the tenant."""
    from django.contrib.auth import get_user_model

    from tenants.models import Operator, Role, Tenant

    password = secrets.token_urlsafe(20)
    person = get_user_model().objects.create_user(USER, password=password)
    Operator.objects.create(user=person, tenant=Tenant.objects.get(name=TENANT), role=Role.ADMIN)
    return password


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
