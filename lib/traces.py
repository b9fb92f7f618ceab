"""Where something broke, for the server's own log, without the values that it broke over."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Iterator
from typing import Any

# PostgreSQL adds what the row held, SQLAlchemy what the statement was given.
_VALUES = re.compile(r"^(DETAIL:|CONTEXT:|\[parameters: ).*$", re.MULTILINE)


def trace_without_messages(error: BaseException) -> str:
    """The types and places of an error and of those that led to it. What others call their error may repeat
    what they were told."""
    return "\n".join(_parts(error))


def _parts(error: BaseException) -> Iterator[str]:
    earlier = error.__cause__ or error.__context__
    if earlier is not None:
        yield from _parts(earlier)
        yield "which led to:"
    yield from (line.rstrip() for line in traceback.format_tb(error.__traceback__))
    yield f"{type(error).__module__}.{type(error).__qualname__}"


class LineFormatter(logging.Formatter):
    """Traces without what a database tells of the row that it refused."""

    def formatException(self, ei: Any) -> str:
        return _VALUES.sub(r"\1 (left out)", super().formatException(ei))
