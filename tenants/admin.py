"""Tenants, operators and credentials in the Django admin."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from lib.read_only import ReadOnlyAdmin
from tenants.models import Credential, Hostname, Operator, Tenant


class HostnameInline(admin.TabularInline[Hostname, Tenant]):
    model = Hostname
    extra = 0


@admin.register(Tenant)
class TenantAdmin(admin.ModelAdmin[Tenant]):
    list_display = ("name", "created_at")
    search_fields = ("name",)
    inlines = (HostnameInline,)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """A tenant's log would go with it."""
        return False


@admin.register(Operator)
class OperatorAdmin(admin.ModelAdmin[Operator]):
    list_display = ("user", "tenant", "role")
    list_filter = ("role", "tenant")
    list_select_related = ("user", "tenant")
    search_fields = ("user__username", "tenant__name")


@admin.register(Credential)
class CredentialAdmin(ReadOnlyAdmin):
    """Made and revoked by commands, which log it and show the token once."""

    list_display = (
        "prefix",
        "tenant",
        "kind",
        "scope",
        "user_id",
        "created_at",
        "expires_at",
        "revoked_at",
        "last_used_at",
    )
    list_filter = ("scope", "kind")
    list_select_related = ("tenant",)
    search_fields = ("prefix", "tenant__name", "user_id__exact")
    exclude = ("digest",)
