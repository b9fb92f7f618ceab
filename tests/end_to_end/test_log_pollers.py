"""A hundred pollers at once: each gets every event once and in order while four writers write."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.end_to_end.lockstep import Lockstep
from tests.end_to_end.log_writers import token, wait_until_quiet, whole_log, write_at_full_speed

pytestmark = [pytest.mark.end_to_end, pytest.mark.slow, pytest.mark.xdist_group("end_to_end")]

POLLERS = 100
TOKENS = 4
PAUSE = 1.0


@pytest.mark.timeout(600)
def test_a_hundred_pollers_get_every_event_once_and_in_order(running: Lockstep, tmp_path: Path) -> None:
    before = len(whole_log(running))
    tokens = [token(running) for _ in range(TOKENS)]

    got = asyncio.run(poll_while_writing(running, tokens))

    log = whole_log(running)
    assert len(log) > before + TOKENS
    assert [poller for poller, events in enumerate(got) if events != log[: len(events)]] == []
    assert min(map(len, got)) > before + TOKENS
    assert len(got) == POLLERS


async def poll_while_writing(running: Lockstep, tokens: list[str]) -> list[list[str]]:
    """What each of them got by the time that nothing new came."""
    stop = asyncio.Event()
    limits = httpx2.Limits(max_connections=POLLERS, max_keepalive_connections=POLLERS)
    async with httpx2.AsyncClient(timeout=120, limits=limits) as http:
        pollers = [
            asyncio.create_task(poll(http, running.first["logs"], tokens[number % TOKENS], stop))
            for number in range(POLLERS)
        ]
        await asyncio.to_thread(write_at_full_speed, running)
        await asyncio.to_thread(wait_until_quiet, running)
        stop.set()
        return await asyncio.gather(*pollers)


async def poll(http: httpx2.AsyncClient, logs: str, token: str, stop: asyncio.Event) -> list[str]:
    """Until it is dry after the stop; it waits as it is told to when it asks too often."""
    address, found = f"{logs}?since=2018-01-01&limit=1000", []
    while True:
        is_last = stop.is_set()
        page = await http.get(address, headers={"Authorization": f"SSWS {token}"})
        if page.status_code == 429:
            await asyncio.sleep(5)
            continue
        assert page.status_code == 200, page.text
        events: list[dict[str, Any]] = page.json()
        found += [event["uuid"] for event in events]
        address = page.links["next"]["url"]
        if not events:
            assert page.links["self"] == {"url": address, "rel": "self"}
            if is_last:
                return found
            await asyncio.sleep(PAUSE)
