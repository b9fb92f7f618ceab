"""Django's registration of this room."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "dashboard"
