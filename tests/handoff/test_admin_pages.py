"""The pages on our texts in a real browser: looks, accessibility, writing with scripts and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from bot import sms
from bot.db import Database
from bot.dialogs import texts
from bot.dialogs.effects import Say
from bot.dialogs.lints import longest
from bot.models import Adviser, Organisation, Wording
from handoff.handoffs import Acting
from handoff.own_texts import Place, approve, save_draft
from handoff.text_previews import sample_values
from tests.handoff.browsing import assert_accessible_in_every_look, assert_fits_a_phone, picture
from tests.handoff.world import NOW, PASSWORD, World, add_crisis

pytestmark = pytest.mark.browser

KEY = "plan.approved"
OWN = "Godt nyt: {adviser} siger ja. Du betaler {monthly} om måneden, første gang {first_date}. Skriv bare her."
DRAFT = "Ja til din plan fra {adviser}: {monthly} om måneden, første gang {first_date}. Bliver det svært, så skriv her."


@pytest.fixture(autouse=True)
def sol(sqlite_db: Database, world: World) -> int:
    """Mette is an admin here; Peter has written a draft beside what is live of a text."""
    with sqlite_db.write() as session:
        session.execute(update(Adviser).where(Adviser.id == world.mette).values(role="admin"))
        organisation = session.scalars(select(Organisation.id).where(Organisation.slug == "solgaarden")).one()
        place, ours = Place(organisation, KEY, "da"), frozenset({organisation})
        peter = Acting(world.peter, "Peter Nygaard", ours)
        live = save_draft(session, peter, place, OWN, NOW)
        assert isinstance(live, Wording)
        approve(session, Acting(world.mette, "Mette Lind", ours, is_admin=True), live.id, NOW)
        assert isinstance(save_draft(session, peter, place, DRAFT, NOW), Wording)
    return organisation


def show(page: Page, name: str, organisation: int, db: Database) -> None:
    if name == "crisis":  # its band stands above the page
        add_crisis(db)
    paths = {
        "texts": "texts",
        "due": "texts?only=due",
        "text": f"texts/{KEY}",
        "law": "texts/rent_administration.full",
        "fixed": "texts/crisis.self_harm",
        "languages": "languages",
        "crisis": "languages",
    }
    page.goto(f"/admin/{organisation}/{paths[name]}")


def test_the_longest_values_are_shown_too_while_one_writes(page: Page, sol: int):
    page.goto(f"/admin/{sol}/texts/{KEY}")
    form = page.locator(".text-edit").first
    body = "{adviser} siger ja. Du betaler {monthly} fra {first_date}."
    form.locator("textarea").fill(body)
    form.locator("summary").click()
    expect(form.locator(".longest")).to_have_text(longest(KEY, "da", body))


PAGES = ["texts", "due", "text", "law", "fixed", "languages", "crisis"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_accessibility_fault_in_any_look_and_fits_fingers_and_320_pixels(
    page: Page, sol: int, sqlite_db: Database, name: str
):
    show(page, name, sol, sqlite_db)
    assert_accessible_in_every_look(page, f"admin-{name}")
    assert_fits_a_phone(page)


def test_from_the_inbox_one_comes_to_a_text_and_back(page: Page, sol: int):
    page.goto("/inbox")
    page.click("text=Opsætning")
    expect(page.locator("h1")).to_have_text("Tekster")
    page.fill("#q", "pensionsloven § 14 (")
    page.click(".text-search button")
    expect(page.locator(".text-row").first).to_contain_text("folkepension")
    page.locator(".text-row").first.click()
    expect(page.locator("#sources + ul")).to_contain_text("Pensionsloven § 14")
    page.click("text=Alle tekster")
    page.click(".rooms >> text=Indbakke")
    expect(page.locator("#queue-title")).to_be_visible()


def test_while_one_writes_the_sms_is_shown_and_counted(page: Page, sol: int):
    page.goto(f"/admin/{sol}/texts/{KEY}")
    form = page.locator(".text-edit").first
    body = "{adviser} siger ja. Du betaler {monthly} hver måned, første gang {first_date}."
    form.locator("textarea").fill(body)
    said = texts.written([Say(KEY, sample_values(KEY, "Solgården Bolig"))], "da", {("da", KEY): body})
    at_most = longest(KEY, "da", body)
    expect(form.locator(".sample")).to_have_text(said)
    expect(form.locator(".under")).to_have_text(
        f"{len(said)} tegn · {sms.segments(said)} SMS. Længst: {len(at_most)} tegn · {sms.segments(at_most)} SMS"
    )
    form.locator("textarea").fill(body * 4)
    expect(form.locator(".under.urgent")).to_be_visible()


def test_a_draft_is_approved_and_what_was_said_before_stays_in_the_history(page: Page, sol: int):
    page.goto(f"/admin/{sol}/texts/{KEY}")
    picture(page, "admin-draft")
    page.click("text=Godkend, så den bliver brugt")
    expect(page.locator(".text-language").first).to_contain_text("Godkendt af Mette, i dag 10.42.")
    expect(page.locator(".text-language .sample").first).to_contain_text("Ja til din plan fra Mette")
    expect(page.locator(".history")).to_contain_text("Mette Lind erstattede dansk: Godt nyt:")
    page.click("text=Gå tilbage til vores tekst")
    expect(page.locator(".text-language").first).to_contain_text("Vores tekst.")


def test_without_scripts_a_wording_is_looked_at_refused_and_kept(browser: Browser, address: str, sol: int):
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/admin/{sol}/texts/other.welcome")
    page.fill("#email", "mette@solgaarden.example")
    page.fill("#password", PASSWORD)
    page.click("button:has-text('Log ind')")
    page.fill("#body-da", "Selv tak!")
    page.click("text=Se den >> nth=0")
    expect(page.locator("#signs-da")).to_contain_text("Tegnet ! hører ikke til i en sms fra os.")
    page.fill("#body-da", "Det var så lidt.")
    page.click("text=Se den >> nth=0")
    expect(page.locator(".text-edit .sample").first).to_have_text("Det var så lidt.")
    page.click("text=Gem som kladde >> nth=0")
    expect(page.locator(".text-draft")).to_contain_text("En anden end dig skal godkende den")
    context.close()
