"""Tables, and two tenants with one target each: the target of one is paused.

python -m bench.seed TARGET_URL        prints {"paused": TOKEN, "live": TOKEN}
"""

from __future__ import annotations

import json
import sys

import django
from django.core.management import call_command

from bench import target


def main(url: str) -> None:
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    sys.stdout.write(json.dumps({name: token_of_new(name, url) for name in ("paused", "live")}))


def token_of_new(name: str, url: str) -> str:
    """A tenant with a target; its SCIM token."""
    from audit.actor import system_actor
    from downstream.services import add_target, pause
    from tenants.models import Credential, Scope
    from tenants.services import create_credential, create_tenant

    by = system_actor()
    tenant = create_tenant(name)
    added = add_target(tenant, name="Target", kind="sql", config=target.config(url), by=by)
    if name == "paused":
        pause(added, by=by)
    return create_credential(tenant, kind=Credential.Kind.BEARER, scope=Scope.SCIM, by=by).token


if __name__ == "__main__":
    main(sys.argv[1])
