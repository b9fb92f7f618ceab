"""Names compare by code points, as on SQLite: so a list by name is the same anywhere, and read from an index."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

COLUMNS = (("directory_user", "user_name_key"), ("directory_group", "display_name_key"))


def compare_by_code_points(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    collate(schema_editor, 'COLLATE "C"')


def compare_as_the_database_does(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    collate(schema_editor, 'COLLATE "default"')


def collate(schema_editor: BaseDatabaseSchemaEditor, collation: str) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for table, column in COLUMNS:
            schema_editor.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar(1024) {collation}")
            # What the planner knew of the column is gone; without it look-ups are not read from its index.
            schema_editor.execute(f"ANALYZE {table} ({column})")


class Migration(migrations.Migration):
    dependencies = [("directory", "0003_tallies")]
    operations = [migrations.RunPython(compare_by_code_points, compare_as_the_database_does)]
