"""The directory's rows in the Django admin: to look at. Changes go through services, which tell the log."""

from __future__ import annotations

from django.contrib import admin

from directory.catalogue import Entitlement
from directory.extensions import Extension
from directory.models import Group, Membership, User
from lib.read_only import ReadOnlyAdmin


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ("user_name", "display_name", "tenant", "active", "version", "modified_at", "deleted_at")
    list_select_related = ("tenant",)
    search_fields = ("user_name_key", "external_id__exact")
    ordering = ("tenant", "user_name_key")
    # It may hold what nobody may read; the dashboard shows the rest.
    exclude = ("document",)


@admin.register(Group)
class GroupAdmin(ReadOnlyAdmin):
    list_display = ("display_name", "tenant", "version", "modified_at", "deleted_at")
    list_select_related = ("tenant",)
    search_fields = ("display_name_key", "external_id__exact")
    ordering = ("tenant", "display_name_key")
    exclude = ("document",)


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ("group", "user", "value", "created_at")
    list_select_related = ("group", "user")
    search_fields = ("value__exact",)
    ordering = ("-id",)


@admin.register(Entitlement)
class EntitlementAdmin(ReadOnlyAdmin):
    list_display = ("display_name", "type", "value", "tenant", "target_id", "modified_at")
    list_filter = ("type",)
    list_select_related = ("tenant",)
    search_fields = ("display_name_key", "value__exact")
    ordering = ("tenant", "display_name_key")


@admin.register(Extension)
class ExtensionAdmin(ReadOnlyAdmin):
    list_display = ("name", "tenant", "resource", "urn")
    list_select_related = ("tenant",)
    search_fields = ("urn", "name")
    ordering = ("tenant", "urn_key")
