"""A real browser whose complaints fail the test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

from tests.end_to_end.lockstep import Lockstep
from tests.programs import find

# Without these Chromium looks for services on the network at every start.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def signed_in(running: Lockstep, **context: Any) -> Iterator[Page]:
    """A signed-in administrator; a complaint of the browser, such as a breach of the CSP, fails the test."""
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find("chromium"), args=ARGUMENTS)
        page = browser.new_page(**context)
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        sign_in(page, running)
        yield page
        browser.close()
    assert complaints == []


def sign_in(page: Page, running: Lockstep) -> None:
    page.goto(running.first["dashboard"])
    page.get_by_label("User name").fill(running.first["user"])
    page.get_by_label("Password").fill(running.first["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
