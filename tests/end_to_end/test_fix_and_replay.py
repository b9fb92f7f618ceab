"""Support staff look at what a target has, override one value and end that again, in a real browser."""

from __future__ import annotations

import os
import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.lockstep import Lockstep, eventually
from tests.end_to_end.test_browser import ENTERPRISE, USER

pytestmark = [pytest.mark.end_to_end, pytest.mark.xdist_group("end_to_end")]


def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_a_value_that_a_target_refuses_is_overridden(page: Page, running: Lockstep) -> None:
    login, known = f"{uuid.uuid4().hex}@okta.local", f"Known {uuid.uuid4().hex[:8]}"
    running.change_hr("INSERT INTO departments (name) VALUES (?)", known)
    sent = {"schemas": [USER], "userName": login, ENTERPRISE: {"department": "Nowhere"}}
    running.send("POST", "Users", sent)
    page.goto(running.first["dashboard"] + "failures")
    row = page.get_by_role("row").filter(has_text=login)
    eventually(lambda: page.reload() and row.count())
    shot(page, "failures")

    row.get_by_role("link", name="Preview").click()
    expect(page.get_by_role("cell", name="Nowhere")).to_be_visible()
    shot(page, "preview")
    page.get_by_label("Attribute").select_option("department")
    page.get_by_label("Value").fill(known)
    page.get_by_label("Reason").fill("HR moved them; Okta has it next week")
    page.get_by_label("How long").select_option("7")
    shot(page, "form")
    page.get_by_role("button", name="Override and replay").click()

    expect(page.get_by_text("is overridden, and the replay has begun")).to_be_visible()
    query = "SELECT department FROM employees WHERE login = ?"
    eventually(lambda: running.rows(query, login) == [(known,)])
    page.reload()
    shot(page, "overridden")
    page.set_viewport_size({"width": 390, "height": 844})
    shot(page, "phone")
    page.set_viewport_size({"width": 1400, "height": 900})
    page.get_by_role("link", name=login).first.click()
    page.get_by_role("link", name="Preview").click()
    expect(page.get_by_text("The target has exactly this already")).to_be_visible()
    shot(page, "card")
    page.get_by_role("link", name="which, and why").click()
    page.get_by_role("button", name="End").click()
    expect(page.get_by_text("is ended, and the replay has begun")).to_be_visible()
