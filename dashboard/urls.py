"""The pages' addresses."""

from __future__ import annotations

from django.urls import path

from dashboard.views import (
    entitlements,
    extensions,
    failures,
    groups,
    log,
    overview,
    previews,
    replicas,
    session,
    signing,
    targets,
    users,
)

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("sign-in", session.SignIn.as_view(), name="sign-in"),
    path("sign-out", session.SignOut.as_view(), name="sign-out"),
    path("tenant", session.choose_tenant, name="choose-tenant"),
    path("users", users.listing, name="users"),
    path("users/<uuid:user_id>", users.detail, name="user"),
    path("groups", groups.listing, name="groups"),
    path("groups/<uuid:group_id>", groups.detail, name="group"),
    path("entitlements", entitlements.listing, name="entitlements"),
    path("entitlements/new", entitlements.add, name="new-entitlement"),
    path("entitlements/<uuid:entitlement_id>", entitlements.detail, name="entitlement"),
    path("entitlements/<uuid:entitlement_id>/change", entitlements.change, name="change-entitlement"),
    path("entitlements/<uuid:entitlement_id>/delete", entitlements.delete, name="delete-entitlement"),
    path("schema", extensions.listing, name="extensions"),
    path("schema/new", extensions.define, name="define-extension"),
    path("schema/<uuid:extension_id>", extensions.detail, name="extension"),
    path("schema/<uuid:extension_id>/change", extensions.change, name="change-extension"),
    path("schema/<uuid:extension_id>/delete", extensions.delete, name="delete-extension"),
    path("log", log.listing, name="log"),
    path("log/<uuid:event_uuid>", log.detail, name="event"),
    path("failures", failures.listing, name="failures"),
    path("failures/count", failures.count, name="failure-count"),
    path("failures/rows", failures.rows, name="failure-rows"),
    path("failures/replay", failures.replay_rows, name="replay-failures"),
    path("failures/<int:replica_id>", failures.row, name="failure-row"),
    path("failures/<int:replica_id>/replay", failures.replay_row, name="replay-failure"),
    path("replicas/<int:replica_id>", replicas.card, name="replica"),
    path("replicas/<int:replica_id>/preview", previews.show, name="preview"),
    path("replicas/<int:replica_id>/overrides", previews.make_override, name="make-override"),
    path(
        "replicas/<int:replica_id>/overrides/<int:override_id>/end",
        previews.end_override,
        name="end-override",
    ),
    path("replicas/<int:replica_id>/replay", replicas.replay_card, name="replay"),
    path("targets/<uuid:target_id>", targets.detail, name="target"),
    path("targets/<uuid:target_id>/check", targets.check, name="check-target"),
    path("targets/<uuid:target_id>/entitlements", entitlements.read_from_target, name="read-entitlements"),
    path("targets/<uuid:target_id>/secret", signing.rotate, name="rotate-secret"),
    path("targets/<uuid:target_id>/pause", targets.pause_target, name="pause-target"),
    path("targets/<uuid:target_id>/resume", targets.resume_target, name="resume-target"),
]
