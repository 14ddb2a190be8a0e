"""The ladder's page and a case's way in a real browser: looks, accessibility, and editing without scripts."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from bot.db import Database
from bot.models import Adviser, Organisation
from scheduler.desk import Desk
from tests.handoff.browsing import (
    PHONE,
    SIZES,
    assert_accessible_in_every_look,
    assert_fits_a_phone,
    looks,
    picture,
    violations,
)
from tests.handoff.world import PASSWORD, World

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def sol(app: Flask, sqlite_db: Database, world: World) -> int:
    """Mette is an admin here."""
    app.extensions["handoff_waves"] = Desk()
    with sqlite_db.write() as session:
        session.execute(update(Adviser).where(Adviser.id == world.mette).values(role="admin"))
        return session.scalars(select(Organisation.id).where(Organisation.slug == "solgaarden")).one()


def show(page: Page, name: str, organisation: int) -> None:
    """``wrong``: refused, with what is wrong beside its row. ``long``: looked at, with what leaves no time."""
    page.goto(f"/admin/{organisation}/ladder")
    if name == "wrong":
        page.fill("#days-2", "snart")
        page.select_option("#anchor-5", "before")
        page.select_option("#kind-6", "knock")
        page.fill("#days-6", "30")
        page.click("text=Gem trappen")
        expect(page.locator("#wrong-2")).to_contain_text("Skriv et helt tal")
    if name == "long":
        page.fill("#days-6", "30")
        page.fill("#days-2", "0")
        page.click("text=Se den tegnet")
        expect(page.locator("#ladder-drawn + p")).to_contain_text("Ikke gemt endnu")
    page.wait_for_load_state()


PAGES = ["ladder", "wrong", "long"]


@pytest.fixture
def refused(said: list[str], page: Page) -> Iterator[None]:
    """A refusal is an answer of 422, which the browser's console tells as well."""
    yield
    said[:] = [line for line in said if "422" not in line]


@pytest.mark.usefixtures("refused")
@pytest.mark.parametrize("name", PAGES)
def test_the_page_has_no_accessibility_fault_in_any_look_and_fits_fingers_and_320_pixels(
    page: Page, sol: int, name: str
):
    show(page, name, sol)
    assert_accessible_in_every_look(page, f"ladder-{name}")
    assert_fits_a_phone(page)


def test_the_days_of_the_law_open_under_a_cases_way(page: Page, world: World):
    page.goto(f"/inbox/{world.line}")
    expect(page.locator(".stages li[aria-current]")).to_have_text("Advokat25. nov.")
    page.click("text=Datoerne efter loven")
    expect(page.locator(".law-days dl div").nth(2)).to_contain_text("Påkrav kan sendestidligst 6. nov.")
    wide = {"wide": SIZES["wide"]}
    faults = {look: violations(page) for look in looks(page, "case-way", wide)}
    assert not any(faults.values()), json.dumps(faults, indent=1, ensure_ascii=False)


def test_the_way_of_a_case_fits_a_phone(page: Page, world: World):
    page.set_viewport_size(PHONE)
    page.goto(f"/inbox/{world.line}")
    page.click("button[popovertarget=case] >> nth=0")
    page.click("text=Datoerne efter loven")
    picture(page, "case-way-phone")
    assert page.locator(".law-days").evaluate("e => e.scrollWidth <= e.clientWidth && e.clientWidth > 200")


def test_without_scripts_a_step_is_added_refused_mended_and_kept(browser: Browser, address: str, sol: int):
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/admin/{sol}/ladder")
    page.fill("#email", "mette@solgaarden.example")
    page.fill("#password", PASSWORD)
    page.click("button:has-text('Log ind')")
    page.click("text=Tilføj et trin")
    page.fill("#days-7", "0")
    page.select_option("#anchor-7", "before")
    page.click("text=Gem trappen")
    expect(page.locator("#wrong-7")).to_contain_text("Selve fristen har rådgiveren")
    page.fill("#days-7", "1")
    page.press("#days-7", "Enter")  # looks, and neither removes nor saves
    expect(page.locator("#days-7")).to_have_value("1")
    expect(page.locator("#ladder-history + p")).to_contain_text("Ingen har ændret den")
    page.click("text=Gem trappen")
    expect(page.locator(".text-sum[role=status]")).to_have_text("Trappen er gemt.")
    expect(page.locator(".history li")).to_contain_text("Mette Lind ændrede trappen. Før: Ved start: Sms")
    context.close()
