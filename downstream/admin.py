"""Targets and deliveries in the Django admin: to look at, without secrets."""

from __future__ import annotations

from django.contrib import admin

from downstream.models import (
    Alert,
    AlertChannel,
    AlertNotice,
    Attempt,
    FailureGroup,
    Override,
    Replay,
    Replica,
    Target,
)
from lib.read_only import ReadOnlyAdmin


@admin.register(Target)
class TargetAdmin(ReadOnlyAdmin):
    """Added by a command, paused and resumed on its page: those tell the log."""

    list_display = ("name", "tenant", "kind", "mode", "trouble_class", "resume_at")
    list_filter = ("kind", "mode")
    list_select_related = ("tenant",)
    search_fields = ("name", "tenant__name")
    exclude = ("sealed_secrets",)


@admin.register(Replica)
class ReplicaAdmin(ReadOnlyAdmin):
    list_display = ("id", "target", "user", "group", "state", "desired", "applied", "due_at", "failures")
    list_filter = ("state",)
    list_select_related = ("target", "user", "group")
    search_fields = ("remote_id__exact", "transaction_id__exact")
    ordering = ("-id",)


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    list_display = ("id", "replica_id", "operation", "outcome", "error_class", "started_at", "took_ms")
    list_filter = ("outcome", "error_class")
    search_fields = ("transaction_id__exact",)
    ordering = ("-id",)


@admin.register(Alert)
class AlertAdmin(ReadOnlyAdmin):
    list_display = ("id", "tenant", "kind", "target", "credential", "opened_at", "resolved_at")
    list_filter = ("kind",)
    list_select_related = ("tenant", "target", "credential")
    ordering = ("-id",)


@admin.register(AlertChannel)
class AlertChannelAdmin(ReadOnlyAdmin):
    list_display = ("address", "tenant", "kind", "enabled", "trouble")
    list_filter = ("kind", "enabled")
    list_select_related = ("tenant",)
    exclude = ("sealed_secret",)


@admin.register(AlertNotice)
class AlertNoticeAdmin(ReadOnlyAdmin):
    list_display = ("id", "channel", "created_at", "due_at", "tries", "sent_at")
    list_select_related = ("channel",)
    ordering = ("-id",)


@admin.register(FailureGroup)
class FailureGroupAdmin(ReadOnlyAdmin):
    list_display = ("id", "target", "error_class", "attribute", "cause", "first_at", "last_at")
    list_filter = ("error_class",)
    list_select_related = ("target",)
    search_fields = ("cause",)
    ordering = ("-last_at",)


@admin.register(Replay)
class ReplayAdmin(ReadOnlyAdmin):
    """Begun and steered on its page: that tells the log."""

    list_display = ("id", "tenant", "state", "words", "reason", "total", "created_at", "finished_at")
    list_filter = ("state",)
    list_select_related = ("tenant",)
    search_fields = ("words", "reason")
    ordering = ("-created_at",)


@admin.register(Override)
class OverrideAdmin(ReadOnlyAdmin):
    """Made and ended on the page of the replica: that tells the log."""

    list_display = ("id", "replica_id", "field", "reason", "made_by", "created_at", "expires_at", "ended_at")
    search_fields = ("field__exact", "reason")
    exclude = ("sealed_value",)
    ordering = ("-id",)
