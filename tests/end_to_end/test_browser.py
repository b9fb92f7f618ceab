"""Support staff put a failure right in a real browser."""

from __future__ import annotations

import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.lockstep import Lockstep, eventually

pytestmark = [pytest.mark.end_to_end, pytest.mark.xdist_group("end_to_end")]

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def test_a_press_of_replay_puts_a_failure_right(page: Page, running: Lockstep) -> None:
    department, login = f"Dept {uuid.uuid4().hex[:8]}", f"{uuid.uuid4().hex}@okta.local"
    running.send(
        "POST", "Users", {"schemas": [USER], "userName": login, ENTERPRISE: {"department": department}}
    )
    page.goto(running.first["dashboard"] + "failures")
    row = page.get_by_role("row").filter(has_text=login)
    eventually(lambda: page.reload() and row.count())
    expect(row).to_contain_text("the department is not in the table departments")
    running.change_hr("INSERT INTO departments (name) VALUES (?)", department)

    row.get_by_role("button", name="Replay").click()

    expect(row).to_contain_text("In step", timeout=15_000)
    assert running.rows("SELECT department FROM employees WHERE login = ?", login) == [(department,)]


def test_what_failed_for_one_cause_is_replayed_together(page: Page, running: Lockstep) -> None:
    department = f"Dept {uuid.uuid4().hex[:8]}"
    logins = [f"{uuid.uuid4().hex}@okta.local" for _ in range(3)]
    for login in logins:
        running.send(
            "POST", "Users", {"schemas": [USER], "userName": login, ENTERPRISE: {"department": department}}
        )
    page.goto(running.first["dashboard"] + "failures?view=causes")
    cause = page.locator(".cause-row").filter(has_text="the department is not in the table departments")
    eventually(lambda: page.reload() and cause.count())
    eventually(lambda: page.reload() and int(cause.locator(".cause-count").inner_text().split()[0]) >= 3)
    running.change_hr("INSERT INTO departments (name) VALUES (?)", department)

    cause.get_by_role("link", name="Replay").click()
    expect(page.get_by_text("Would be created").first).to_be_visible(timeout=15_000)
    page.get_by_label("Reason").fill("The department is there now.")
    page.get_by_role("button", name="Replay").click()

    expect(page.locator("#job")).to_contain_text("Finished", timeout=30_000)
    expect(page.locator(".job-percent")).to_have_text("100.0 %")
    found = running.rows("SELECT login FROM employees WHERE department = ?", department)
    assert sorted(login for (login,) in found) == sorted(logins)


def test_each_page_opens_from_the_menu(page: Page, running: Lockstep) -> None:
    for name in ("Users", "Groups", "Roles", "Log", "Schema", "Failures"):
        page.get_by_role("navigation").get_by_role("link", name=name).first.click()

        expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
