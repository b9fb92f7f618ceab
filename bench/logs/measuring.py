"""Measures a log that was filled: `python -m bench.logs.measuring TOKEN` prints the figures as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict

import django

from bench.fill import TENANT
from bench.logs.figures import Figure


def main(token: str) -> None:
    django.setup()
    sys.stdout.write(json.dumps([asdict(figure) for figure in _figures(token)]))


def _figures(token: str) -> Iterator[Figure]:
    from bench.logs import asking, inserting, leaving, sealing
    from tenants.models import Tenant

    tenant_id = Tenant.objects.get(name=TENANT).id
    yield from asking.figures(tenant_id)
    yield Figure("event's share of POST /Users", inserting.cost(token), "%", 8)
    yield Figure("sealed", sealing.rate(tenant_id), "/s", 1500, at_least=True)
    lag, rate = sealing.lag(tenant_id)
    yield Figure(f"commit to visible, p95 ({rate:,}/s written)", lag, "ms", 300)
    yield Figure("verify_log", leaving.verified(tenant_id), "/s", 5000, at_least=True)
    memory, seconds = leaving.exported()
    yield Figure(f"export_log, most memory ({seconds:,.0f} s)", memory, "MB", 200)


if __name__ == "__main__":
    main(sys.argv[1])
