"""The explorer of the log in a real browser: what its scripts add to links and forms."""

from __future__ import annotations

import re
import uuid

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.end_to_end.browser import signed_in
from tests.end_to_end.lockstep import Lockstep

pytestmark = [pytest.mark.end_to_end, pytest.mark.xdist_group("end_to_end")]

USER = "urn:ietf:params:scim:schemas:core:2.0:User"


def create(running: Lockstep, login: str | None = None) -> str:
    login = login or f"{uuid.uuid4().hex[:12]}@okta.local"
    running.send("POST", "Users", {"schemas": [USER], "userName": login})
    return login


def rows(page: Page) -> Locator:
    return page.locator(".event-row")


def open_log(page: Page, running: Lockstep, query: str = "") -> None:
    page.goto(f"{running.first['dashboard']}log?{query}")
    expect(page.get_by_role("heading", name="Log", level=1)).to_be_visible()


def test_dragging_over_the_histogram_zooms(page: Page, running: Lockstep) -> None:
    create(running)
    open_log(page, running, "range=24h")
    box = page.locator("[data-zoom]").bounding_box()
    assert box
    y = box["y"] + box["height"] / 2

    page.mouse.move(box["x"] + box["width"] * 0.25, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, y, steps=4)
    page.mouse.up()

    expect(page).to_have_url(re.compile("since=.*until="))
    expect(page.locator(".range summary")).to_contain_text(" to ")
    page.go_back()
    expect(page.locator(".range summary")).to_contain_text("Last 24 hours")


def test_a_click_on_a_value_makes_a_chip_and_the_chip_goes_again(page: Page, running: Lockstep) -> None:
    login = create(running)
    open_log(page, running, f"q={login.partition('@')[0]}")

    row = rows(page).filter(has_text="user.lifecycle.create")
    row.locator("[data-field=eventType]").click()
    page.get_by_role("button", name="Filter for it").click()

    expect(page).to_have_url(re.compile("is=eventType%3Auser.lifecycle.create"))
    expect(page.locator(".chip")).to_contain_text("user.lifecycle.create")
    expect(rows(page)).to_have_count(1)
    page.get_by_role("link", name="Take away Event type").click()
    expect(page.get_by_role("link", name="Take away Event type")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("is="))


def test_a_facet_narrows_without_loading_the_page_anew(page: Page, running: Lockstep) -> None:
    create(running)
    open_log(page, running)
    page.evaluate("window.untouched = true")

    page.locator("#facets").get_by_role("link", name=re.compile("^Success")).first.click()

    expect(page.locator(".chip")).to_contain_text("Success")
    assert page.evaluate("window.untouched")
    expect(page.locator("#log-said")).to_contain_text("event")


def test_the_page_follows_what_happens_and_pauses(page: Page, running: Lockstep) -> None:
    name = uuid.uuid4().hex[:12]
    create(running, f"{name}-1@okta.local")
    open_log(page, running, f"q={name}&is=eventType:user.lifecycle.create")
    expect(rows(page)).to_have_count(1)

    page.locator("#log-live").click()
    expect(page.get_by_role("link", name="Live")).to_be_visible()
    create(running, f"{name}-2@okta.local")
    expect(rows(page)).to_have_count(2, timeout=15_000)
    expect(page.locator(".event-row.fresh")).to_have_count(1)

    page.locator("#log-live").click()
    expect(page).to_have_url(re.compile("live=paused"))
    create(running, f"{name}-3@okta.local")
    expect(page.locator("#log-news")).to_have_text("1 new event", timeout=15_000)
    expect(rows(page)).to_have_count(2)
    page.locator("#log-news").click()
    expect(rows(page)).to_have_count(3)


def test_keys_search_walk_open_and_close(page: Page, running: Lockstep) -> None:
    login = create(running)
    open_log(page, running)

    page.keyboard.press("/")
    page.keyboard.type(login.partition("@")[0])
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("q="))
    expect(page.locator("#log-search")).to_have_value(login.partition("@")[0])
    expect(rows(page).first).to_contain_text(login)
    page.locator("#log-search").blur()
    page.keyboard.press("j")
    page.keyboard.press("Enter")

    opened = page.locator(".opened-row")
    expect(opened).to_contain_text("Same transaction")
    expect(page).to_have_url(re.compile("event="))
    opened.get_by_role("link", name="JSON").click()
    expect(opened).to_contain_text('"eventType"')
    page.keyboard.press("Escape")
    expect(opened).to_have_count(0)
    expect(page).not_to_have_url(re.compile("event="))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_a_filter_is_completed_and_its_mistake_is_shown(page: Page, running: Lockstep) -> None:
    create(running)
    open_log(page, running)
    box = page.locator("#log-search")

    box.press_sequentially("outcome.res")
    page.get_by_role("option", name="outcome.result").click()
    expect(box).to_have_value("outcome.result ")
    box.press_sequentially("eq")
    box.press_sequentially(' "SUC')
    expect(page.get_by_role("option").first).to_contain_text("SUCCESS")
    box.press("Tab")
    expect(box).to_have_value('outcome.result eq "SUCCESS" ')
    box.press("Enter")

    expect(page).to_have_url(re.compile("q=outcome.result"))
    expect(rows(page).first).to_contain_text("Success")
    box.fill('outcome.result eqq "SUCCESS"')
    expect(page.locator(".suggestions mark")).to_have_text("e")


def test_times_are_local_if_asked(running: Lockstep) -> None:
    create(running)
    with signed_in(running, timezone_id="Asia/Tokyo") as page:
        open_log(page, running)

        page.get_by_role("link", name="Local", exact=True).click()

        expect(page).to_have_url(re.compile("zone=Asia%2FTokyo"))
        expect(page.locator(".event-row time").first).to_have_attribute("title", re.compile("JST"))


def test_the_log_fits_a_phone(running: Lockstep) -> None:
    create(running)
    with signed_in(running, viewport={"width": 390, "height": 844}) as page:
        open_log(page, running, "is=outcome.result:SUCCESS&not=severity:ERROR")
        rows(page).first.locator("[data-open]").click()
        expect(page.locator(".opened-row")).to_contain_text("Same transaction")

        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_all_of_it_works_without_scripts(running: Lockstep) -> None:
    login = create(running)
    with signed_in(running, java_script_enabled=False) as page:
        open_log(page, running)

        page.locator("#log-search").fill(login.partition("@")[0])
        page.get_by_role("button", name="Search").click()
        expect(rows(page).filter(has_text="user.lifecycle.create")).to_have_count(1)
        page.locator("#facets").get_by_role("link", name="user.lifecycle.create").first.click()
        expect(rows(page)).to_have_count(1)
        rows(page).locator("[data-open]").click()
        expect(page.locator(".opened-row")).to_contain_text("Same transaction")
        page.get_by_role("link", name="JSON").click()
        expect(page.locator(".opened-row")).to_contain_text('"eventType"')
