"""The system log in the Django admin: to be read, never to be changed."""

from __future__ import annotations

from django.contrib import admin

from audit.models import Event
from lib.read_only import ReadOnlyAdmin


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("published", "tenant", "event_type", "result", "severity", "transaction_id")
    list_filter = ("result", "severity")
    list_select_related = ("tenant",)
    search_fields = ("transaction_id__exact",)
    ordering = ("-id",)
