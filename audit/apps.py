"""Django's registration of this room."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "audit"
