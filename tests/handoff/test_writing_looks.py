"""Writing as a person does it in a browser: what the script adds, how it looks, and that nothing typed is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from bot.db import Database
from bot.models import CannedReply
from tests.handoff.browsing import PHONE, assert_accessible_in_every_look, assert_fits_a_phone, violations
from tests.handoff.world import NOW, World

pytestmark = pytest.mark.browser


@pytest.fixture
def replies(sqlite_db: Database, sol: int) -> None:
    with sqlite_db.write() as session:
        for name, body in (("Jeg ringer", "Hej {name}. Jeg ringer i dag."), ("Beløbet", "Du mangler {arrears}.")):
            session.add(CannedReply(organisation_id=sol, name=name, body=body, at=NOW))


def test_a_canned_reply_is_found_by_the_keyboard_and_stands_in_the_field(page: Page, world: World, replies: None):
    page.goto(f"/inbox/{world.line}")
    page.locator("#text").press_sequentially("#")
    options = page.locator(".reply-menu [role=option]")
    expect(options).to_have_count(2)
    expect(options.first).to_have_attribute("aria-disabled", "true")  # the amount, and nobody is recognised
    page.keyboard.type("ringer")
    expect(page.locator(".reply-menu [aria-selected=true]")).to_contain_text("Hej Line. Jeg ringer i dag.")
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_have_value("Hej Line. Jeg ringer i dag.")
    expect(page.locator("#text")).to_be_focused()
    page.locator("#text").press_sequentially(" #")
    page.keyboard.press("Escape")
    expect(page.locator(".reply-menu")).to_have_count(0)


def test_the_canned_replies_obey_the_keys_before_the_server_has_answered(page: Page, world: World, replies: None):
    held: list[Route] = []
    page.route("**/inbox/*/replies*", lambda route: route.continue_() if held else held.append(route))
    page.goto(f"/inbox/{world.line}")
    page.locator("#text").press_sequentially("#")
    expect(page.locator(".reply-menu")).to_contain_text("Henter jeres faste svar")
    page.keyboard.press("Escape")
    expect(page.locator(".reply-menu")).to_have_count(0)
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.type("#ringer")
    expect(page.locator("#text")).to_have_value("")
    expect(page.locator(".reply-menu [aria-selected=true]")).to_contain_text("Hej Line. Jeg ringer i dag.")
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_have_value("Hej Line. Jeg ringer i dag.")


def test_what_is_begun_is_there_after_the_page_is_loaded_again_and_gone_when_sent(page: Page, world: World):
    page.goto(f"/inbox/{world.line}")
    with page.expect_response("**/draft*"):
        page.locator("#text").press_sequentially("Se borger.dk")
    expect(page.locator("[data-signs] li")).to_contain_text("Et link: borger.dk")
    page.reload()
    expect(page.locator("#text")).to_have_value("Se borger.dk")
    page.locator("#text").fill("Jeg ringer kl. 13")
    page.click("[data-send]")
    expect(page.locator(".from-adviser .bubble").last).to_have_text("Jeg ringer kl. 13", timeout=20_000)
    expect(page.locator("#text")).to_have_value("")
    page.reload()
    expect(page.locator("#text")).to_have_value("")


def test_what_was_written_before_the_claim_stands_in_the_field_as_soon_as_it_may_be_sent(page: Page, world: World):
    page.goto(f"/inbox/{world.hodan}")
    page.evaluate("htmx.config.defaultSettleDelay = 4000")  # so long a slow machine takes to settle what it has drawn
    page.evaluate("""() => document.addEventListener("htmx:afterSwap", () => {
        const field = document.getElementById("text");
        if (document.querySelector("[data-send]")) document.body.dataset.seen = field.value;
    })""")
    claims: list[Route] = []
    page.route("**/claim*", lambda route: claims.append(route))
    with page.expect_request("**/claim*"):
        page.get_by_role("button", name="Tag samtalen").first.click()
    page.fill("#text", "Jeg ringer kl. 13")
    claims[0].continue_()
    expect(page.locator("body")).to_have_attribute("data-seen", "Jeg ringer kl. 13")


def test_a_page_that_was_written_before_the_draft_was_saved_does_not_empty_the_field(page: Page, world: World):
    held: list[tuple[Route, APIResponse]] = []
    page.goto(f"/inbox/{world.hodan}")
    page.route("**/claim*", lambda route: held.append((route, route.fetch(max_redirects=0))))
    with page.expect_request("**/claim*"):
        page.get_by_role("button", name="Tag samtalen").first.click()
    with page.expect_response("**/draft*"):
        page.fill("#text", "Jeg ringer kl. 13")
    [(claim, written_before)] = held
    claim.fulfill(response=written_before)
    expect(page.locator("[data-send]")).to_be_visible()
    expect(page.locator("#text")).to_have_value("Jeg ringer kl. 13")


def test_a_colleague_is_completed_in_a_note(page: Page, world: World):
    page.goto(f"/inbox/{world.line}?compose=note")
    page.locator("#note").press_sequentially("Kig her, @pe")
    expect(page.locator(".name-menu [role=option]")).to_have_text("Peter")
    page.keyboard.press("Enter")
    expect(page.locator("#note")).to_have_value("Kig her, @Peter ")
    page.click("text=Gem noten")
    expect(page.locator(".named")).to_have_text("@Peter", timeout=20_000)


def test_sending_later_tells_when_and_the_page_is_for_everybody(page: Page, world: World, replies: None):
    page.goto(f"/inbox/{world.line}")
    page.fill("#text", "Husk brevet")
    page.click(".later summary")
    page.fill("#later-day", "2026-12-03")
    page.fill("#later-clock", "22:00")
    expect(page.locator("[data-later-words]")).to_contain_text("Går fredag d. 4. december kl. 8.00")
    assert_accessible_in_every_look(page, "later")
    page.set_viewport_size(PHONE)
    page.click(".later button")
    expect(page.locator(".bubble.waits")).to_have_text("Husk brevet")
    assert_fits_a_phone(page)


def test_the_pages_of_replies_are_for_everybody_and_fit_a_phone(page: Page, sol: int, replies: None):
    page.goto(f"/admin/{sol}/replies")
    page.fill("#body", "Hej {name}")
    expect(page.locator(".sample")).to_have_text("Hej Amina")
    assert_accessible_in_every_look(page, "replies")
    assert_fits_a_phone(page)
