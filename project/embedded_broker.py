"""The embedded broker: kombu's folder of files, in which a message is there whole or not at all."""

from __future__ import annotations

import json
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem


class Channel(filesystem.Channel):
    """kombu's writes a message in place; a worker that reads it too early stops ("Unrecoverable error")."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # kombu names it twice
        folder = Path(self.data_folder_out)
        name = f"{time.monotonic_ns() // 1_000_000}_{uuid.uuid4()}.{queue}.msg"
        draft = folder / f"{name}.draft"
        draft.write_text(json.dumps(payload), encoding="utf-8")
        draft.rename(folder / name)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        try:
            return super()._get(queue)
        except ValueError as error:
            # Cut off by a full disk or a power cut. The sweep makes up for a lost wake-up.
            raise Empty from error


class Transport(filesystem.Transport):
    Channel = Channel
