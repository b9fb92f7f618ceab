"""Django's registration of this room."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "directory"
