"""Django's registration of this room."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class DirectoryConfig(AppConfig):
    name = "directory"

    def ready(self) -> None:
        from lib.filters.texts import teach_sqlite_to_fold

        connection_created.connect(teach_sqlite_to_fold, dispatch_uid="sqlite folds case")
