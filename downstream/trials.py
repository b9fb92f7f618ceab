"""Calls that match by name may make an account whose id nobody gets to know: they are written down before."""

from __future__ import annotations

from directory.documents import readable
from directory.schemas import schema_of
from downstream.claims import Claim
from downstream.connectors.base import AnyConnector
from downstream.models import Replica
from downstream.work import Operation, Work


def note(claimed: Claim, work: Work) -> bool:
    """Before a call without an id. False if the lease is lost: somebody else has the replica in hand."""
    replica = work.replica
    if replica.remote_id or work.operation == Operation.REMOVE:
        return True
    if replica.tried_name == replica.name_key and replica.tried is not None:
        return True
    schema = schema_of(replica.target.tenant, work.kind)
    told = {name: value for name, value in work.document.items() if name != "members"}
    mine = Replica.objects.filter(id=replica.id, lease=claimed.lease)
    return bool(mine.update(tried_name=replica.name_key, tried=readable(told, schema)))


def remote_id_of(work: Work, connector: AnyConnector) -> str | None:
    """The id over there: the known one, or that of what an earlier call made under another name."""
    if work.replica.remote_id:
        return work.replica.remote_id
    if work.former is None or not connector.is_readable:
        return None
    found = connector.find(work.former, None)
    if found is None or is_anothers(work.replica, found.remote_id):
        return None
    return found.remote_id


def is_anothers(replica: Replica, remote_id: str) -> bool:
    """Whether the entry over there is that of another user or group."""
    same_kind = Replica.objects.of_kind_of(replica)
    return same_kind.filter(remote_id=remote_id).exclude(id=replica.id).exists()
