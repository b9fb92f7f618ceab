"""Changes of memberships: rows, so that one person more costs the same in any size of group."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from audit.actor import Actor
from audit.catalogue import EventType
from audit.log_event import Entry, Subject, SubjectType
from directory.models import Group, Membership, User
from directory.services.announce import announce, entry, subject_of
from lib.documents import Member
from lib.documents.changes import AddMembers, MemberChange, RemoveAllMembers, RemoveMembers, ReplaceMembers
from lib.parts import parts

CHUNK = 500


@dataclass(frozen=True)
class Move:
    """One member that came or went."""

    kind: EventType
    row: Membership


def apply_member_change(group: Group, change: MemberChange) -> list[Move]:
    """Change the rows of a locked group; returns what really changed."""
    match change:
        case AddMembers(members):
            return _add(group, members)
        case RemoveMembers(values):
            return _remove(group, set(resolve(group, values)))
        case RemoveAllMembers():
            return _remove(group, _present(group))
        case ReplaceMembers(members):
            wanted = set(resolve(group, [member.value for member in members]))
            return _remove(group, _present(group) - wanted) + _add(group, members)


def entries_of(group: Group, moves: Iterable[Move], *, by: Actor) -> list[Entry]:
    """An event for each member that came or went, under the group's present version."""
    return [_entry(move, group, by=by) for move in moves]


def resolve(group: Group, values: Sequence[str]) -> dict[str, User | None]:
    """What is sent as a member -> whom it stands for: a user's id, or else one user's externalId.

    The keys are the values that rows have: the user's id where there is one. Order is kept.
    """
    users = User.objects.filter(tenant_id=group.tenant_id).living()
    by_id = {str(user.id): user for ids in parts(_uuids(values), CHUNK) for user in users.filter(id__in=ids)}
    rest = [value for value in values if (_as_id(value) or value) not in by_id]
    by_external_id = _sole(user for part in parts(rest, CHUNK) for user in users.filter(external_id__in=part))
    found = {value: by_id.get(_as_id(value) or value) or by_external_id.get(value) for value in values}
    return {str(user.id) if user else value: user for value, user in found.items()}


def _sole(users: Iterable[User]) -> dict[str, User]:
    """By externalId; one that two users share stands for nobody."""
    found: dict[str, list[User]] = {}
    for user in users:
        found.setdefault(user.external_id or "", []).append(user)
    return {external_id: same[0] for external_id, same in found.items() if len(same) == 1}


def _add(group: Group, members: Sequence[Member]) -> list[Move]:
    sent = {member.value: member for member in members}
    resolved = resolve(group, list(sent))
    present = _present(group, among=list(resolved))
    now = timezone.now()
    rows = [
        _row(group, user, sent.get(value, Member(value)), now)
        for value, user in resolved.items()
        if value not in present
    ]
    Membership.objects.bulk_create(rows, batch_size=CHUNK)
    return [Move(EventType.MEMBER_ADDED, row) for row in rows]


def _row(group: Group, user: User | None, member: Member, now: datetime) -> Membership:
    display, kind = member.display or "", member.type or ""
    return Membership(group=group, user=user, value=member.value, display=display, type=kind, created_at=now)


def _remove(group: Group, values: set[str]) -> list[Move]:
    moves = []
    for part in parts(sorted(values), CHUNK):
        rows = list(group.memberships.filter(value__in=part).select_related("user"))
        group.memberships.filter(id__in=[row.id for row in rows]).delete()
        moves += [Move(EventType.MEMBER_REMOVED, row) for row in rows]
    return moves


def _present(group: Group, among: list[str] | None = None) -> set[str]:
    if among is None:
        return set(group.memberships.values_list("value", flat=True))
    return {
        value
        for part in parts(among, CHUNK)
        for value in group.memberships.filter(value__in=part).values_list("value", flat=True)
    }


_AWAITS = (
    f"EXISTS (SELECT 1 FROM {Membership._meta.db_table} "  # noqa: S608  # a name
    "WHERE user_id IS NULL AND value IN (%s, %s))"
)


def awaits(user: User) -> tuple[str, list[str]]:
    """SQL and its values: whether memberships came before their user. Nearly always there is none."""
    return _AWAITS, _names_of(user)


def _names_of(user: User) -> list[str]:
    return [str(user.id), user.external_id or str(user.id)]


def join_up(user: User, *, by: Actor) -> None:
    """Memberships that came before their user, by the id or externalId that was sent, become this user's."""
    waiting = Membership.objects.unresolved().filter(value__in=_names_of(user))
    for group in _locked_groups(waiting.filter(group__tenant_id=user.tenant_id)):
        if rows := list(waiting.filter(group=group)):
            _announce_moves(group, _join(group, user, rows), by=by)


def _join(group: Group, user: User, rows: list[Membership]) -> list[Move]:
    """One of the rows becomes the user's, unless it has one already; the others stand for nobody else."""
    if group.memberships.filter(user=user).exists():
        spare, moves = rows, [Move(EventType.MEMBER_REMOVED, row) for row in rows]
    else:
        row, *spare = rows
        row.user, row.value = user, str(user.id)
        row.save(update_fields=["user", "value"])
        moves = [Move(EventType.MEMBER_ADDED, row)]
    group.memberships.filter(id__in=[row.id for row in spare]).delete()
    return moves


def forget_user(user: User, *, by: Actor) -> None:
    """A deleted user leaves its groups."""
    rows = Membership.objects.filter(user=user)
    for group in _locked_groups(rows):
        row = Membership(group=group, user=user, value=str(user.id))
        rows.filter(group=group).delete()
        _announce_moves(group, [Move(EventType.MEMBER_REMOVED, row)], by=by)


def bump(group: Group) -> None:
    """The next version of a locked group."""
    group.version += 1
    group.modified_at = timezone.now()
    group.save(force_update=True)


def _announce_moves(group: Group, moves: list[Move], *, by: Actor) -> None:
    bump(group)
    announce(group, entries_of(group, moves, by=by), by=by)


def _locked_groups(rows: Iterable[Membership]) -> list[Group]:
    """In the order of their ids, so that two who lock several can't wait for one another."""
    ids = {row.group_id for row in rows}
    return (
        list(Group.objects.filter(id__in=ids).living().select_for_update(no_key=True).order_by("id"))
        if ids
        else []
    )


def _entry(move: Move, group: Group, *, by: Actor) -> Entry:
    member = subject_of(move.row.user) if move.row.user else _unknown(move.row)
    return entry(move.kind, member, subject_of(group), by=by, version=group.version)


def _unknown(row: Membership) -> Subject:
    """A member that is nobody yet; its id may be anything, so it is no User subject."""
    return Subject(SubjectType.UNKNOWN, row.value, row.display or row.value)


def _as_id(value: str) -> str | None:
    """The canonical spelling if it is a UUID."""
    try:
        return str(uuid.UUID(value))
    except ValueError:
        return None


def _uuids(values: Iterable[str]) -> list[str]:
    return [found for value in values if (found := _as_id(value))]
