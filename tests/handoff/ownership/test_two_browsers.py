"""Two advisers in two browsers: who claims first, who looks, who writes, and the menus in every look."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.db import Database
from bot.models import Conversation
from tests.handoff.browsing import SOON, TOO_SMALL, TOO_WIDE, WIDE, assert_accessible_in_every_look
from tests.handoff.world import PASSWORD, World

pytestmark = pytest.mark.browser

_BOX = "() => JSON.stringify(document.querySelector('#desk-head').getBoundingClientRect())"


@pytest.fixture
def peters(browser: Browser, address: str) -> Iterator[Page]:
    """Peter's own browser."""
    context = browser.new_context(base_url=address, viewport=WIDE, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto("/login")
    page.fill("#email", "peter@solgaarden.example")
    page.fill("#password", PASSWORD)
    page.click("button:has-text('Log ind')")
    page.wait_for_url("**/inbox**")
    yield page
    context.close()


def test_of_two_who_claim_at_the_same_moment_one_wins_and_the_other_sees_who_and_keeps_the_draft(
    page: Page, peters: Page, world: World, said: list[str]
):
    both = {"Mette": page, "Peter": peters}
    for name, each in both.items():
        each.goto(f"/inbox/{world.hodan}")
        each.fill("#text", f"Hej, det er {name}")
    for each in both.values():  # both buttons are pressed before either answer is there
        each.evaluate("() => setTimeout(() => document.querySelector('.head-actions form .button').click())")
    for each in both.values():
        each.wait_for_selector(".who .standing:text-matches('(Du|Mette|Peter) har samtalen')")

    winners = [name for name, each in both.items() if each.locator(".standing").inner_text() == "Du har samtalen"]
    assert len(winners) == 1, winners
    loser = both.pop("Peter" if winners == ["Mette"] else "Mette")
    expect(loser.locator(".standing")).to_have_text(f"{winners[0]} har samtalen")
    expect(loser.locator("#text")).to_have_value(f"Hej, det er {'Peter' if winners == ['Mette'] else 'Mette'}")
    expect(loser.locator(".marker").last).to_contain_text(f"{winners[0]} tog samtalen")
    said[:] = [line for line in said if "409" not in line]  # the browser's own word for a claim that came second


def test_who_looks_and_who_writes_is_shown_and_nothing_moves(page: Page, peters: Page, world: World):
    page.goto(f"/inbox/{world.line}")
    before = page.evaluate(_BOX)
    peters.goto(f"/inbox/{world.line}")
    expect(page.locator("#presence")).to_have_text("Peter kigger med", timeout=SOON * 2)
    assert page.evaluate(_BOX) == before
    page.locator("#text").press_sequentially("Hej")
    expect(peters.locator("#presence")).to_have_text("Mette skriver …", timeout=SOON * 2)
    peters.goto("/inbox")
    expect(page.locator("#presence")).to_have_text("", timeout=SOON * 2)
    assert page.evaluate(_BOX) == before


def test_given_to_a_colleague_it_is_theirs_in_both_browsers(page: Page, peters: Page, world: World):
    page.goto(f"/inbox/{world.line}")
    peters.goto(f"/inbox/{world.line}")
    page.get_by_text("Giv videre", exact=True).first.click()
    page.select_option("#hand-to", label="Peter Nygaard")
    page.fill("#hand-word", "hun har fri efter kl. 12")
    page.click("button:has-text('Giv samtalen videre')")
    expect(page.locator(".standing")).to_have_text("Peter har samtalen")
    expect(peters.locator(".standing")).to_have_text("Du har samtalen", timeout=SOON)
    expect(peters.locator(".note").last).to_contain_text("hun har fri efter kl. 12")


def test_the_menus_are_accessible_and_fit_a_small_phone(page: Page, world: World, sqlite_db: Database):
    with sqlite_db.write() as session:
        session.get_one(Conversation, world.line).verified = True
    page.goto(f"/inbox/{world.line}")
    page.locator(".hand-on > summary").click()
    assert_accessible_in_every_look(page, "hand-on")
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate(TOO_WIDE) == []
    assert page.evaluate(TOO_SMALL) == []
    page.goto(f"/inbox/{world.kirsten}")
    page.locator(".head-actions summary").click()
    assert page.evaluate(TOO_WIDE) == []
    assert_accessible_in_every_look(page, "take-over")
