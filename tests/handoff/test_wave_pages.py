"""The pages on waves in a real browser: looks, accessibility, and the whole way without a script or a mouse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from bot.db import Database
from bot.models import Consent, Contact, Organisation
from tests.handoff.browsing import PHONE, TOO_SMALL, TOO_WIDE, looks, violations
from tests.handoff.wave_files import FILE
from tests.handoff.world import NOW, PASSWORD, World

pytestmark = pytest.mark.browser

MONTH = "2026-12"


@pytest.fixture
def sol(sqlite_db: Database, world: World) -> int:
    with sqlite_db.write() as session:
        session.add(Consent(phone="+4511116007", opted_out=True, at=NOW))
        organisation = session.scalars(select(Organisation).where(Organisation.slug == "solgaarden")).one()
        organisation.settings = {"release": "second_person"}
        return organisation.id


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "restancer-november.csv"
    path.write_text(FILE, encoding="utf-8")
    return path


def faults(page: Page, name: str) -> dict[str, list[str]]:
    """What is wrong with a page in any of its looks, and in a window of 320 px."""
    found = {look: violations(page) for look in looks(page, name)}
    page.set_viewport_size({"width": 320, "height": 700})
    found["320"] = page.evaluate(TOO_WIDE)
    page.set_viewport_size(PHONE)
    found["targets"] = page.evaluate(TOO_SMALL)
    return {f"{name} {look}": those for look, those in found.items() if those}


def log_in(page: Page, email: str) -> None:
    page.goto("/login")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/inbox")


def test_the_way_of_a_file_has_no_accessibility_fault_wide_or_narrow_light_or_dark(page: Page, sol: int, file: Path):
    page.goto(f"/waves/{sol}/upload")
    wrong = faults(page, "wave-upload")
    page.set_input_files("#file", file)
    page.click("text=Tjek filen")
    page.wait_for_url("**/uploads/*")
    page.locator("summary", has_text="Intet gyldigt nummer").click()
    wrong |= faults(page, "wave-check")
    page.click("button:has-text('Indlæs')")
    page.wait_for_selector("text=Filen er indlæst")
    wrong |= faults(page, "wave-taken")
    assert not wrong, json.dumps(wrong, indent=1, ensure_ascii=False)


def test_a_wave_has_no_accessibility_fault_wide_or_narrow_light_or_dark(
    page: Page, browser: Browser, address: str, sol: int, file: Path
):
    page.goto(f"/waves/{sol}/upload")
    page.set_input_files("#file", file)
    page.click("text=Tjek filen")
    page.click("button:has-text('Indlæs')")
    page.goto("/waves")
    wrong = faults(page, "waves")
    page.goto(f"/waves/{sol}/{MONTH}")
    wrong |= faults(page, "wave-waits")
    context = browser.new_context(base_url=address, reduced_motion="reduce")
    peter = context.new_page()
    log_in(peter, "peter@solgaarden.example")
    peter.goto(f"/waves/{sol}/{MONTH}")
    peter.click("button:has-text('Frigiv til')")
    peter.wait_for_selector("text=Det er sket")
    wrong |= faults(peter, "wave-running")
    peter.click("text=Stop bølgen for altid")
    wrong |= faults(peter, "wave-cancel")
    context.close()
    assert not wrong, json.dumps(wrong, indent=1, ensure_ascii=False)


def test_a_file_is_laid_up_taken_and_released_without_a_script_by_keys_alone(
    browser: Browser, address: str, sol: int, file: Path, sqlite_db: Database
):
    context = browser.new_context(base_url=address, java_script_enabled=False)
    mette = context.new_page()
    log_in(mette, "mette@solgaarden.example")
    mette.goto(f"/waves/{sol}/upload")
    mette.set_input_files("#file", file)
    for button, heading in (("Tjek filen", "Tjek bølgen, før den sendes"), ("Indlæs", "Filen er indlæst")):
        mette.get_by_role("button", name=button).focus()
        mette.keyboard.press("Enter")
        expect(mette.get_by_role("heading", name=heading)).to_be_visible()
    context.close()
    context = browser.new_context(base_url=address, java_script_enabled=False)
    peter = context.new_page()
    log_in(peter, "peter@solgaarden.example")
    peter.goto(f"/waves/{sol}/{MONTH}")
    peter.get_by_role("button", name="Frigiv til 4 beboere").focus()
    peter.keyboard.press("Enter")
    expect(peter.get_by_role("heading", name="Det er sket")).to_be_visible()
    context.close()
    with sqlite_db.read() as session:
        assert session.scalar(select(func.count(Contact.id)).where(Contact.kind == "sms")) == 4
