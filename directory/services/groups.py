"""Changes of groups."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from copy import deepcopy

from django.db import transaction
from django.utils import timezone

from audit.actor import Actor
from audit.catalogue import EventType
from directory.documents import promote_group, readable
from directory.errors import no_such
from directory.models import Group
from directory.schemas import group_schema
from directory.services.announce import announce, change_between, entry, subject_of
from directory.services.members import apply_member_change, bump, entries_of
from directory.services.unique_values import claim_values, give_up_values
from directory.services.versions import Expected, expect
from lib.documents import Document, Member
from lib.documents.changes import AddMembers, MemberChange
from tenants.models import Tenant

Edit = Callable[[Document], Document]


@transaction.atomic
def create_group(
    tenant: Tenant,
    document: Document,
    members: Sequence[Member] = (),
    *,
    by: Actor,
    id: uuid.UUID | None = None,
) -> Group:
    """`document` is cleaned and has no members. Two groups may share a displayName (RFC 7643, 4.2).

    `id` is given where others refer to it already. Raises Conflict if a unique value is taken.
    """
    now = timezone.now()
    group = Group(id=id or uuid.uuid4(), tenant=tenant, created_at=now, modified_at=now)
    promote_group(group, document)
    group.save(force_insert=True)
    claim_values(group, group_schema(tenant), {}, document)
    moves = apply_member_change(group, AddMembers(tuple(members))) if members else []
    created = entry(EventType.GROUP_CREATED, subject_of(group), by=by, version=group.version)
    announce(group, [created, *entries_of(group, moves, by=by)], by=by)
    return group


@transaction.atomic
def change_group(
    tenant: Tenant,
    group_id: uuid.UUID,
    edit: Edit,
    changes: Sequence[MemberChange] = (),
    *,
    by: Actor,
    expected: Expected | None = None,
) -> Group:
    """Edit the document, then change the members in order, under one lock; nothing if nothing differs.

    `edit` may raise: then nothing was changed. Raises NotFound, Conflict and Stale.
    """
    group = _locked(tenant, group_id)
    expect(group, expected)
    before = group.document
    after = edit(deepcopy(before))
    moves = [move for change in changes for move in apply_member_change(group, change)]
    if after == before and not moves:
        return group
    promote_group(group, after)
    bump(group)
    schema = group_schema(tenant)
    claim_values(group, schema, before, after)
    entries = entries_of(group, moves, by=by)
    if after != before:
        subject = subject_of(group, change_between(readable(before, schema), readable(after, schema)))
        entries.insert(0, entry(EventType.GROUP_UPDATED, subject, by=by, version=group.version))
    announce(group, entries, by=by)
    return group


@transaction.atomic
def delete_group(
    tenant: Tenant, group_id: uuid.UUID, *, by: Actor, expected: Expected | None = None
) -> Group:
    """Leave a tombstone without members and secrets: targets take the group away.

    Raises NotFound and Stale.
    """
    group = _locked(tenant, group_id)
    expect(group, expected)
    group.deleted_at = timezone.now()
    group.memberships.all().delete()
    schema = group_schema(tenant)
    group.document = readable(group.document, schema)
    give_up_values(group, schema)
    bump(group)
    announce(group, [entry(EventType.GROUP_DELETED, subject_of(group), by=by, version=group.version)], by=by)
    return group


def _locked(tenant: Tenant, group_id: uuid.UUID) -> Group:
    """No key lock: it serialises changes of this group and of its members, and nothing else."""
    try:
        group: Group = (
            Group.objects.filter(tenant=tenant).living().select_for_update(no_key=True).get(id=group_id)
        )
    except Group.DoesNotExist as error:
        raise no_such("group", group_id) from error
    return group
