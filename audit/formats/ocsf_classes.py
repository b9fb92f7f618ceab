"""Which class and activity of OCSF an event type belongs to."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class Class(IntEnum):
    ACCOUNT_CHANGE = 3001
    AUTHENTICATION = 3002
    ENTITY_MANAGEMENT = 3004
    GROUP_MANAGEMENT = 3006
    API_ACTIVITY = 6003


class Meaning(NamedTuple):
    """`activity` is one of the class's own numbers."""

    kind: Class
    activity: int


OTHER = 99
CREATE, READ, UPDATE, DELETE = 1, 2, 3, 4
ACTIVATE, DEACTIVATE = 10, 11

# By words that end an event type, of what is neither an account nor a call to an application.
OF_ENTITIES: dict[str, int] = {
    "create": CREATE,
    "created": CREATE,
    "generate": CREATE,
    "download": READ,
    "verify": READ,
    "update": UPDATE,
    "updated": UPDATE,
    "rotate": UPDATE,
    "delete": DELETE,
    "deleted": DELETE,
    "purge": DELETE,
    "revoke": DELETE,
    "activate": ACTIVATE,
    "activated": ACTIVATE,
    "deactivate": DEACTIVATE,
    "deactivated": DEACTIVATE,
}
OF_CALLS: dict[str, int] = {
    "push": CREATE,
    "pushed": CREATE,
    "started": CREATE,
    "push_profile": UPDATE,
    "deactivate": UPDATE,
    "reactivate": UPDATE,
    "sync": UPDATE,
    "updated": UPDATE,
    "push_memberships": UPDATE,
    "delete": DELETE,
    "removed": DELETE,
}
# A profile that changed is an entity's: OCSF's accounts know no update.
EXACT: dict[str, Meaning] = {
    "user.lifecycle.create": Meaning(Class.ACCOUNT_CHANGE, 1),
    "user.lifecycle.activate": Meaning(Class.ACCOUNT_CHANGE, 2),
    "user.lifecycle.reactivate": Meaning(Class.ACCOUNT_CHANGE, 2),
    "user.account.update_password": Meaning(Class.ACCOUNT_CHANGE, 3),
    "user.lifecycle.deactivate": Meaning(Class.ACCOUNT_CHANGE, 5),
    "user.lifecycle.suspend": Meaning(Class.ACCOUNT_CHANGE, 5),
    "user.lifecycle.delete.initiated": Meaning(Class.ACCOUNT_CHANGE, 6),
    "user.lifecycle.delete.completed": Meaning(Class.ACCOUNT_CHANGE, 6),
    "user.account.lock": Meaning(Class.ACCOUNT_CHANGE, 9),
    "user.account.update_profile": Meaning(Class.ENTITY_MANAGEMENT, UPDATE),
    "user.session.start": Meaning(Class.AUTHENTICATION, 1),
    "user.session.access_admin_app": Meaning(Class.AUTHENTICATION, 1),
    "user.session.end": Meaning(Class.AUTHENTICATION, 2),
    "group.user_membership.add": Meaning(Class.GROUP_MANAGEMENT, 3),
    "group.user_membership.remove": Meaning(Class.GROUP_MANAGEMENT, 4),
    "application.provision.integration.call_api": Meaning(Class.API_ACTIVITY, OTHER),
    "event_hook.delivery": Meaning(Class.API_ACTIVITY, OTHER),
    "connector.log_stream.delivery": Meaning(Class.API_ACTIVITY, OTHER),
}
# The first that an event type begins with.
ENTITIES = (
    "group.",
    "application.lifecycle.",
    "system.",
    "analytics.",
    "connector.",
    "event_hook.",
)


def meaning_of(event_type: str) -> Meaning:
    """What is not known is API Activity, as in OCSF's own examples for Okta."""
    if exact := EXACT.get(event_type):
        return exact
    last = event_type.rpartition(".")[2]
    if event_type.startswith(ENTITIES):
        return Meaning(Class.ENTITY_MANAGEMENT, OF_ENTITIES.get(last, OTHER))
    return Meaning(Class.API_ACTIVITY, OF_CALLS.get(last, OTHER))
