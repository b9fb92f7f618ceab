"""What a delivery has to do: the resource as it is now, beside what the target has."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass

from django.db.models import Q
from django.db.models.functions import Now

from directory.documents import secrets_in, whole
from directory.models import Group, Membership, User
from directory.schemas import schema_of
from downstream.errors import DeliveryError
from downstream.models import Attempt, Replica, ReplicaQuerySet, Target
from downstream.neighbours import may_share_name
from downstream.standins import NOTHING, Applied, applied
from lib.documents import Document

Operation = Attempt.Operation
# Until then a dead worker's write may land on top of ours.
DOUBTFUL = Q(doubtful_until__gt=Now())


@dataclass(frozen=True)
class Work:
    """One resource for one target. `absent` members have no account there yet; `blocker` has its name."""

    replica: Replica
    version: int
    operation: Attempt.Operation
    document: Document
    absent: int = 0
    blocker: Replica | None = None
    is_needless: bool = False
    fingerprint: str = ""
    # What an earlier call was for, which may have made an account under another name, or still may.
    former: Document | None = None
    is_unsettled: bool = False
    # The one that is told, where the target is told events.
    event: uuid.UUID | None = None
    overrides: Applied = NOTHING

    @property
    def kind(self) -> str:
        """`User` or `Group`."""
        return "Group" if self.replica.is_group else "User"

    @property
    def takes_away(self) -> bool:
        """Somebody has less over there afterwards than before."""
        return self.operation in {Operation.DEACTIVATE, Operation.REMOVE}

    @property
    def is_known(self) -> bool:
        """The target has exactly this already, and nothing casts doubt on it."""
        return (
            bool(self.fingerprint)
            and self.fingerprint == self.replica.fingerprint
            and self.replica.doubtful_until is None
        )


def prepare(replica: Replica) -> Work:
    """Read the newest state. `version` is what was read: a later one finds the replica nudged."""
    resource = replica.resource
    document = whole(resource)
    absent = 0
    if isinstance(resource, Group) and resource.is_living:
        document["members"] = _members(replica, resource)
        absent = _member_count(resource) - len(document["members"])
    overrides = applied(replica)
    former = replica.tried if replica.tried_name not in ("", replica.name_key) else None
    return Work(
        replica=replica,
        former=former,
        is_unsettled=former is not None and resource.is_living and _is_doubtful(replica),
        version=resource.version,
        operation=_operation(replica, resource),
        document=document,
        absent=absent,
        blocker=_blocker(replica) if resource.is_living and not replica.remote_id else None,
        is_needless=not resource.is_living and _is_needless(replica),
        fingerprint=_fingerprint(document, overrides, replica.target) if resource.is_living else "",
        overrides=overrides,
    )


def _operation(replica: Replica, resource: User | Group) -> Attempt.Operation:
    if not resource.is_living:
        return Operation.REMOVE
    if not replica.remote_id:
        return Operation.CREATE
    active = resource.active is not False if isinstance(resource, User) else True
    if not active and replica.applied_active is not False:
        return Operation.DEACTIVATE
    if active and replica.applied_active is False:
        return Operation.REACTIVATE
    return Operation.UPDATE


def _members(replica: Replica, group: Group) -> list[Document]:
    """Under the ids that their accounts have in this target, in the order they came."""
    there = (
        Membership.objects.resolved()
        .filter(group=group, user__replicas__target=replica.target_id, user__replicas__remote_id__gt="")
        .order_by("id")
        .values_list("user__replicas__remote_id", "user__user_name")
    )
    return [{"value": remote_id, "display": name} for remote_id, name in there]


def _member_count(group: Group) -> int:
    """Without members that nobody is known for: there is nobody to wait for."""
    return group.memberships.resolved().count()


def _blocker(replica: Replica) -> Replica | None:
    """Another replica that has this name there, or may have: matching by name would seize its account."""
    if not may_share_name(replica):
        return None
    others, name = _others(replica), replica.name_key
    return others.filter(applied_name=name).first() or others.filter(tried_name=name).first()


def _others(replica: Replica) -> ReplicaQuerySet:
    """Of the same kind, in the same target."""
    here = Replica.objects.of_kind_of(replica)
    return here.exclude(id=replica.id)


def _is_doubtful(replica: Replica) -> bool:
    return Replica.objects.filter(DOUBTFUL, id=replica.id).exists()


def _is_needless(replica: Replica) -> bool:
    """Gone without a known account: nothing was tried, or what there may be is somebody else's."""
    if replica.remote_id:
        return False
    return not _may_have_account(replica) or _has_successor(replica)


def _may_have_account(replica: Replica) -> bool:
    """A call that failed, or whose end nobody saw, may have made one all the same."""
    return replica.doubtful_until is not None or bool(replica.tried_name)


def _has_successor(replica: Replica) -> bool:
    """Another one has the name over there: removing by name would take the account away from them."""
    name = replica.tried_name or replica.name_key
    return _others(replica).filter(applied_name=name).exists()


def _fingerprint(document: Document, overrides: Applied, target: Target) -> str:
    """SHA-256 of what the target is told, and under which configuration; version and times are ours alone."""
    told = {name: value for name, value in document.items() if name != "meta"}
    if overrides.values:
        told["overrides"] = dict(overrides.values)
    text = f"{json.dumps(told, sort_keys=True)}{target.config_version or ''}"
    return hashlib.sha256(text.encode()).hexdigest()


def secrets_of(work: Work) -> list[str]:
    """What nobody may read of it, as texts, the longest first."""
    tenant = work.replica.target.tenant
    of_document = secrets_in(work.document, schema_of(tenant, work.kind))
    return sorted({*of_document, *work.overrides.secrets}, key=len, reverse=True)


def without_secrets(error: DeliveryError, work: Work) -> DeliveryError:
    """The same error, with what nobody may read blotted out: targets like to repeat what they refuse."""
    for secret in secrets_of(work):
        error.args = (str(error).replace(secret, "***"),)
    return error
