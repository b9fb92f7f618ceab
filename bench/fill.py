"""Tables, and a tenant with what is asked for.

python -m bench.fill '{"users": 100, "events": 0, "group_sizes": [], "target": null}'        prints its token
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

import django
from django.core.management import call_command

from bench import target

TENANT = "bench"


def main(wanted: Mapping[str, Any]) -> None:
    """`target` is the URL of SQLAlchemy for a target that is owed everything."""
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    token = token_of_new_tenant()
    seed("--users", wanted["users"], "--events", wanted["events"])
    for size in wanted["group_sizes"]:
        seed("--groups", 1, "--group-size", size)
    if wanted["target"]:
        add_target(wanted["target"])
    sys.stdout.write(json.dumps({"token": token}))


def token_of_new_tenant() -> str:
    from audit.actor import system_actor
    from tenants.models import Credential, Scope
    from tenants.services import create_credential, create_tenant

    tenant = create_tenant(TENANT)
    issued = create_credential(tenant, kind=Credential.Kind.BEARER, scope=Scope.SCIM, by=system_actor())
    return issued.token


def seed(*words: str | int) -> None:
    call_command("seed_directory", TENANT, *map(str, words), stdout=sys.stderr)


def add_target(url: str) -> None:
    from audit.actor import system_actor
    from downstream import services
    from tenants.models import Tenant

    tenant = Tenant.objects.get(name=TENANT)
    services.add_target(tenant, name="Target", kind="sql", config=target.config(url), by=system_actor())


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
