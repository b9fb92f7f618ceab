"""On PostgreSQL the log is cut into months, so that old ones can go at once. SQLite has no such thing."""

from datetime import UTC, datetime

from django.db import migrations

TABLE, WHOLE, REST = "audit_event", "audit_event_whole", "audit_event_default"
# On a partitioned table each unique constraint has the column by which it is cut.
UNIQUE = (
    "ADD PRIMARY KEY (id, published)",
    "ADD CONSTRAINT audit_event_uuid_uniq UNIQUE (uuid, published)",
    "ADD CONSTRAINT one_event_a_place UNIQUE (tenant_id, seq, published)",
)
UNIQUE_WHOLE = (
    "ADD PRIMARY KEY (id)",
    "ADD CONSTRAINT audit_event_uuid_key UNIQUE (uuid)",
    "ADD CONSTRAINT one_event_a_place UNIQUE (tenant_id, seq)",
)


def cut(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    run = schema_editor.execute
    run(f"ALTER TABLE {TABLE} RENAME TO {WHOLE}")
    run(f"CREATE TABLE {TABLE} (LIKE {WHOLE} INCLUDING DEFAULTS) PARTITION BY RANGE (published)")
    run(f"CREATE TABLE {REST} PARTITION OF {TABLE} DEFAULT")
    for month in _months(schema_editor):
        bounds = f"FROM ('{month.isoformat()}') TO ('{_after(month).isoformat()}')"
        run(f"CREATE TABLE {TABLE}_{month:%Y_%m} PARTITION OF {TABLE} FOR VALUES {bounds}")
    _move(apps, schema_editor, source=WHOLE, unique=UNIQUE)
    # What waits comes and goes all the time: its dead rows are cleared away before they slow the sealer down.
    run(
        "ALTER TABLE audit_pending SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)"
    )


def join(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    run = schema_editor.execute
    run("ALTER TABLE audit_pending RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold)")
    run(f"ALTER TABLE {TABLE} RENAME TO {WHOLE}")
    run(f"CREATE TABLE {TABLE} (LIKE {WHOLE} INCLUDING DEFAULTS)")
    _move(apps, schema_editor, source=WHOLE, unique=UNIQUE_WHOLE)


def _move(apps, schema_editor, *, source, unique):
    """The rows, and after them the indexes, whose names are free once the source is gone."""
    run, event = schema_editor.execute, apps.get_model("audit", "Event")
    run(f"INSERT INTO {TABLE} SELECT * FROM {source}")  # noqa: S608  # names only
    run(f"DROP TABLE {source}")
    for constraint in unique:
        run(f"ALTER TABLE {TABLE} {constraint}")
    for index in event._meta.indexes:
        schema_editor.add_index(event, index)


def _months(schema_editor):
    """Those that have events."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT date_trunc('month', published AT TIME ZONE 'UTC') FROM {WHOLE} ORDER BY 1"  # noqa: S608
        )
        return [month.replace(tzinfo=UTC) for (month,) in cursor.fetchall()]


def _after(month: datetime) -> datetime:
    return month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_sealing"),
    ]

    operations = [
        migrations.RunPython(cut, join),
    ]
