"""Which events of the log belong to a resource, and the messages that they are told in."""

from __future__ import annotations

from audit.catalogue import EventType
from audit.models import Event, EventQuerySet
from audit.sealing import seal
from directory.documents import readable, whole
from directory.models import Group, User
from directory.schemas import schema_of
from downstream.models import Replica
from lib.documents import Document
from tenants.models import Tenant

OF_USERS = (
    EventType.USER_CREATED,
    EventType.USER_UPDATED,
    EventType.USER_DEACTIVATED,
    EventType.USER_REACTIVATED,
    EventType.USER_DELETED,
)
# Who comes and goes is a change of the group.
OF_GROUPS = (
    EventType.GROUP_CREATED,
    EventType.GROUP_UPDATED,
    EventType.GROUP_DELETED,
    EventType.MEMBER_ADDED,
    EventType.MEMBER_REMOVED,
)


def bring_up_to_date(replica: Replica) -> bool:
    """Whether all events of what was committed before can be read now: behind a large backlog they can't."""
    return seal(replica.target.tenant_id)


def events_of(replica: Replica) -> EventQuerySet:
    """What the directory logged of the replica's resource, the oldest first.

    Their ids rise in the order of the changes: each change inserts its events while it holds the lock of the
    resource's row, which it gives back with its commit.
    """
    if replica.group_id:
        return Event.objects.about_group(replica.group_id).filter(event_type__in=OF_GROUPS).order_by("id")
    return Event.objects.filter(user_id=replica.user_id, event_type__in=OF_USERS).order_by("id")


def next_event(replica: Replica) -> Event | None:
    """The first that is not delivered; or the last one once more, where somebody has asked for a replay."""
    if event := events_of(replica).filter(id__gt=replica.delivered).first():
        return event
    last = events_of(replica).last()
    return last if last and replica.fingerprint != mark_of(last) else None


def mark_of(event: Event) -> str:
    """What a replica has as its fingerprint after this event was delivered, until a replay clears it."""
    return event.uuid.hex


def message_of(event: Event, resource: User | Group, tenant: Tenant) -> Document:
    """`resource` is told as of the event, or as it is now if it has changed since."""
    if resource.version < (event.version or 0):
        # It was read before this event was there.
        resource.refresh_from_db()
    schema = schema_of(tenant, type(resource).__name__)
    log_event = event.document
    return {
        "type": event.event_type,
        "timestamp": log_event["published"],
        "data": {
            "event": log_event,
            "resource": readable(whole(resource), schema),
            "resourceAsOf": "event" if resource.version == event.version else "now",
            "deleted": not resource.is_living,
        },
    }
