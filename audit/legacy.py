"""Okta's older names of events, by which some rules of SIEMs still go (`legacyEventType`)."""

from __future__ import annotations

from audit.catalogue import EventType, Outcome

NAMES: dict[str, str] = {
    EventType.USER_CREATED: "core.user.config.user_creation.success",
    EventType.USER_UPDATED: "core.user.config.profile_update.success",
    EventType.USER_DEACTIVATED: "core.user.config.user_deactivated",
    EventType.USER_REACTIVATED: "core.user.config.user_reactivation.success",
    EventType.USER_DELETION_ASKED: "core.user.config.user_status.delete.initiated",
    EventType.USER_DELETED: "core.user.config.user_status.delete.completed",
    EventType.MEMBER_ADDED: "core.user_group_member.user_add",
    EventType.MEMBER_REMOVED: "core.user_group_member.user_remove",
    EventType.PUSH_USER: "app.user_management.push_new_user",
    EventType.PUSH_PROFILE: "app.user_management.push_profile_success",
    EventType.PUSH_DEACTIVATION: "app.user_management.deactivate_user",
    EventType.PUSH_REACTIVATION: "app.user_management.reactivate_user",
    EventType.GROUP_PUSHED: "app.user_management.grouppush.pushed",
    EventType.GROUP_PUSH_UPDATED: "app.user_management.grouppush.updated",
    EventType.GROUP_PUSH_REMOVED: "app.user_management.grouppush.removed",
    EventType.SYNC_USER: "app.user_management.provision_user",
    EventType.TOKEN_CREATED: "api.token.create",
    EventType.TOKEN_REVOKED: "api.token.revoke",
    EventType.SIGNED_IN: "core.user_auth.login_success",
    EventType.SIGNED_OUT: "core.user_auth.logout_success",
    EventType.ACCOUNT_LOCKED: "core.user_auth.account_locked",
    EventType.PRIVILEGE_GRANTED: "core.user.admin_privilege.granted",
    EventType.PRIVILEGE_REVOKED: "core.user.admin_privilege.revoked",
}
# Where failing has a name of its own.
FAILURES: dict[str, str] = {
    EventType.SIGNED_IN: "core.user_auth.login_failed",
    EventType.PUSH_PROFILE: "app.user_management.push_profile_failure",
}


def legacy_name(kind: EventType, outcome: Outcome) -> str | None:
    """None, as with Okta's newer events, where there was never another name."""
    if outcome == Outcome.FAILURE and kind in FAILURES:
        return FAILURES[kind]
    return NAMES.get(kind)
