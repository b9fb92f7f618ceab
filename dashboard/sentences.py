"""What happened, in words: one sentence for each type of event, beginning after the actor's name."""

from __future__ import annotations

from collections.abc import Mapping

from audit.catalogue import EventType, Outcome

# The verb as done, the verb after "could not", and what follows both.
VERBS: dict[str, tuple[str, str, str]] = {
    EventType.USER_CREATED: ("created", "create", "{who}"),
    EventType.USER_UPDATED: ("changed", "change", "{who}"),
    EventType.USER_DEACTIVATED: ("deactivated", "deactivate", "{who}"),
    EventType.USER_REACTIVATED: ("reactivated", "reactivate", "{who}"),
    EventType.USER_DELETION_ASKED: ("asked for the deletion of", "ask for the deletion of", "{who}"),
    EventType.USER_DELETED: ("deleted", "delete", "{who}"),
    EventType.GROUP_CREATED: ("created the group", "create the group", "{group}"),
    EventType.GROUP_UPDATED: ("changed the group", "change the group", "{group}"),
    EventType.GROUP_DELETED: ("deleted the group", "delete the group", "{group}"),
    EventType.MEMBER_ADDED: ("added", "add", "{who} to {group}"),
    EventType.MEMBER_REMOVED: ("removed", "remove", "{who} from {group}"),
    EventType.ENTITLEMENT_CREATED: ("added", "add", "{entitlement} to roles and entitlements"),
    EventType.ENTITLEMENT_UPDATED: ("changed", "change", "{entitlement} in roles and entitlements"),
    EventType.ENTITLEMENT_DELETED: ("deleted", "delete", "{entitlement} from roles and entitlements"),
    EventType.ENTITLEMENTS_IMPORTED: ("read", "read", "roles and entitlements from {app}"),
    EventType.API_CALLED: ("called", "call", "{app}"),
    EventType.REQUEST_BLOCKED: ("made a request", "make a request", ""),
    EventType.PUSH_USER: ("created", "create", "{who} in {app}"),
    EventType.PUSH_PROFILE: ("updated", "update", "{who} in {app}"),
    EventType.PUSH_DEACTIVATION: ("deactivated", "deactivate", "{who} in {app}"),
    EventType.PUSH_REACTIVATION: ("reactivated", "reactivate", "{who} in {app}"),
    EventType.PUSH_DELETION: ("removed", "remove", "{who} from {app}"),
    EventType.GROUP_PUSHED: ("created the group", "create the group", "{group} in {app}"),
    EventType.GROUP_PUSH_UPDATED: ("updated the group", "update the group", "{group} in {app}"),
    EventType.GROUP_PUSH_REMOVED: ("removed the group", "remove the group", "{group} from {app}"),
    EventType.SYNC_USER: ("replayed", "replay", "{who} in {app}"),
    EventType.EVENT_SENT: ("told", "tell", "{told}"),
    EventType.OVERRIDE_CREATED: ("overrode a value of", "override a value of", "{who} in {app}"),
    EventType.OVERRIDE_DELETED: ("ended an override of", "end an override of", "{who} in {app}"),
    EventType.REPLAY_STARTED: ("started a replay to", "start a replay to", "{app}"),
    EventType.REPLAY_COMPLETED: ("finished a replay to", "finish a replay to", "{app}"),
    EventType.REPLAY_FAILED: ("stopped a replay to", "finish a replay to", "{app}"),
    EventType.REPLAY_REQUESTED: ("asked for approval of a replay to", "ask for a replay to", "{app}"),
    EventType.REPLAY_APPROVED: ("approved a replay to", "approve a replay to", "{app}"),
    EventType.REPLAY_DECLINED: ("declined a replay to", "decline a replay to", "{app}"),
    EventType.TARGET_TROUBLE: ("reached", "reach", "{app}"),
    EventType.TARGET_ACCESS: ("signed in to", "sign in to", "{app}"),
    EventType.TARGET_RATE_LIMIT: ("was asked to slow down by", "go on with", "{app}"),
    EventType.TARGET_CREATED: ("added the target", "add the target", "{app}"),
    EventType.TARGET_CHANGED: ("changed the settings of", "change the settings of", "{app}"),
    EventType.TARGET_DELETED: ("deleted the target", "delete the target", "{app}"),
    EventType.TARGET_PAUSED: ("paused", "pause", "{app}"),
    EventType.TARGET_RESUMED: ("resumed", "resume", "{app}"),
    EventType.REMOVALS_HELD: ("held removals from", "hold removals from", "{app}"),
    EventType.REMOVALS_ALLOWED: ("allowed the held removals from", "allow the held removals from", "{app}"),
    EventType.REMOVALS_REJECTED: (
        "rejected the held removals from",
        "reject the held removals from",
        "{app}",
    ),
    EventType.ALERT_OPENED: ("opened an alert about", "open an alert about", "{what}"),
    EventType.ALERT_RESOLVED: ("resolved the alert about", "resolve the alert about", "{what}"),
    EventType.CHANNEL_ADDED: ("added the alert channel", "add the alert channel", "{channel}"),
    EventType.CHANNEL_CHANGED: ("changed the alert channel", "change the alert channel", "{channel}"),
    EventType.CHANNEL_TESTED: ("tested the alert channel", "reach the alert channel", "{channel}"),
    EventType.CHANNEL_REMOVED: ("removed the alert channel", "remove the alert channel", "{channel}"),
    EventType.EXTENSION_DEFINED: ("defined the extension", "define the extension", "{schema}"),
    EventType.EXTENSION_CHANGED: ("changed the extension", "change the extension", "{schema}"),
    EventType.EXTENSION_DELETED: ("deleted the extension", "delete the extension", "{schema}"),
    EventType.RETENTION_CHANGED: ("changed", "change", "how long events are kept"),
    EventType.LOG_VERIFIED: ("verified the log", "find the log as it was sealed", ""),
    EventType.ROLLBACK_ACCEPTED: ("accepted that the log was restored", "accept a restored log", ""),
    EventType.VERIFICATION_REQUESTED: ("asked for a verification of the log", "verify the log", ""),
    EventType.LOG_PURGED: ("purged", "purge", "what is older than the log keeps it"),
    EventType.ERASURE_STARTED: ("began to erase", "begin to erase", "{who} from the log"),
    EventType.PERSON_ERASED: ("erased", "erase", "{who} from the log"),
    EventType.VIEW_SAVED: ("saved the view", "save the view", "{view}"),
    EventType.VIEW_REMOVED: ("removed the view", "remove the view", "{view}"),
    EventType.TOKEN_CREATED: ("created the credential", "create the credential", "{token}"),
    EventType.TOKEN_REVOKED: ("revoked the credential", "revoke the credential", "{token}"),
    EventType.TENANT_CREATED: ("created the tenant", "create the tenant", "{tenant}"),
    EventType.TENANT_CHANGED: ("changed the tenant", "change the tenant", "{tenant}"),
    EventType.TENANT_SEEDED: ("filled the tenant", "fill the tenant", "{tenant} with synthetic data"),
    EventType.PRIVILEGE_GRANTED: ("gave a role to", "give a role to", "{who}"),
    EventType.PRIVILEGE_REVOKED: ("took the role from", "take the role from", "{who}"),
    EventType.ADMIN_OPENED: ("opened the dashboard", "open the dashboard", ""),
    EventType.ACCOUNT_LOCKED: ("was locked out", "sign in any more: locked out for some minutes", ""),
    EventType.PASSWORD_CHANGED: ("changed the password of", "change the password of", "{who}"),
    EventType.STREAM_CREATED: ("added the stream", "add the stream", "{stream}"),
    EventType.STREAM_CHANGED: ("changed the stream", "change the stream", "{stream}"),
    EventType.STREAM_ACTIVATED: ("switched on the stream", "switch on the stream", "{stream}"),
    EventType.STREAM_DEACTIVATED: ("switched off the stream", "switch off the stream", "{stream}"),
    EventType.STREAM_DELETED: ("removed the stream", "remove the stream", "{stream}"),
    EventType.STREAM_DELIVERY: ("told events to", "tell events to", "{stream}"),
    EventType.STREAM_TESTED: ("sent a test to", "send a test to", "{stream}"),
    EventType.HOOK_TESTED: ("sent a test to", "send a test to", "{stream}"),
    EventType.HOOK_CREATED: ("added the event hook", "add the event hook", "{stream}"),
    EventType.HOOK_CHANGED: ("changed the event hook", "change the event hook", "{stream}"),
    EventType.HOOK_ACTIVATED: ("switched on the event hook", "switch on the event hook", "{stream}"),
    EventType.HOOK_DEACTIVATED: ("switched off the event hook", "switch off the event hook", "{stream}"),
    EventType.HOOK_DELETED: ("removed the event hook", "remove the event hook", "{stream}"),
    EventType.EXPORT_REQUESTED: ("asked for an export of the log", "ask for an export of the log", ""),
    EventType.EXPORT_GENERATED: ("finished an export of the log", "finish an export of the log", ""),
    EventType.EXPORT_DOWNLOADED: ("downloaded an export of the log", "download an export of the log", ""),
    EventType.SIGNED_IN: ("signed in", "sign in", ""),
    EventType.SIGNED_OUT: ("signed out", "sign out", ""),
}
# A dry run: nobody has tried.
UNDONE: dict[str, str] = {Outcome.SKIPPED: "would"}
COULD_NOT = "could not"
DONE = {Outcome.SUCCESS, Outcome.RATE_LIMIT, Outcome.ABANDONED}


def sentence(event_type: str, outcome: str, names: Mapping[str, str], *, otherwise: str) -> str:
    """`created Ada Lovelace in HR`. `names`: those that `VERBS` use; `otherwise`: for unknown types."""
    if event_type not in VERBS:
        return otherwise
    done, bare, objects = VERBS[event_type]
    verb = done if outcome in DONE else f"{UNDONE.get(outcome, COULD_NOT)} {bare}"
    later = " yet" if outcome == Outcome.DEFERRED else ""
    return f"{verb} {objects.format_map(names)}".strip() + later
