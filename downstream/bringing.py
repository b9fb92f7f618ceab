"""Bringing a target to what a piece of work says: adopting, creating again, and large groups in parts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from downstream.claims import Claim, renew
from downstream.connectors.base import AnyConnector, How, Written
from downstream.errors import DeliveryError, ErrorClass, Exists, Missing
from downstream.models import Attempt, Replica
from downstream.trials import is_anothers, remote_id_of
from downstream.work import Operation, Work
from lib.documents import Document
from lib.parts import parts


class LostLease(DeliveryError):
    """Somebody else delivers by now, or is about to."""

    error_class = ErrorClass.CRASH


@dataclass(frozen=True)
class Done:
    """The id over there, empty for what was taken away, and what it came to."""

    remote_id: str
    operation: Attempt.Operation


def bring(claimed: Claim, work: Work, connector: AnyConnector) -> Done:
    """Call the target. Raises DeliveryError."""
    if work.operation == Operation.REMOVE:
        _remove(work, connector)
        return Done("", work.operation)
    remote_id = remote_id_of(work, connector)
    if _is_large(work, connector):
        document = {name: value for name, value in work.document.items() if name != "members"}
        written = _put(claimed, work, connector, document, remote_id)
        _put_members(claimed, work, connector, written.remote_id)
    else:
        written = _put(claimed, work, connector, work.document, remote_id)
    return Done(written.remote_id, _operation(work, written.how))


def _operation(work: Work, how: How) -> Attempt.Operation:
    """What it is called that the target had one that nobody knew of, or had lost one."""
    if how == How.RECREATED:
        return Operation.RECREATE
    # After a try whose end nobody saw, the account that is there is our own.
    may_be_ours = bool(work.replica.tried_name)
    if how == How.ADOPTED and work.operation == Operation.CREATE and not may_be_ours:
        return Operation.ADOPT
    return work.operation


def _remove(work: Work, connector: AnyConnector) -> None:
    document, remote_id = work.former or work.document, work.replica.remote_id or None
    try:
        connector.remove(document, remote_id)
    except Missing:
        if not connector.is_readable or connector.find(document, remote_id) is not None:
            raise


def _put(
    claimed: Claim, work: Work, connector: AnyConnector, document: Document, remote_id: str | None
) -> Written:
    """What exists is adopted, and what is missing is created again: once."""
    try:
        return connector.put(document, remote_id, overrides=work.overrides.values)
    except (Exists, Missing) as refused:
        if not connector.is_readable:
            raise
        keep(claimed)
        found = connector.find(document, remote_id)
        there = found.remote_id if found else None
        if not _may_try_again(work.replica, refused, remote_id, there):
            raise
        return connector.put(document, there, overrides=work.overrides.values)


def _may_try_again(replica: Replica, refused: DeliveryError, known: str | None, there: str | None) -> bool:
    """The same call again is in vain, and what is another's is not to be seized."""
    if there is None:
        return isinstance(refused, Missing) and known is not None
    return there != known and not is_anothers(replica, there)


def _is_large(work: Work, connector: AnyConnector) -> bool:
    """Also one that was: its members leave in parts."""
    limit = connector.members_per_call
    members = len(work.document.get("members", ()))
    return limit is not None and max(members, work.replica.applied_members) > limit


def _put_members(claimed: Claim, work: Work, connector: AnyConnector, remote_id: str) -> None:
    """Each part is a call of its own: a worker that dies costs one part, as the next reads what is there."""
    size = connector.members_per_call or 1
    wanted = {member["value"] for member in work.document["members"]}
    there: set[str] = set()
    members = connector.members(remote_id)
    while part := list(islice(members, size)):
        there.update(part)
        keep(claimed)
    for add in parts(sorted(wanted - there), size):
        keep(claimed)
        connector.put_members(remote_id, add=add, remove=())
    for remove in parts(sorted(there - wanted), size):
        keep(claimed)
        connector.put_members(remote_id, add=(), remove=remove)


def keep(claimed: Claim) -> None:
    """Before another call: the lease is to outlive that one, too. Raises LostLease."""
    if not renew(claimed, claimed.replica.target):
        raise LostLease("Another worker took over while this was under way.")
