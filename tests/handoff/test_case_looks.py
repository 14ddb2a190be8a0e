"""The case edited in place, in a real browser: looks, accessibility, the hand's way in and out, what is live."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from bot.db import Database
from bot.models import Conversation
from bot.thread import add_marker
from tests.handoff.browsing import SOON, assert_fits_a_phone, looks, violations
from tests.handoff.world import NOW, World

pytestmark = pytest.mark.browser


def test_the_form_in_the_case_looks_as_it_should_and_fits_a_phone(page: Page, world: World):
    page.goto(f"/inbox/{world.line}/edit?what=fact-lives_on")
    faults = {look: violations(page) for look in looks(page, "case-edit")}
    assert not any(faults.values()), json.dumps({k: v for k, v in faults.items() if v}, indent=1, ensure_ascii=False)
    assert_fits_a_phone(page)


def test_the_hand_goes_into_the_form_and_back_and_what_is_live_leaves_it_alone(
    page: Page, world: World, sqlite_db: Database
):
    page.goto(f"/inbox/{world.line}")
    page.click("a.edit:has-text('Ret børn'), a.edit[href*='fact-household']")
    expect(page.locator("#edit-adults")).to_be_focused()
    page.fill("#edit-children", "3")
    with sqlite_db.write() as session:
        add_marker(session, session.get_one(Conversation, world.line), "recognised", NOW)
    expect(page.locator(".marker", has_text="genkendt")).to_be_visible(timeout=SOON)
    expect(page.locator("#edit-children")).to_have_value("3")
    page.keyboard.press("Escape")
    expect(page.locator("#case-form")).to_have_count(0)
    expect(page.locator("a.edit[href*='fact-household']")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#edit-adults")).to_be_focused()  # else the hand would be moved while it writes
    page.fill("#edit-children", "3")
    page.click("#case-form button:has-text('Gem')")
    expect(page.locator(".facts", has_text="3 børn")).to_be_visible()
    expect(page.locator("#case-form")).to_have_count(0)
