"""The embedded broker: a message is there whole or not at all."""

from __future__ import annotations

from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection

from project.embedded_broker import Transport


@pytest.fixture
def channel(tmp_path: Path) -> Any:
    options = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path)}
    with Connection(transport=Transport, transport_options=options) as connection:
        yield connection.channel()


def test_a_message_comes_out_as_it_went_in(channel: Any) -> None:
    channel._put("wake", {"body": "x"})

    assert channel._get("wake") == {"body": "x"}


def test_a_message_that_is_not_whole_is_no_message(channel: Any, tmp_path: Path) -> None:
    """Celery's worker would end with an unrecoverable error."""
    (tmp_path / "1_a.wake.msg").write_text("")

    with pytest.raises(Empty):
        channel._get("wake")


def test_a_draft_is_not_taken_for_a_message(channel: Any, tmp_path: Path) -> None:
    (tmp_path / "1_a.wake.msg.draft").write_text('{"body": "half"')

    with pytest.raises(Empty):
        channel._get("wake")
