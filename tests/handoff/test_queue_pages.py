"""The queue in a real browser: keys, menus on a phone, what is narrowed, and that nothing moves when news comes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from bot.db import Database
from bot.models import Conversation, Message, Organisation
from bot.thread import announce
from handoff.filters import PAGE
from tests.handoff.browsing import (
    PHONE,
    SOON,
    WIDE,
    assert_accessible_in_every_look,
    assert_fits_a_phone,
)
from tests.handoff.world import NOW, PASSWORD, Talk, World

pytestmark = pytest.mark.browser

#: What moved without a hand having done it, from now on.
_WATCH = """() => {
  window.moved = [];
  new PerformanceObserver((list) => {
    const of = (source) => (source.node?.parentElement?.outerHTML ?? "").slice(0, 200);
    for (const entry of list.getEntries()) window.moved.push([entry.value, ...entry.sources.map(of)]);
  }).observe({ type: "layout-shift", buffered: false });
}"""


def test_a_day_of_keys(page: Page, world: World):
    page.goto("/inbox")
    rows = page.locator(".queue-row")
    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#desk-name")).to_have_text("Ahmad Rahimi")
    page.keyboard.press("c")
    expect(page.locator("#desk-head")).to_contain_text("Du har samtalen")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.type("jkcrn?#/")
    expect(page.locator("#text")).to_have_value("jkcrn?#/")
    page.locator("#desk-name").focus()
    page.keyboard.press("n")
    expect(page.locator("#note")).to_be_focused()
    page.locator("#desk-name").focus()
    page.keyboard.press("r")
    expect(page.locator("#text")).to_be_focused()
    page.locator("#desk-name").focus()
    page.keyboard.press("Control+j")
    expect(page.locator("#desk-name")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(f"#row-{world.ahmad}")).to_be_focused()


def test_the_list_of_keys_is_a_dialog_that_can_turn_them_off(page: Page, world: World):
    page.goto("/inbox")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Genveje på tastaturet")
    expect(dialog).to_be_visible()
    assert_accessible_in_every_look(page, "keys")
    page.set_viewport_size(WIDE)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("?")
    page.click("text=Slå genvejene fra")
    expect(page.locator("[data-keyboard=off]")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(dialog).to_be_hidden()
    assert page.evaluate("document.activeElement === document.body")
    page.click(".user summary")
    page.click("text=Genveje på tastaturet")
    expect(dialog).to_be_visible()


def test_on_a_phone_every_folder_is_in_one_menu(page: Page, world: World):
    page.set_viewport_size(PHONE)
    page.goto("/inbox")
    page.click(".rail-button")
    expect(page.locator("#folders a")).to_have_count(10)
    found = Axe().run(page, context="#rail-card", options={"preload": False})  # what lies under it is not read
    assert found.response["violations"] == []
    small = page.locator("#rail-card a").evaluate_all("nodes => nodes.filter(n => n.offsetHeight < 43).length")
    assert small == 0
    assert page.locator("#rail-card").evaluate("card => card.scrollWidth <= card.clientWidth")
    page.click("#folders >> text=Mine")
    expect(page.locator("#queue-title")).to_have_text("Mine")
    expect(page.locator("#rail-now")).to_contain_text("Mine 2")


def test_the_filters_are_a_menu_that_everybody_can_use(page: Page, world: World):
    page.goto("/inbox")
    page.click(".queue-filters summary")
    assert_accessible_in_every_look(page, "filters")
    assert_fits_a_phone(page)
    page.select_option("#filter-language", "en")
    page.get_by_role("button", name="Vis", exact=True).click()
    expect(page.locator(".queue-row")).to_have_count(1)
    assert_accessible_in_every_look(page, "narrowed")
    assert_fits_a_phone(page)
    page.click(".narrowing")
    expect(page.locator(".queue-row")).to_have_count(9)


def test_the_page_of_views_can_be_used_by_everybody(page: Page, world: World):
    page.goto("/inbox?folder=all&language=en")
    page.click(".queue-filters summary")
    page.fill("#view-name", "Engelsk")
    page.click("text=Gem visningen")
    page.click("text=Ret visninger")
    assert_accessible_in_every_look(page, "views")
    assert_fits_a_phone(page)


def test_without_scripts_the_queue_is_narrowed_ordered_and_saved(browser: Browser, address: str, world: World):
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/inbox?folder=all")
    page.fill("#email", "mette@solgaarden.example")
    page.fill("#password", PASSWORD)
    page.click("button:has-text('Log ind')")
    page.click(".queue-filters summary")
    page.select_option("#filter-reason", "eviction")
    page.get_by_role("button", name="Vis", exact=True).click()
    expect(page.locator(".queue-row")).to_have_count(1)
    page.click(".queue-row")
    expect(page.locator("#desk-name")).to_have_text("Ahmad Rahimi")
    expect(page.locator(".queue-row")).to_have_count(1)
    page.click(".queue-order summary")
    page.click(".queue-order >> text=Længst ventetid")
    page.click(".queue-filters summary")
    page.fill("#view-name", "Foged")
    page.click("text=Gem visningen")
    expect(page.locator(".rail-views [aria-current]")).to_have_text("Foged")
    context.close()


def test_nothing_moves_while_news_comes_in_under_the_hand(page: Page, world: World, sqlite_db: Database):
    """A new conversation, a new SMS of the open one, counts, waits and dots: no layout shift at all."""
    page.goto(f"/inbox/{world.line}")
    page.focus("#text")
    page.hover(".queue-row >> nth=1")
    page.evaluate("document.fonts.ready")
    page.evaluate(_WATCH)
    _write(sqlite_db, world.mads, "er du der")
    _hand_over(sqlite_db, "Nye Nanna")
    expect(page.locator("#news")).to_have_text("1 ny, vis den", timeout=SOON)
    expect(page.locator("#folders [aria-current] .count")).to_have_text("10")
    expect(page.locator(f"#row-{world.mads}")).to_contain_text("er du der")
    expect(page.locator(f"#row-{world.mads} .dot")).to_have_count(1)
    _write(sqlite_db, world.line, "endnu et svar")
    expect(page.locator(".sms", has_text="endnu et svar")).to_be_in_viewport(timeout=SOON)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    moved: list[Any] = page.evaluate("window.moved")
    assert moved == []


def test_rows_wait_for_who_writes_beside_them(page: Page, world: World, sqlite_db: Database):
    page.goto(f"/inbox/{world.line}")
    page.focus("#text")
    page.hover("#text")
    before = page.locator(".queue-row").evaluate_all("rows => rows.map(row => row.id)")
    _hand_over(sqlite_db, "Nye Nanna")
    expect(page.locator("#news")).to_be_visible(timeout=SOON)
    assert page.locator(".queue-row").evaluate_all("rows => rows.map(row => row.id)") == before


def test_vis_flere_stays_beside_the_open_conversation(page: Page, world: World, sqlite_db: Database, said: list[str]):
    for number in range(PAGE):
        _hand_over(sqlite_db, f"Beboer {number}", days=9)
    page.goto("/inbox")
    page.click(f"#row-{world.ahmad}")
    expect(page.locator("#desk-name")).to_have_text("Ahmad Rahimi")
    page.click("text=Vis flere")
    expect(page.locator(".queue-row")).to_have_count(PAGE + 9)
    expect(page.locator("#desk-name")).to_have_text("Ahmad Rahimi")
    expect(page.locator(".queue-row").nth(PAGE)).to_be_in_viewport()
    said[:] = [line for line in said if not line.startswith("htmx:")]  # what was live was asked for as one left


def _write(db: Database, conversation_id: int, text: str) -> None:
    with db.write() as session:
        conversation = session.get_one(Conversation, conversation_id)
        session.add(
            Message(
                conversation_id=conversation_id,
                direction="in",
                author="resident",
                body=text,
                status="processed",
                at=NOW,
            )
        )
        conversation.waiting_since = conversation.waiting_since or NOW - timedelta(minutes=61)
        conversation.last_message_at = NOW
        session.flush()
        announce(session, conversation, "message", NOW)


def _hand_over(db: Database, name: str, days: int = 0) -> None:
    with db.write() as session:
        organisation = session.scalars(select(Organisation).where(Organisation.slug == "solgaarden")).one()
        Talk(session, organisation, name, days=days).says("hej", NOW).handed_over("ask_human", NOW)
