"""Exports: events in a file, made part by part by workers, so that nobody has to hold the whole of it."""

from audit.exports.ending import NotPossible, discard, expire, stop
from audit.exports.selecting import Selection
from audit.exports.serving import content, download, download_response
from audit.exports.starting import count_of, start_export
from audit.exports.working import work_off_all

__all__ = [
    "NotPossible",
    "Selection",
    "content",
    "count_of",
    "discard",
    "download",
    "download_response",
    "expire",
    "start_export",
    "stop",
    "work_off_all",
]
