"""Correcting what was heard, in a real browser: with scripts and without, by keyboard, wide and narrow."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from bot.db import Database
from bot.models import Conversation, Correction, Message
from handoff.corrections import correct
from handoff.handoffs import Acting
from tests.handoff.browsing import PHONE, SOON, TOO_SMALL, TOO_WIDE, looks, picture, violations
from tests.handoff.world import NOW, PASSWORD, World

pytestmark = pytest.mark.browser


@pytest.fixture
def asked(sqlite_db: Database) -> int:
    """Line's message in which two things were heard."""
    with sqlite_db.read() as session:
        return session.scalars(select(Message.id).where(Message.body.startswith("min veninde"))).one()


def kept(db: Database, message_id: int) -> list[list[str]]:
    with db.read() as session:
        wanted = select(Correction.intents).where(Correction.message_id == message_id).order_by(Correction.id)
        return list(session.scalars(wanted))


def row_of(page: Page, message_id: int) -> Locator:
    return page.locator(f"#m-{message_id} .heard")


def open_editor(page: Page, world: World, message_id: int) -> Locator:
    page.goto(f"/inbox/{world.line}")
    row_of(page, message_id).locator(".correct").click()
    expect(page.locator("#correction-title")).to_be_focused()
    return page.locator("#correction")


def tick(editor: Locator, words: str) -> None:
    editor.get_by_role("checkbox", name=words, exact=True).check()


def test_what_was_heard_is_corrected_in_place_and_the_hand_is_back_at_the_message(
    page: Page, world: World, asked: int, sqlite_db: Database
):
    page.goto(f"/inbox/{world.line}")
    page.evaluate("window.stillTheSamePage = true")
    page.fill("#text", "en kladde")
    row_of(page, asked).locator(".correct").click()
    editor = page.locator("#correction")
    expect(page.locator(f"#m-{asked} .bubble")).to_be_in_viewport(ratio=1)
    expect(editor.get_by_role("checkbox", checked=True)).to_have_count(2)
    tick(editor, "takker")
    editor.get_by_role("checkbox", name="spørger om enkeltydelse").uncheck()
    editor.get_by_role("button", name="Gem rettelsen").click()
    expect(row_of(page, asked)).to_contain_text("rettet af Mette")
    expect(row_of(page, asked).locator(".heard-chip")).to_have_text(["vil tale med et menneske", "takker"])
    expect(row_of(page, asked).locator(".correct")).to_be_focused()
    expect(editor).to_have_count(0)
    expect(page.locator("#text")).to_have_value("en kladde")
    assert page.evaluate("window.stillTheSamePage")
    picture(page, "corrected")
    row_of(page, asked).locator(".correct").click()
    expect(editor.locator(".correction-history li")).to_have_text(
        [
            "Botten hørte: spørger om enkeltydelse, vil tale med et menneske",
            "Mette Lind, i dag 10.42: vil tale med et menneske, takker",
        ]
    )
    assert kept(sqlite_db, asked) == [["ask_human", "thank"]]


def test_what_stands_alone_takes_the_other_ticks_away(page: Page, world: World, asked: int):
    editor = open_editor(page, world, asked)
    tick(editor, "noget andet (står alene)")
    expect(editor.get_by_role("checkbox", checked=True)).to_have_count(1)
    tick(editor, "takker")
    expect(editor.get_by_role("checkbox", checked=True)).to_have_count(1)
    expect(editor.get_by_role("checkbox", name="takker")).to_be_checked()


def test_it_is_done_with_the_keyboard_alone(page: Page, world: World, asked: int, sqlite_db: Database):
    page.goto(f"/inbox/{world.line}")
    row_of(page, asked).locator(".correct").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#correction-title")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # the first on the list: a greeting
    page.keyboard.press("Enter")
    expect(row_of(page, asked)).to_contain_text("rettet af Mette")
    expect(row_of(page, asked).locator(".correct")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#correction-title")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator("#correction")).to_have_count(0)
    expect(row_of(page, asked).locator(".correct")).to_be_focused()
    assert kept(sqlite_db, asked) == [["ask_enkeltydelse", "ask_human", "greet"]]


def test_what_comes_in_meanwhile_leaves_the_open_editor_and_its_ticks_alone(
    page: Page, world: World, asked: int, sqlite_db: Database
):
    """The colleague's correction is seen; saving then makes ours the newest, and both are kept."""
    editor = open_editor(page, world, asked)
    tick(editor, "har det svært")
    with sqlite_db.write() as session:
        organisation = session.get_one(Conversation, world.line).organisation_id
        peter = Acting(world.peter, "Peter Nygaard", frozenset({organisation}))
        correct(session, peter, world.line, asked, ["greet"], NOW)
    expect(row_of(page, asked)).to_contain_text("rettet af Peter", timeout=SOON)
    expect(editor.get_by_role("checkbox", checked=True)).to_have_count(3)
    expect(editor.get_by_role("checkbox", name="hilser")).not_to_be_checked()
    editor.get_by_role("button", name="Gem rettelsen").click()
    expect(row_of(page, asked)).to_contain_text("rettet af Mette")
    assert [set(intents) for intents in kept(sqlite_db, asked)] == [
        {"greet"},
        {"ask_enkeltydelse", "ask_human", "distress"},
    ]


def test_without_a_tick_it_says_so_and_the_editor_stays(page: Page, world: World, asked: int, said: list[str]):
    editor = open_editor(page, world, asked)
    for box in editor.get_by_role("checkbox", checked=True).all()[::-1]:
        box.uncheck()
    editor.get_by_role("button", name="Gem rettelsen").click()
    expect(editor.get_by_role("alert")).to_contain_text("Sæt mindst ét hak")
    expect(page.locator("#correction-title")).to_be_focused()
    assert violations(page) == []
    said[:] = [line for line in said if "422" not in line]  # the browser notes every such answer


def test_the_editor_has_no_accessibility_fault_wide_or_narrow_light_or_dark(page: Page, world: World, asked: int):
    open_editor(page, world, asked)
    faults = {}
    for look in looks(page, "correction", ready=page.locator(f"#m-{asked}").scroll_into_view_if_needed):
        faults[look] = violations(page)
        assert page.evaluate("document.scrollingElement.scrollHeight <= innerHeight"), "the page itself scrolls"
    assert not any(faults.values()), json.dumps(faults, indent=1, ensure_ascii=False)


def test_on_a_phone_it_fits_and_can_be_touched(page: Page, world: World, asked: int):
    page.set_viewport_size(PHONE)
    editor = open_editor(page, world, asked)
    assert page.evaluate(TOO_SMALL) == []
    assert editor.locator("label").evaluate_all("all => all.filter(one => one.clientHeight < 44)") == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(TOO_WIDE) == []


def test_without_scripts_it_is_a_form(browser: Browser, address: str, world: World, asked: int, sqlite_db: Database):
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/inbox/{world.line}")
    page.fill("#email", "mette@solgaarden.example")
    page.fill("#password", PASSWORD)
    page.click("button:has-text('Log ind')")
    row_of(page, asked).locator(".correct").click()
    expect(page.locator(f"#m-{asked}")).to_be_in_viewport()
    tick(page.locator("#correction"), "noget andet (står alene)")
    page.click("button:has-text('Gem rettelsen')")
    expect(page.locator("#correction .problem")).to_contain_text("Noget andet står alene.")
    expect(page.locator("#correction").get_by_role("checkbox", checked=True)).to_have_count(3)
    for name in ("spørger om enkeltydelse", "vil tale med et menneske"):
        page.locator("#correction").get_by_role("checkbox", name=name).uncheck()
    page.click("button:has-text('Gem rettelsen')")
    expect(row_of(page, asked)).to_contain_text("noget andet rettet af Mette")
    assert kept(sqlite_db, asked) == [["out_of_scope"]]
    context.close()
