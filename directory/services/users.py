"""Changes of users."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.actor import Actor
from audit.catalogue import EventType
from audit.log_event import Change, Entry
from directory.documents import promote_user, readable
from directory.errors import Conflict, no_such
from directory.models import User
from directory.schemas import user_schema
from directory.services.announce import announce, announce_new, change_between, entry, subject_of
from directory.services.emails import forget_emails, keep_emails
from directory.services.members import awaits, forget_user, join_up
from directory.services.unique_values import claim_values, give_up_values
from directory.services.versions import Expected, expect
from lib.documents import Document
from lib.schema import ResourceSchema
from lib.statements import insertion
from tenants.models import Tenant

Edit = Callable[[Document], Document]


def create_user(tenant: Tenant, document: Document, *, by: Actor, id: uuid.UUID | None = None) -> User:
    """`document` is cleaned (lib.documents); `id` is given where others refer to it already.

    Raises Conflict if the userName (RFC 7643, 4.1.1) or another unique value is taken.
    """
    now = timezone.now()
    user = User(id=id or uuid.uuid4(), tenant=tenant, created_at=now, modified_at=now)
    promote_user(user, document)
    with _unique_user_name(user), transaction.atomic():
        created = entry(EventType.USER_CREATED, subject_of(user), by=by, version=user.version)
        inserted = insertion([user]).returning(*awaits(user))
        ((_, is_awaited),) = announce_new(user, inserted, created, by=by)
        user._state.adding = False
        keep_emails(user)
        claim_values(user, user_schema(tenant), {}, document)
        if is_awaited:
            join_up(user, by=by)
        else:
            user.read_groups = "[]"
    return user


def change_user(
    tenant: Tenant, user_id: uuid.UUID, edit: Edit, *, by: Actor, expected: Expected | None = None
) -> User:
    """Put `edit(document)` in place of the document, under a lock; nothing happens if they are equal.

    `edit` gets a copy and may raise: then nothing was changed. Raises NotFound, Conflict and Stale.
    """
    with transaction.atomic():
        user = _locked(tenant, user_id)
        expect(user, expected)
        before = user.document
        after = edit(deepcopy(before))
        if after == before:
            return user
        with _unique_user_name(user):
            _replace(user, before, after, user_schema(tenant), by=by)
    return user


def _replace(user: User, before: Document, after: Document, schema: ResourceSchema, *, by: Actor) -> None:
    external_id, was_active = user.external_id, user.active
    promote_user(user, after)
    user.version += 1
    user.modified_at = timezone.now()
    with transaction.atomic():
        user.save(force_update=True)
    keep_emails(user, before)
    claim_values(user, schema, before, after)
    change = change_between(readable(before, schema), readable(after, schema))
    announce(user, _entries_of_change(user, was_active, before, after, change, by=by), by=by)
    if user.external_id != external_id:
        join_up(user, by=by)


def _entries_of_change(
    user: User,
    was_active: bool | None,
    before: Document,
    after: Document,
    change: Change | None,
    *,
    by: Actor,
) -> list[Entry]:
    """Switching a user off or on is an event of its own; whatever else changed is another."""
    subject = subject_of(user, change)
    kinds = []
    if user.active is False and was_active is not False:
        kinds.append(EventType.USER_DEACTIVATED)
    if user.active is True and was_active is False:
        kinds.append(EventType.USER_REACTIVATED)
    if not kinds or {**before, "active": None} != {**after, "active": None}:
        kinds.append(EventType.USER_UPDATED)
    return [entry(kind, subject, by=by, version=user.version) for kind in kinds]


@transaction.atomic
def delete_user(tenant: Tenant, user_id: uuid.UUID, *, by: Actor, expected: Expected | None = None) -> User:
    """Leave a tombstone without secrets: targets take the account away, and the userName is free at once.

    Raises NotFound and Stale.
    """
    user = _locked(tenant, user_id)
    expect(user, expected)
    schema = user_schema(tenant)
    user.document = readable(user.document, schema)
    user.version += 1
    user.modified_at = user.deleted_at = timezone.now()
    user.save(force_update=True)
    forget_emails(user)
    give_up_values(user, schema)
    # Okta takes its time between the two, and rules of SIEMs go by the first.
    kinds = (EventType.USER_DELETION_ASKED, EventType.USER_DELETED)
    announce(user, [entry(kind, subject_of(user), by=by, version=user.version) for kind in kinds], by=by)
    forget_user(user, by=by)
    return user


def _locked(tenant: Tenant, user_id: uuid.UUID) -> User:
    """No key lock: a membership may refer to the user meanwhile."""
    try:
        user: User = (
            User.objects.filter(tenant=tenant).living().select_for_update(no_key=True).get(id=user_id)
        )
    except User.DoesNotExist as error:
        raise no_such("user", user_id) from error
    return user


@contextmanager
def _unique_user_name(user: User) -> Iterator[None]:
    """Translates the refusal of the database's constraint. Raises Conflict."""
    try:
        yield
    except IntegrityError as error:
        if "user_name" not in str(error):
            raise
        raise Conflict(f"userName {user.user_name} is already taken by another user.") from error
