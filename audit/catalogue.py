"""The vocabulary of the system log: Okta's names where Okta has one, `connector.*` where it has none."""

from __future__ import annotations

from django.db import models


class Severity(models.TextChoices):
    DEBUG = "DEBUG", "Debug"
    INFO = "INFO", "Info"
    WARN = "WARN", "Warning"
    ERROR = "ERROR", "Error"


class Outcome(models.TextChoices):
    """Okta's `outcome.result`, as far as we use it."""

    SUCCESS = "SUCCESS", "Success"
    FAILURE = "FAILURE", "Failure"
    DENY = "DENY", "Denied"
    DEFERRED = "DEFERRED", "Will be retried"
    RATE_LIMIT = "RATE_LIMIT", "Rate limited"
    ABANDONED = "ABANDONED", "Given up"
    SKIPPED = "SKIPPED", "Skipped"


class EventType(models.TextChoices):
    """Value: Okta's `eventType`. Label: its `displayMessage`."""

    USER_CREATED = "user.lifecycle.create", "Create Okta user"
    USER_UPDATED = "user.account.update_profile", "Update user profile for Okta"
    USER_DEACTIVATED = "user.lifecycle.deactivate", "Deactivate Okta user"
    USER_REACTIVATED = "user.lifecycle.reactivate", "Reactivate Okta user"
    USER_DELETION_ASKED = "user.lifecycle.delete.initiated", "Delete Okta user initiated"
    USER_DELETED = "user.lifecycle.delete.completed", "Delete Okta user completed"
    GROUP_CREATED = "group.lifecycle.create", "Create Okta group"
    GROUP_UPDATED = "group.profile.update", "Okta group profile updated"
    GROUP_DELETED = "group.lifecycle.delete", "Delete Okta group"
    MEMBER_ADDED = "group.user_membership.add", "Add user to group membership"
    MEMBER_REMOVED = "group.user_membership.remove", "Remove user from group membership"

    # Okta has words for importing entitlements, and none for changing them by hand.
    ENTITLEMENT_CREATED = "connector.entitlement.create", "Create entitlement"
    ENTITLEMENT_UPDATED = "connector.entitlement.update", "Update entitlement"
    ENTITLEMENT_DELETED = "connector.entitlement.delete", "Delete entitlement"
    ENTITLEMENTS_IMPORTED = "system.import.entitlement", "Import entitlements"

    API_CALLED = "application.provision.integration.call_api", "Application integration API called"
    REQUEST_BLOCKED = "security.request.blocked", "Security request blocked"

    PUSH_USER = "application.provision.user.push", "Push new user to external application"
    PUSH_PROFILE = "application.provision.user.push_profile", "Push user's profile to external application"
    PUSH_DEACTIVATION = (
        "application.provision.user.deactivate",
        "Push user deactivation to external application",
    )
    PUSH_REACTIVATION = (
        "application.provision.user.reactivate",
        "Push user reactivation in external application",
    )
    PUSH_DELETION = "application.provision.user.delete", "Delete app user from application"
    GROUP_PUSHED = "application.provision.group_push.pushed", "A group was pushed to an app"
    GROUP_PUSH_UPDATED = "application.provision.group_push.updated", "A group was updated in an app"
    GROUP_PUSH_REMOVED = "application.provision.group_push.removed", "A group was removed from an app"
    SYNC_USER = "application.provision.user.sync", "Sync user in external application"

    EVENT_SENT = "event_hook.delivery", "Event hook delivery"
    OVERRIDE_CREATED = "connector.override.create", "Override mapped value"
    OVERRIDE_DELETED = "connector.override.delete", "End override of mapped value"
    REPLAY_STARTED = "app.app_instance.provision_sync_job.started", "Provision sync job started"
    REPLAY_COMPLETED = "app.app_instance.provision_sync_job.completed", "Provision sync job completed"
    REPLAY_FAILED = "app.app_instance.provision_sync_job.failed", "Provision sync job failed"
    # Okta has no words for a second person.
    REPLAY_REQUESTED = "connector.replay.request", "Request replay"
    REPLAY_APPROVED = "connector.replay.approve", "Approve replay"
    REPLAY_DECLINED = "connector.replay.decline", "Decline replay"

    TARGET_TROUBLE = "application.integration.general_failure", "Generic error occured"
    TARGET_ACCESS = "application.integration.authentication_failure", "Error authenticating"
    TARGET_RATE_LIMIT = "application.integration.rate_limit_exceeded", "API rate limit exceeded"
    TARGET_CREATED = "application.lifecycle.create", "Create application"
    TARGET_CHANGED = "application.lifecycle.update", "Update application"
    TARGET_DELETED = "application.lifecycle.delete", "Delete application"
    TARGET_PAUSED = "application.lifecycle.deactivate", "Deactivate application"
    TARGET_RESUMED = "application.lifecycle.activate", "Activate application"

    REMOVALS_HELD = "connector.guard.hold", "Hold removals from application"
    REMOVALS_ALLOWED = "connector.guard.allow", "Allow removals from application"
    REMOVALS_REJECTED = "connector.guard.reject", "Reject removals from application"

    ALERT_OPENED = "connector.alert.open", "Open alert"
    ALERT_RESOLVED = "connector.alert.resolve", "Resolve alert"
    CHANNEL_ADDED = "connector.alert.channel.create", "Add alert channel"
    CHANNEL_CHANGED = "connector.alert.channel.update", "Change alert channel"
    CHANNEL_TESTED = "connector.alert.channel.test", "Test alert channel"
    CHANNEL_REMOVED = "connector.alert.channel.delete", "Remove alert channel"

    EXTENSION_DEFINED = "connector.schema.extension.create", "Define schema extension"
    EXTENSION_CHANGED = "connector.schema.extension.update", "Change schema extension"
    EXTENSION_DELETED = "connector.schema.extension.delete", "Delete schema extension"

    # Okta's tenants are made by Okta.
    TENANT_CREATED = "connector.tenant.create", "Create tenant"
    TENANT_CHANGED = "connector.tenant.update", "Change tenant"
    TENANT_SEEDED = "connector.tenant.seed", "Fill tenant with synthetic data"
    PRIVILEGE_GRANTED = "user.account.privilege.grant", "Grant user privilege"
    PRIVILEGE_REVOKED = "user.account.privilege.revoke", "Revoke user privilege"

    RETENTION_CHANGED = "connector.log.retention.update", "Change log retention"
    LOG_PURGED = "connector.log.retention.purge", "Purge expired log segment"
    ERASURE_STARTED = "connector.log.erase.initiated", "Erase person from log initiated"
    PERSON_ERASED = "connector.log.erase.completed", "Erase person from log completed"

    LOG_VERIFIED = "connector.log.integrity.verify", "Verify log integrity"
    ROLLBACK_ACCEPTED = "connector.log.integrity.rollback", "Accept rollback of log"
    VERIFICATION_REQUESTED = "connector.log.integrity.request", "Request verification of log integrity"

    VIEW_SAVED = "connector.log.view.update", "Save view of log"
    VIEW_REMOVED = "connector.log.view.delete", "Remove view of log"

    TOKEN_CREATED = "system.api_token.create", "Create API token"
    TOKEN_REVOKED = "system.api_token.revoke", "Revoke API token"

    STREAM_CREATED = "system.log_stream.lifecycle.create", "Log stream created"
    STREAM_CHANGED = "system.log_stream.lifecycle.update", "Log stream updated"
    STREAM_ACTIVATED = "system.log_stream.lifecycle.activate", "Log stream activated"
    STREAM_DEACTIVATED = "system.log_stream.lifecycle.deactivate", "Log stream deactivated"
    STREAM_DELETED = "system.log_stream.lifecycle.delete", "Log stream deleted"
    # Okta says nothing of what a stream delivers.
    STREAM_DELIVERY = "connector.log_stream.delivery", "Deliver log stream"
    STREAM_TESTED = "connector.log_stream.test", "Test log stream"
    HOOK_CREATED = "event_hook.created", "Event hook created"
    HOOK_CHANGED = "event_hook.updated", "Event hook updated"
    HOOK_ACTIVATED = "event_hook.activated", "Event hook activated"
    HOOK_DEACTIVATED = "event_hook.deactivated", "Event hook deactivated"
    HOOK_DELETED = "event_hook.deleted", "Event hook deleted"
    HOOK_TESTED = "event_hook.verified", "Event hook verified"

    EXPORT_REQUESTED = "analytics.reports.export.request", "Report export requested"
    EXPORT_GENERATED = "analytics.reports.export.generate", "Report export generated"
    EXPORT_DOWNLOADED = "analytics.reports.export.download", "Report export downloaded"

    SIGNED_IN = "user.session.start", "User login to Okta"
    SIGNED_OUT = "user.session.end", "User logout from Okta"
    ADMIN_OPENED = "user.session.access_admin_app", "User accessing Okta admin app"
    ACCOUNT_LOCKED = "user.account.lock", "Max sign in attempts exceeded"
    PASSWORD_CHANGED = "user.account.update_password", "User update password for Okta"
