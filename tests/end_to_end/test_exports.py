"""Events leave the log as a file, by a real browser and through the real web server."""

from __future__ import annotations

import hashlib
import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.lockstep import Lockstep

pytestmark = [pytest.mark.end_to_end, pytest.mark.xdist_group("end_to_end")]

USER = "urn:ietf:params:scim:schemas:core:2.0:User"


def test_what_was_counted_is_what_is_downloaded(page: Page, running: Lockstep) -> None:
    word = f"u{uuid.uuid4().hex}"
    running.send("POST", "Users", {"schemas": [USER], "userName": word})
    page.goto(running.first["dashboard"] + "log/exports/new")

    page.get_by_label("Filter").fill(
        f'eventType eq "user.lifecycle.create" and target.alternateId eq "{word}"'
    )
    expect(page.get_by_role("button", name="Export 1", exact=True)).to_be_visible(timeout=15_000)
    page.get_by_label("Format").select_option("jsonl")
    page.get_by_role("button", name="Export 1", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()

    content = download.value.path().read_bytes()
    assert word in content.decode()
    assert content.count(b"\n") == 1
    expect(page.locator("code.copyable")).to_have_text(hashlib.sha256(content).hexdigest())
