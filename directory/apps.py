"""Django's registration of this room."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class DirectoryConfig(AppConfig):
    name = "directory"

    def ready(self) -> None:
        from directory.tallies import keep_tallies
        from lib.filters.texts import teach_sqlite

        connection_created.connect(teach_sqlite, dispatch_uid="sqlite folds case and knows moments")
        post_migrate.connect(keep_tallies, sender=self, dispatch_uid="tallies are kept")
