"""Changing an event as somebody would who knows the code."""

from __future__ import annotations

import json

from audit.chain import first_hash, link
from audit.columns import columns_of
from audit.models import Head
from audit.personal import digest_of, facts
from tenants.models import Tenant
from tests.audit.integrity.conftest import LAST
from tests.audit.integrity.logs import at, change, edited


def forge(tenant: Tenant, seq: int, *, until: int = 0) -> None:
    """As somebody would who knows the code: the chain is computed anew up to an event."""
    event = at(tenant, seq)
    body = edited(event, displayMessage="Nothing happened")
    row = facts(event.id, event.version, event.sealed_at)
    digest = digest_of(json.loads(body), json.loads(event.blocks), row)
    change(tenant, seq, body=body, digest=digest, **columns_of(json.loads(body)))
    for place in range(seq, until + 1):
        value = (
            link(bytes(at(tenant, place - 1).hash), place, bytes(at(tenant, place).digest))
            if place > 1
            else None
        )
        change(tenant, place, hash=value or link(first_hash(tenant.id), 1, bytes(at(tenant, 1).digest)))
    if until == LAST:
        Head.objects.filter(tenant=tenant).update(hash=at(tenant, LAST).hash)
