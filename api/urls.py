"""The management API's addresses."""

from __future__ import annotations

from django.urls import path, re_path

from api import (
    alerts,
    entitlements,
    exports,
    extensions,
    integrity,
    keeping,
    replays,
    replicas,
    signing,
    streams,
    targets,
    views,
)
from api.logs import views as logs

app_name = "api"

urlpatterns = [
    # With or without a slash at the end, and without a redirect, which takes some clients' tokens away.
    re_path(r"^v1/logs/?$", logs.Logs.as_view(), name="logs"),
    re_path(r"^v1/org/?$", logs.Organisation.as_view(), name="org"),
    path("v1/targets", targets.Targets.as_view(), name="targets"),
    path("v1/targets/<uuid:target_id>", targets.OneTarget.as_view(), name="target"),
    path("v1/targets/<uuid:target_id>/guard", targets.Guard.as_view(), name="guard"),
    path(
        "v1/targets/<uuid:target_id>/secret-rotations",
        signing.SecretRotations.as_view(),
        name="secret-rotations",
    ),
    path("v1/alerts", alerts.Alerts.as_view(), name="alerts"),
    path("v1/alert-channels", alerts.Channels.as_view(), name="alert-channels"),
    path("v1/alert-channels/<uuid:channel_id>", alerts.OneChannel.as_view(), name="alert-channel"),
    path("v1/alert-channels/<uuid:channel_id>/test", alerts.ChannelTests.as_view(), name="test-channel"),
    path("v1/schemas/extensions", extensions.Extensions.as_view(), name="extensions"),
    path("v1/schemas/extensions/<uuid:extension_id>", extensions.OneExtension.as_view(), name="extension"),
    path("v1/replicas", views.Replicas.as_view(), name="replicas"),
    path("v1/replicas/<int:replica_id>/preview", replicas.PreviewOfReplica.as_view(), name="preview"),
    path("v1/replicas/<int:replica_id>/overrides", replicas.Overrides.as_view(), name="overrides"),
    path(
        "v1/replicas/<int:replica_id>/overrides/<int:override_id>",
        replicas.OneOverride.as_view(),
        name="override",
    ),
    path("v1/failure-groups", replays.FailureGroups.as_view(), name="failure-groups"),
    path("v1/replays", replays.Replays.as_view(), name="replays"),
    path("v1/replays/<uuid:replay_id>", replays.OneReplay.as_view(), name="replay"),
    path("v1/replays/<uuid:replay_id>/stop", replays.StopReplay.as_view(), name="stop-replay"),
    path("v1/replays/<uuid:replay_id>/resume", replays.ResumeReplay.as_view(), name="resume-replay"),
    path("v1/replays/<uuid:replay_id>/approve", replays.ApproveReplay.as_view(), name="approve-replay"),
    path("v1/replays/<uuid:replay_id>/decline", replays.DeclineReplay.as_view(), name="decline-replay"),
    path("v1/log-retention", keeping.Retention.as_view(), name="retention"),
    path("v1/log-retention/purges", keeping.Purges.as_view(), name="purges"),
    path("v1/log-erasures", keeping.Erasures.as_view(), name="erasures"),
    path("v1/log-erasures/<uuid:erasure_id>", keeping.OneErasure.as_view(), name="erasure"),
    path("v1/log-integrity", integrity.Integrity.as_view(), name="integrity"),
    path("v1/log-integrity/verifications", integrity.Verifications.as_view(), name="verifications"),
    path("v1/log-integrity/checkpoints", integrity.Checkpoints.as_view(), name="checkpoints"),
    path("v1/log-integrity/proofs/<uuid:event_uuid>", integrity.Proof.as_view(), name="proof"),
    path("v1/log-exports", exports.Exports.as_view(), name="exports"),
    path("v1/log-exports/count", exports.ExportCounts.as_view(), name="export-count"),
    path("v1/log-exports/<uuid:export_id>", exports.OneExport.as_view(), name="export"),
    path("v1/log-exports/<uuid:export_id>/stop", exports.StopExport.as_view(), name="stop-export"),
    path("v1/log-exports/<uuid:export_id>/content", exports.ExportContent.as_view(), name="export-content"),
    path("v1/log-streams", streams.Streams.as_view(), name="streams"),
    path("v1/log-streams/<uuid:stream_id>", streams.OneStream.as_view(), name="stream"),
    path("v1/log-streams/<uuid:stream_id>/test", streams.StreamTests.as_view(), name="test-stream"),
    path("v1/log-streams/<uuid:stream_id>/rewind", streams.Rewinds.as_view(), name="rewind-stream"),
    path("v1/roles", entitlements.Roles.as_view(), name="roles"),
    path("v1/roles/<uuid:entitlement_id>", entitlements.OneEntitlement.as_view(), name="role"),
    path("v1/entitlements", entitlements.Entitlements.as_view(), name="entitlements"),
    path("v1/entitlements/<uuid:entitlement_id>", entitlements.OneEntitlement.as_view(), name="entitlement"),
    path("v1/entitlement-imports", entitlements.EntitlementImports.as_view(), name="entitlement-imports"),
]

# After all others: whatever else is below the log.
urlpatterns += [
    re_path(r"^v1/logs/(?P<name>[^/]+)/?$", logs.OneEvent.as_view(), name="log-event"),
    re_path(r"^v1/logs/.*$", logs.NoSuchAddress.as_view()),
]
