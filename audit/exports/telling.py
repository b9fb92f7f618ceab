"""What the log says of its exports: who asked for what, when it was ready, who took it away."""

from __future__ import annotations

from audit.actor import Actor, system_actor
from audit.catalogue import EventType, Outcome, Severity
from audit.log_event import Entry, Subject, SubjectType
from audit.models import Export
from audit.services import record


def tell_requested(export: Export, by: Actor) -> None:
    asked = {name: text for name, text in export.selection.items() if text}
    debug = {"format": export.format, "events": str(export.total), **asked}
    _tell(export, EventType.EXPORT_REQUESTED, by, debug=debug)


def tell_generated(export: Export) -> None:
    debug = {"rows": str(export.done), "sha256": export.sha256, "bytes": str(export.size)}
    _tell(export, EventType.EXPORT_GENERATED, system_actor(export.id.hex), debug=debug)


def tell_downloaded(export: Export, by: Actor) -> None:
    _tell(export, EventType.EXPORT_DOWNLOADED, by, debug={"rows": str(export.done), "sha256": export.sha256})


def tell_broken(export: Export, reason: str, by: Actor) -> None:
    """It was stopped, or could not be written."""
    stopped = export.state == Export.State.STOPPED
    outcome = Outcome.ABANDONED if stopped else Outcome.FAILURE
    record(
        export.tenant_id,
        Entry(
            type=EventType.EXPORT_GENERATED,
            actor=by,
            subjects=(_subject(export),),
            outcome=outcome,
            severity=Severity.INFO if stopped else Severity.ERROR,
            reason=reason,
            debug={"rows": str(export.done)},
        ),
    )


def _tell(export: Export, kind: EventType, by: Actor, *, debug: dict[str, str]) -> None:
    record(export.tenant_id, Entry(type=kind, actor=by, subjects=(_subject(export),), debug=debug))


def _subject(export: Export) -> Subject:
    return Subject(SubjectType.REPORT, str(export.id), f"System log as {export.format}")
