"""Django's registration of this room."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class DirectoryConfig(AppConfig):
    name = "directory"

    def ready(self) -> None:
        from lib.filters.texts import teach_sqlite

        connection_created.connect(teach_sqlite, dispatch_uid="sqlite folds case and knows moments")
