"""The calculator in a real browser: with scripts and without, wide and narrow, light and dark."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from bot.db import Database
from tests.handoff.browsing import PHONE, SIZES, TOO_SMALL, TOO_WIDE, looks, picture, violations
from tests.handoff.test_calculator import charge, page_of, tell
from tests.handoff.world import PASSWORD, World

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _known(world: World, sqlite_db: Database) -> None:
    charge(sqlite_db, world.line, 750_000)
    tell(sqlite_db, world.line, adults=1, area_m2=90)


def work_out(page: Page) -> None:
    page.get_by_role("button", name="Regn ud").click()
    expect(page.locator("#calculator-result")).to_be_focused()


def test_it_opens_beside_the_conversation_and_the_draft_stays(page: Page, world: World):
    page.goto(f"/inbox/{world.line}")
    page.evaluate("window.stillTheSamePage = true")
    page.fill("#text", "en kladde")
    page.get_by_role("link", name="Regn boligstøtte ud").click()
    expect(page.locator("#calculator-title")).to_be_focused()
    expect(page.locator("#thread")).to_be_visible()
    expect(page.locator("#calculator-children")).to_have_value("2")
    page.locator("#calculator-income").fill("22.500")
    picture(page, "calculator-open")
    work_out(page)
    expect(page.locator("#calculator-result")).to_contain_text("Ca. 3.")
    expect(page.locator("#calculator-income")).to_have_value("22.500")
    picture(page, "calculator-result")
    page.get_by_role("link", name="Luk beregningen").click()
    expect(page.locator("#calculator-open")).to_be_focused()
    expect(page.locator("#text")).to_have_value("en kladde")
    assert page.evaluate("window.stillTheSamePage")


def test_what_is_live_leaves_what_was_typed_alone(page: Page, world: World):
    page.goto(page_of(world.line))
    page.locator("#calculator-income").fill("22.500")
    with page.expect_response("**/live?**"):
        page.evaluate("htmx.trigger('#desk > [data-live]', 'sse:conversation-%d')" % world.line)  # noqa: UP031 - braces
    expect(page.locator("#calculator-income")).to_have_value("22.500")


def test_what_cannot_be_read_is_said_where_the_eye_is(page: Page, world: World, said: list[str]):
    page.goto(page_of(world.line))
    page.locator("#calculator-income").fill("meget")
    page.get_by_role("button", name="Regn ud").click()
    expect(page.get_by_role("alert").filter(has_text="indkomsten")).to_be_focused()
    said[:] = [line for line in said if "422" not in line]  # the browser notes every such answer


def test_escape_closes_it(page: Page, world: World):
    page.goto(page_of(world.line))
    page.locator("#calculator-income").press("Escape")
    expect(page.locator("#calculator")).to_have_count(0)


def test_it_has_no_accessibility_fault_wide_or_narrow_light_or_dark(page: Page, world: World):
    page.goto(page_of(world.line))
    page.get_by_label("Børnene bor også et andet sted").check()
    work_out(page)
    page.locator(".worked-out summary").click()
    faults = {}
    for look in looks(page, "calculator", {**SIZES, "middle": ViewportSize(width=1000, height=800)}):
        faults[look] = violations(page)
        assert page.evaluate("document.scrollingElement.scrollHeight <= innerHeight"), "the page itself scrolls"
    assert not any(faults.values()), json.dumps(faults, indent=1, ensure_ascii=False)


def test_on_a_phone_it_takes_the_place_of_the_conversation_and_can_be_touched(page: Page, world: World):
    page.set_viewport_size(PHONE)
    page.goto(f"/inbox/{world.line}")
    page.get_by_role("button", name="Sag", exact=True).click()
    page.get_by_role("link", name="Regn boligstøtte ud").click()
    expect(page.locator("#calculator-title")).to_be_focused()
    expect(page.locator("#thread")).to_be_hidden()
    work_out(page)
    expect(page.locator("#calculator-result")).to_be_in_viewport(ratio=1)
    assert page.evaluate(TOO_SMALL) == []
    labels = page.locator("#calculator .choice")
    assert labels.evaluate_all("all => all.filter(one => one.clientHeight < 44)") == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(TOO_WIDE) == []
    page.get_by_role("link", name="Luk beregningen").click()
    expect(page.locator("#thread")).to_be_visible()


def test_without_scripts_it_is_a_form(browser: Browser, address: str, world: World):
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(page_of(world.line))
    page.fill("#email", "mette@solgaarden.example")
    page.fill("#password", PASSWORD)
    page.click("button:has-text('Log ind')")
    page.click("button:has-text('Regn ud')")
    expect(page.locator("#calculator-result")).to_contain_text("om måneden i boligsikring")
    page.get_by_role("link", name="Luk beregningen").click()
    expect(page.locator("#thread")).to_be_visible()
    context.close()
