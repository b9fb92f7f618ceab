"""Tenants, operators and credentials in the Django admin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse

from audit.actor import Actor
from lib.read_only import ReadOnlyAdmin
from tenants.actors import staff_actor
from tenants.changes import log_password, log_role, log_settings, log_staff, settings_of, staff_facts
from tenants.models import Credential, Hostname, Operator, Tenant


class HostnameInline(admin.TabularInline[Hostname, Tenant]):
    model = Hostname
    extra = 0


@admin.register(Tenant)
class TenantAdmin(admin.ModelAdmin[Tenant]):
    list_display = ("name", "created_at")
    search_fields = ("name",)
    inlines = (HostnameInline,)

    def save_model(self, request: HttpRequest, obj: Tenant, form: ModelForm[Tenant], change: bool) -> None:
        form.was = settings_of(obj.pk)  # type: ignore[attr-defined]  # for save_related, which comes next
        super().save_model(request, obj, form, change)

    def save_related(
        self, request: HttpRequest, form: ModelForm[Tenant], formsets: Any, change: bool
    ) -> None:
        """With its host names the tenant is whole."""
        super().save_related(request, form, formsets, change)
        log_settings(form.instance, form.was, by=_actor(request))  # type: ignore[attr-defined]  # see above

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """A tenant's log would go with it."""
        return False


@admin.register(Operator)
class OperatorAdmin(admin.ModelAdmin[Operator]):
    list_display = ("user", "tenant", "role")
    list_filter = ("role", "tenant")
    list_select_related = ("user", "tenant")
    search_fields = ("user__username", "tenant__name")

    def save_model(
        self, request: HttpRequest, obj: Operator, form: ModelForm[Operator], change: bool
    ) -> None:
        before = Operator.objects.select_related("user").filter(pk=obj.pk).first()
        super().save_model(request, obj, form, change)
        log_role(before, obj, by=_actor(request))

    def delete_model(self, request: HttpRequest, obj: Operator) -> None:
        log_role(obj, None, by=_actor(request))
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Operator]) -> None:
        for operator in queryset.select_related("user"):
            log_role(operator, None, by=_actor(request))
        super().delete_queryset(request, queryset)


admin.site.unregister(User)


@admin.register(User)
class StaffAdmin(UserAdmin[User]):
    """Django's; the log of each tenant that somebody works in hears of it."""

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool) -> None:
        before = User.objects.filter(pk=obj.pk).first()
        super().save_model(request, obj, form, change)
        if before:
            log_staff(obj, staff_facts(before), by=_actor(request))

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        rows = User.objects.filter(pk=id)
        before = rows.values_list("password", flat=True).first()
        response = super().user_change_password(request, id, form_url)
        user = rows.first()
        if user and user.password != before:
            log_password(user, by=_actor(request))
        return response

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        _log_leaving([obj], request)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        _log_leaving(queryset, request)
        super().delete_queryset(request, queryset)


def _log_leaving(users: Iterable[User], request: HttpRequest) -> None:
    for operator in Operator.objects.filter(user__in=[user.pk for user in users]).select_related("user"):
        log_role(operator, None, by=_actor(request))


def _actor(request: HttpRequest) -> Actor:
    return staff_actor(cast(User, request.user), request)


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
