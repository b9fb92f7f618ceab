"""Django's registration of this room."""

from django.apps import AppConfig


class ScimConfig(AppConfig):
    name = "scim"
