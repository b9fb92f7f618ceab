"""Handing an export out: part by part, so that nobody holds the whole of it in memory."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterator

from django.http import StreamingHttpResponse

from audit.actor import Actor
from audit.exports.ending import NotPossible
from audit.exports.telling import tell_downloaded
from audit.formats import FORMATS
from audit.models import Export


def download(export: Export, *, by: Actor) -> Iterator[bytes]:
    """The file, whose length is the export's `size`. It is in the log. Raises NotPossible."""
    if not export.is_ready:
        raise NotPossible(
            f"There is nothing to download: the export is {export.get_state_display().lower()}."
        )
    tell_downloaded(export, by)
    return content(export)


def content(export: Export) -> Iterator[bytes]:
    """What is written so far. Breaks off where a part was thrown away in the meantime."""
    yield FORMATS[export.format].head.encode()
    for number in range(export.number_of_parts):
        body = export.parts.values_list("body", flat=True).get(number=number)
        yield gzip.decompress(bytes(body))


def download_response(export: Export, tenant_name: str, *, by: Actor) -> StreamingHttpResponse:
    """For the doors: the whole length is told before, so that a client knows when it got less."""
    name, form = file_name(export, tenant_name), FORMATS[export.format]
    digest = base64.b64encode(bytes.fromhex(export.sha256)).decode()
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(export.size),
        # RFC 9530.
        "Repr-Digest": f"sha-256=:{digest}:",
    }
    return StreamingHttpResponse(download(export, by=by), content_type=form.content_type, headers=headers)


def file_name(export: Export, tenant_name: str) -> str:
    return f"{tenant_name}-log-{export.created_at:%Y%m%d-%H%M%S}.{FORMATS[export.format].extension}"
