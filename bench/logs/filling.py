"""Tables, and a tenant with a log of so many events.

python -m bench.logs.filling EVENTS        prints {"token": TOKEN}
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime

import django
from django.core.management import call_command

from bench.fill import TENANT


def main(count: int) -> None:
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    from audit import partitions
    from audit.actor import system_actor
    from audit.filling import append
    from audit.models import Event, Hourly
    from bench.logs import synthetic
    from lib.bulk import analyze
    from tenants.models import Credential, Scope
    from tenants.services import create_credential, create_tenant

    tenant = create_tenant(TENANT)
    issued = create_credential(tenant, kind=Credential.Kind.BEARER, scope=Scope.SCIM, by=system_actor())
    today = datetime.now(UTC)
    partitions.make_ready(partitions.after(today.date(), -synthetic.DAYS // 28))
    append(tenant.id, synthetic.happened(count, today))
    analyze(Event, Hourly)
    sys.stdout.write(json.dumps({"token": issued.token}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
