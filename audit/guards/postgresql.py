"""The guards of the log on PostgreSQL: triggers, and functions for those who may not touch the tables."""

from __future__ import annotations

from pathlib import Path

GUARDED = ("audit_event", "audit_tombstone", "audit_anchor")
DOORS = (
    "audit_bury(uuid, bigint[])",
    "audit_advance(uuid)",
    "audit_partition(date)",
    "audit_drop_partition(date)",
    "audit_redact(uuid, bigint, jsonb)",
)
# Each partition may be named by itself, and triggers of statements are not inherited.
_EACH_PARTITION = """
DO $$ DECLARE part regclass; BEGIN
    FOR part IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'audit_event'::regclass LOOP
        EXECUTE format('{statement}', 'audit_event_whole', part);
    END LOOP;
END $$
"""


def raising(fixed: list[str], redactable: list[str]) -> list[str]:
    """`fixed`: the columns of an event that never change; `redactable`: those that an erasure may change."""
    new, old = (", ".join(f"{row}.{column}" for column in fixed) for row in ("NEW", "OLD"))
    return [
        _file("triggers.sql").replace("{new}", new).replace("{old}", old),
        _file("doors.sql").replace("{redactable}", ", ".join(redactable)),
        *lowering(),
        *(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION audit_guard_{table.removeprefix('audit_')}()"
            for table in GUARDED
        ),
        *(
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} EXECUTE FUNCTION audit_guard_whole()"
            for table in GUARDED
        ),
        _each_partition("CREATE TRIGGER %I BEFORE TRUNCATE ON %s EXECUTE FUNCTION audit_guard_whole()"),
    ]


def lowering() -> list[str]:
    return [
        *(f"DROP TRIGGER IF EXISTS {table}_kept ON {table}" for table in GUARDED),
        *(f"DROP TRIGGER IF EXISTS {table}_whole ON {table}" for table in GUARDED),
        _each_partition("DROP TRIGGER IF EXISTS %I ON %s"),
    ]


def _each_partition(statement: str) -> str:
    return _EACH_PARTITION.format(statement=statement)


def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text()
