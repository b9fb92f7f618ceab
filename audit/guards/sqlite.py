"""The guards of the log on SQLite: triggers."""

from __future__ import annotations

CHANGED = "A sealed event is not changed."
TAKEN = "A sealed event is not deleted: prune_log and erase_person are the ways."

_BURIED = (
    "EXISTS (SELECT 1 FROM audit_tombstone WHERE tenant_id = OLD.tenant_id AND seq = OLD.seq"
    " AND digest = OLD.digest AND hash = OLD.hash)"
    " AND OLD.published < strftime('%Y-%m-%d %H:%M:%S', 'now', '-1 day')"
)
_UNDER_WAY = "EXISTS (SELECT 1 FROM audit_erasure WHERE tenant_id = OLD.tenant_id AND ended_at IS NULL)"
_PASSED = "EXISTS (SELECT 1 FROM audit_anchor WHERE tenant_id = OLD.tenant_id AND seq >= OLD.seq)"


def raising(fixed: list[str], redactable: list[str]) -> list[str]:
    """`fixed`: the columns of an event that never change; `redactable`: those that an erasure may change."""
    same = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in fixed)
    return [
        *lowering(),
        _trigger("audit_event_update", "UPDATE ON audit_event", f"{_UNDER_WAY} AND {same}", CHANGED),
        _trigger("audit_event_delete", "DELETE ON audit_event", _BURIED, TAKEN),
        _trigger("audit_tombstone_update", "UPDATE ON audit_tombstone", "0", CHANGED),
        _trigger("audit_tombstone_delete", "DELETE ON audit_tombstone", _PASSED, TAKEN),
        _trigger("audit_anchor_update", "UPDATE ON audit_anchor", "NEW.seq >= OLD.seq", CHANGED),
        _trigger("audit_anchor_delete", "DELETE ON audit_anchor", "0", TAKEN),
    ]


def lowering() -> list[str]:
    tables = ("audit_event", "audit_tombstone", "audit_anchor")
    return [f"DROP TRIGGER IF EXISTS {table}_{event}" for table in tables for event in ("update", "delete")]


def _trigger(name: str, event: str, allowed: str, sentence: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {event} WHEN NOT ({allowed})"
        f" BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
    )
