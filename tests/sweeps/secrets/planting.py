"""The secret that is planted, and a watch over all places where it may not come up."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.log import log_events

SECRET = "hunter2-Zq7"


class Watched:
    """Every answer that is an error, and every line of the server's log."""

    def __init__(self, lines: pytest.LogCaptureFixture) -> None:
        self.lines = lines
        self.texts: list[str] = []

    def see(self, answer: Any) -> Any:
        """An answer in which the secret has no business."""
        self.texts.append(answer.content.decode(errors="replace") + str(dict(answer.headers)))
        return answer

    def see_error(self, answer: Any) -> Any:
        assert answer.status_code >= 400, answer.content
        return self.see(answer)

    def found(self) -> list[str]:
        events = [row.body + row.blocks + str(getattr(row, "search", "")) for row in log_events()]
        texts = [*self.texts, self.lines.text, *events]
        encoded = base64.b64encode(SECRET.encode()).decode().rstrip("=")[:12]
        return [text for text in texts if SECRET in text or SECRET.casefold() in text or encoded in text]
