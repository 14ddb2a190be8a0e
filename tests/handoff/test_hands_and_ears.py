"""What holds on all pages for who uses a finger, the keyboard alone, or a screen reader, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.handoff.browsing import PHONE, SOON, TOO_SMALL, assert_accessible_in_every_look, assert_fits_a_phone
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.world import World

pytestmark = pytest.mark.browser


def test_a_slash_goes_into_the_search_and_on_a_phone_to_its_page(page: Page, world: World):
    page.goto("/inbox")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.set_viewport_size(PHONE)
    page.goto("/inbox")
    page.keyboard.press("/")
    page.wait_for_url("**/search")


def test_a_hash_opens_the_canned_replies_and_leads_back_from_the_note(page: Page, world: World):
    page.goto(f"/inbox/{world.line}")
    page.locator("#desk-name").focus()
    page.keyboard.press("#")
    expect(page.locator(".reply-menu input")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".reply-menu")).to_have_count(0)
    expect(page.locator("#text")).to_be_focused()
    page.click("[data-tab=note]")
    page.locator("#desk-name").focus()
    page.keyboard.press("#")
    expect(page.locator(".reply-menu input")).to_be_focused(timeout=SOON)


def test_a_colleague_at_the_keyboard_is_not_read_aloud(adviser: AdviserAtWork, world: World):
    """Who looks and writes changes all the time; ticks do too. New words are all that the log reads."""
    shown = adviser.open(world.line).text
    place = shown[shown.index('id="presence"') :].split(">", 1)[0]
    assert "role=" not in place
    assert "aria-live" not in place
    assert 'role="log" aria-relevant="additions"' in shown


def test_what_is_edited_in_place_is_large_enough_for_a_finger(page: Page, world: World):
    page.set_viewport_size(PHONE)
    for path in ("edit?what=task-new", "boligstoette", "?correct=1", "replies"):
        page.goto(f"/inbox/{world.line}/{path}".replace("/?", "?"))
        assert page.evaluate(TOO_SMALL) == [], path
    page.goto(f"/inbox/{world.line}")
    page.click("#case-line button")
    expect(page.locator("#case-body")).to_be_visible()
    assert page.evaluate(TOO_SMALL) == []


def test_the_name_of_the_service_is_not_broken_on_a_small_phone(page: Page, world: World):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/inbox")
    assert page.locator(".brand span").evaluate("name => name.offsetHeight") < 30


def test_a_task_that_is_edited_on_its_page_has_its_headings_in_order(page: Page, world: World):
    page.goto("/tasks?view=all")
    page.goto(page.locator("a.edit").first.get_attribute("href") or "")
    expect(page.locator("#case-form")).to_be_visible()
    assert_accessible_in_every_look(page, "task-edit")
    assert_fits_a_phone(page)


@pytest.mark.parametrize("path", ["/mentions", "/board/method", "/board?period=2026-10", "/nowhere", "/inbox/views"])
def test_the_lesser_pages_can_be_used_by_everybody(page: Page, world: World, said: list[str], path: str):
    page.goto(path)
    assert_accessible_in_every_look(page, path.strip("/").replace("/", "-").partition("?")[0])
    assert_fits_a_phone(page)
    said[:] = [line for line in said if "404" not in line]  # the browser notes every such answer


def test_letters_of_twice_the_size_leave_a_name_whole_on_a_phone(page: Page, world: World):
    page.set_viewport_size(PHONE)
    page.goto(f"/inbox/{world.line}")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    lines = page.locator("#desk-name").evaluate("n => n.offsetHeight / parseFloat(getComputedStyle(n).lineHeight)")
    assert lines <= 2.1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.goto("/inbox")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.locator(".user .avatar").evaluate("n => n.scrollWidth <= n.clientWidth + 1")


def test_in_forced_colours_what_is_unread_and_what_is_open_can_be_seen(page: Page, world: World):
    page.emulate_media(forced_colors="active")
    page.goto(f"/inbox/{world.line}")
    ground = page.locator(".dot").first.evaluate("n => getComputedStyle(n).backgroundColor")
    assert ground == page.evaluate("getComputedStyle(document.body).color")
    edge = page.locator(f"#row-{world.line}").evaluate("n => getComputedStyle(n).outlineStyle")
    assert edge == "solid"


def test_a_phones_bar_says_where_one_is(adviser: AdviserAtWork, world: World):
    for path, name in (("/mentions", "Nævnt"), (f"/inbox/{world.line}/replies", "Svar"), ("/inbox/views", "Visninger")):
        assert f'<span id="rail-now">{name}' in adviser.open(path).text
