"""The pages in a real browser: looks, accessibility, what is live."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from bot import sms
from bot.db import Database
from bot.models import Consent, Conversation, Message, Organisation
from handoff.handoffs import Acting, claim
from tests.handoff.browsing import PHONE, SOON, TOO_SMALL, TOO_WIDE, looks, picture, violations
from tests.handoff.world import NOW, PASSWORD, Talk, World, add_crisis

pytestmark = pytest.mark.browser


def show(page: Page, name: str, world: World, db: Database) -> None:
    """Go to one of the pages that are looked at."""
    match name:
        case "login":
            page.goto("about:blank")  # an open inbox would notice that its session is gone
            page.context.clear_cookies()
            page.goto("/login")
        case "queue":
            page.goto("/inbox")
        case "thread":
            page.goto(f"/inbox/{world.line}")
        case "unknown":
            page.goto(f"/inbox/{world.unknown}?folder=unknown")
        case "crisis":
            page.goto(f"/inbox/{add_crisis(db)}")
        case "empty":
            _let_nobody_wait(db)
            page.goto("/inbox")
        case "opted-out" | "taken-off":
            (_opt_out if name == "opted-out" else _take_number_off)(db, world.line)
            page.goto(f"/inbox/{world.line}")


def _take_number_off(db: Database, conversation_id: int) -> None:
    with db.write() as session:
        case = session.get_one(Conversation, conversation_id).case
        assert case is not None
        case.number_taken_off = True


def _let_nobody_wait(db: Database) -> None:
    with db.write() as session:
        for conversation in session.scalars(select(Conversation)):
            conversation.held_by, conversation.waiting_since, conversation.priority = "bot", None, "normal"


def _opt_out(db: Database, conversation_id: int) -> None:
    with db.write() as session:
        phone = session.get_one(Conversation, conversation_id).phone
        session.add(Consent(phone=phone, opted_out=True, at=NOW))


PAGES = ["login", "queue", "thread", "unknown", "crisis", "empty", "opted-out", "taken-off"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_accessibility_fault_wide_or_narrow_light_or_dark(
    page: Page, world: World, sqlite_db: Database, name: str
):
    show(page, name, world, sqlite_db)
    faults = {look: violations(page) for look in looks(page, name)}
    assert not any(faults.values()), json.dumps(faults, indent=1, ensure_ascii=False)


@pytest.mark.parametrize("name", PAGES)
def test_nothing_scrolls_sideways_at_320_pixels(page: Page, world: World, sqlite_db: Database, name: str):
    show(page, name, world, sqlite_db)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    wide = page.evaluate(TOO_WIDE)
    assert wide == []


def test_the_drawer_and_the_menus_have_no_accessibility_fault(page: Page, world: World):
    page.set_viewport_size(PHONE)
    page.goto(f"/inbox/{world.line}")
    page.click("button:has-text('Sag')")
    expect(page.locator("#case-body")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#case-body")).to_be_hidden()
    page.click("summary:has-text('Afslut')")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("text=Hvordan endte det?")).to_be_hidden()


def test_what_is_touched_is_44_pixels_high(page: Page, world: World):
    page.set_viewport_size(PHONE)
    for path in ("/inbox", f"/inbox/{world.line}"):
        page.goto(path)
        small = page.evaluate(TOO_SMALL)
        assert small == []


def test_a_new_conversation_comes_in_without_a_reload(page: Page, world: World, sqlite_db: Database):
    page.goto("/inbox")
    page.evaluate("window.stillTheSamePage = true")
    with sqlite_db.write() as session:
        organisation = session.scalars(select(Organisation).where(Organisation.slug == "solgaarden")).one()
        talk = Talk(session, organisation, "Nye Nanna", days=0).says("jeg vil tale med et menneske", NOW, "ask_human")
        talk.handed_over("ask_human", NOW, "high")
        conversation = talk.id
    expect(page.locator(f"#row-{conversation}")).to_contain_text("Nye Nanna", timeout=SOON)
    expect(page.locator("#folders [aria-current] .count")).to_have_text("10")
    expect(page.locator("#empty")).to_contain_text("10 beboere venter på svar")
    assert page.evaluate("window.stillTheSamePage")


def test_rows_do_not_move_under_the_hand_and_new_ones_are_announced(page: Page, world: World, sqlite_db: Database):
    page.goto("/inbox")
    page.hover(f"#row-{world.line}")
    before = page.locator(".queue-row").evaluate_all("rows => rows.map(row => row.id)")
    crisis = add_crisis(sqlite_db)
    expect(page.locator("#news")).to_have_text("1 ny, vis den", timeout=SOON)
    assert page.locator(".queue-row").evaluate_all("rows => rows.map(row => row.id)") == before
    expect(page.locator("#folders [aria-current] .count")).to_have_text("10")
    picture(page, "news")
    page.click("#news")
    expect(page.locator(".queue-row").first).to_have_id(f"row-{crisis}")
    expect(page.locator("#news")).to_be_hidden()


def test_a_crisis_raises_a_band_and_steals_no_focus(page: Page, world: World, sqlite_db: Database):
    page.goto(f"/inbox/{world.line}")
    page.focus("#text")
    page.keyboard.type("Hej L")
    crisis = add_crisis(sqlite_db)
    expect(page.locator(".band")).to_contain_text("Krise: Jens-Ole Kristiansen", timeout=SOON)
    page.keyboard.type("ine")
    expect(page.locator(".sms").last).to_be_in_viewport(ratio=1)
    expect(page.locator("#text")).to_have_value("Hej Line")
    page.click("text=Jeg tager den")
    page.wait_for_url(f"**/inbox/{crisis}**")
    expect(page.locator(".band")).to_have_count(0)
    expect(page.locator(".standing")).to_have_text("Du har samtalen")


def test_a_reply_is_sent_once_and_its_ticks_change_in_place(page: Page, world: World, sqlite_db: Database):
    page.goto(f"/inbox/{world.line}")
    page.fill("#text", "Jeg ringer kl. 13. Hilsen Mette")
    expect(page.locator("[data-count]")).to_have_text("31 af 160 · 1 SMS")
    page.dblclick("[data-send]")
    bubble = page.locator(".sms", has_text="Jeg ringer kl. 13.")
    expect(bubble).to_contain_text("Sendes om lidt · 1 SMS")
    expect(page.locator("#text")).to_have_value("")
    with sqlite_db.write() as session:
        conversation = session.get_one(Conversation, world.line)
        message = session.scalars(select(Message).where(Message.body.startswith("Jeg ringer"))).one()
        message.status = "delivered"
        _announce(session, conversation)
    expect(bubble).to_contain_text("Leveret · 1 SMS", timeout=SOON)


def test_what_the_resident_writes_comes_into_the_open_thread(page: Page, world: World, sqlite_db: Database):
    page.goto(f"/inbox/{world.line}")
    page.fill("#text", "en kladde")
    _let_line_write(sqlite_db, world, "her er et svar")
    expect(page.locator(".sms", has_text="her er et svar")).to_be_in_viewport(timeout=SOON)
    expect(page.locator("#text")).to_have_value("en kladde")


def test_the_thread_stays_where_it_is_read_and_tells_of_new_messages(page: Page, world: World, sqlite_db: Database):
    page.set_viewport_size({"width": 1440, "height": 560})
    page.goto(f"/inbox/{world.line}")
    page.evaluate("document.getElementById('thread-scroll').scrollTo(0, 0)")
    _let_line_write(sqlite_db, world, "er du der")
    expect(page.locator("#new-below")).to_have_text("1 ny besked", timeout=SOON)
    assert page.evaluate("document.getElementById('thread-scroll').scrollTop") == 0
    page.click("#new-below")
    expect(page.locator(".sms", has_text="er du der")).to_be_in_viewport()
    expect(page.locator("#new-below")).to_be_hidden()


def test_when_a_colleague_takes_it_first_the_draft_stays(page: Page, world: World, sqlite_db: Database):
    page.goto(f"/inbox/{world.ahmad}")
    page.fill("#text", "Hello Ahmad")
    with sqlite_db.write() as session:
        organisation_id = session.get_one(Conversation, world.ahmad).organisation_id
        claim(session, Acting(world.peter, "Peter Nygaard", frozenset({organisation_id})), world.ahmad, NOW)
    expect(page.locator("#composer")).to_contain_text("Peter har samtalen. Din kladde bliver stående.", timeout=SOON)
    expect(page.locator("#text")).to_have_value("Hello Ahmad")
    expect(page.locator("#text")).to_be_focused()


def test_each_resident_has_a_draft_of_their_own(page: Page, world: World):
    page.goto(f"/inbox/{world.line}")
    page.fill("#text", "til Line")
    page.click(f"#row-{world.mads}")
    expect(page.locator("#desk-name")).to_have_text("Mads Thygesen")
    expect(page.locator("#text")).to_have_value("")
    page.fill("#text", "til Mads")
    page.click(f"#row-{world.line}")
    expect(page.locator("#text")).to_have_value("til Line")
    expect(page.locator(f"#row-{world.line}")).to_have_attribute("aria-current", "true")
    page.go_back()
    expect(page.locator("#desk-name")).to_have_text("Mads Thygesen")


def test_a_claimed_conversation_is_ready_to_be_written_in(page: Page, world: World):
    page.goto(f"/inbox/{world.ahmad}")
    page.fill("#text", "Hello Ahmad")
    page.click(".composer button:has-text('Tag samtalen')")
    expect(page.locator(".standing")).to_have_text("Du har samtalen")
    expect(page.locator("#text")).to_have_value("Hello Ahmad")
    expect(page.locator("#text")).to_be_focused()


def test_a_refused_reply_says_why_and_keeps_the_draft(page: Page, world: World, said: list[str]):
    page.goto(f"/inbox/{world.line}")
    page.fill("#text", "Dit nummer er 010190-1234")
    page.click("[data-send]")
    expect(page.locator(".problem")).to_contain_text("Der står et CPR-nummer i teksten.")
    expect(page.locator("#text")).to_have_value("Dit nummer er 010190-1234")
    said[:] = [line for line in said if "422" not in line]  # the browser notes every such answer


def test_on_a_phone_one_pane_is_shown_at_a_time_with_the_way_back(page: Page, world: World):
    page.set_viewport_size(PHONE)
    page.goto("/inbox")
    expect(page.locator("#desk")).to_be_hidden()
    page.click(f"#row-{world.line}")
    expect(page.locator("#desk-name")).to_be_focused()
    expect(page.locator("#queue")).to_be_hidden()
    expect(page.locator("#case-line")).to_contain_text("8.450,50")
    page.click("text=Tilbage til køen")
    expect(page.locator("#queue")).to_be_visible()


def test_without_scripts_the_inbox_is_read_and_answered(browser: Browser, address: str, world: World):
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/inbox/{world.line}")
    page.fill("#email", "mette@solgaarden.example")
    page.fill("#password", PASSWORD)
    page.click("button:has-text('Log ind')")
    page.fill("#text", "Skrevet uden scripts")
    page.click("[data-send]")
    assert "Skrevet uden scripts" in page.locator("#thread").inner_text()
    page.click("[data-tab=note]")
    page.fill("#note", "En note uden scripts")
    page.click("button:has-text('Gem noten')")
    assert "En note uden scripts" in page.locator("#thread").inner_text()
    page.click("button:has-text('Gjort')")
    assert "Ring til Line" not in page.locator("#case-body").inner_text()
    page.click("button:has-text('Godkend')")
    assert "godkendt i dag" in page.locator("#case-body").inner_text()
    context.close()


@given(
    st.lists(
        st.text(alphabet="aåæøÆØÅ €[]{}~\\|^çé😀“”–…\n\t\u200b'é漢", max_size=330) | st.text(max_size=90),
        min_size=40,
        max_size=60,
    )
)
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_browser_counts_sms_as_the_service_does(page: Page, texts: list[str]):
    counted = page.evaluate(
        "async texts => { const { count } = await import('/static/js/gsm7.js'); return texts.map(t => count(t)); }",
        texts,
    )
    for text, got in zip(texts, counted, strict=True):
        ready = sms.downgrade(text).strip()
        assert (got["units"], got["parts"], got["plain"]) == (
            sms.length(ready),
            sms.segments(ready),
            sms.is_gsm7(ready),
        )


def _announce(session: Any, conversation: Conversation) -> None:
    from bot.thread import announce

    announce(session, conversation, "status", NOW)


def _let_line_write(db: Database, world: World, text: str) -> None:
    with db.write() as session:
        conversation = session.get_one(Conversation, world.line)
        session.add(
            Message(
                conversation_id=conversation.id,
                direction="in",
                author="resident",
                body=text,
                status="processed",
                at=NOW,
            )
        )
        session.flush()
        _announce(session, conversation)
