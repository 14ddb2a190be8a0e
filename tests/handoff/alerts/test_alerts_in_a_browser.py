"""A tab that nobody looks at: its title and icon, and one notification an event in however many tabs."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import update

from bot.alarms import ring
from bot.db import Database
from bot.models import Adviser, Conversation, Duty
from bot.thread import announce
from tests.handoff.browsing import SOON, assert_accessible_in_every_look, assert_fits_a_phone
from tests.handoff.world import NOW, World

pytestmark = pytest.mark.browser

#: The browser's own notifications cannot be seen from outside: they are kept where the test can ask.
KEEPER = """
window.told = [];
window.Notification = class extends EventTarget {
  static permission = "granted";
  static async requestPermission() { return "granted"; }
  constructor(title, options) { super(); window.told.push([title, options.tag]); }
  close() {}
};
document.hasFocus = () => window.isLookedAt ?? false;
localStorage.removeItem("alerts.looking"); // the page after the log-in was looked at
"""
#: Until a tab has taken notice of the crisis.
KNOWS = """async () => {
  while (!(localStorage["alerts.told"] ?? "").includes("crisis:")) await new Promise((go) => setTimeout(go, 20));
  await navigator.locks.request("alerts", () => {});
}"""


def rings(db: Database, conversation: int) -> None:
    with db.write() as session:
        found = session.get_one(Conversation, conversation)
        found.held_by, found.adviser_id, found.priority = "queue", None, "crisis"
        ring(session, found, "crisis_self_harm", NOW)
        announce(session, found, "queue", NOW)


def icon(page: Page) -> str:
    return (page.locator("link[rel=icon]").get_attribute("href") or "").partition("?")[0]


def test_a_crisis_shows_in_title_and_icon_and_is_told_by_one_of_two_tabs(
    context: BrowserContext, page: Page, sqlite_db: Database, world: World
) -> None:
    with sqlite_db.write() as session:
        session.execute(update(Adviser).where(Adviser.id == world.mette).values(preferences={"browser_alerts": True}))
    context.add_init_script(KEEPER)
    tabs = [page, context.new_page()]
    for tab in tabs:
        with tab.expect_response("**/alerts"):
            tab.goto("/inbox")
        expect(tab).to_have_title(re.compile(r"^\(\d+\) "))
        assert icon(tab) == "/static/favicon-waiting.svg"
    assert [tab.evaluate("window.told") for tab in tabs] == [[], []]  # what stands on the page is no news
    rings(sqlite_db, world.line)
    for tab in tabs:
        expect(tab).to_have_title(re.compile(r"^Krise · \(\d+\) "), timeout=SOON)
        assert icon(tab) == "/static/favicon-crisis.svg"
    page.evaluate(KNOWS)
    told = [each for tab in tabs for each in tab.evaluate("window.told")]
    assert [title for title, _ in told] == ["Krise: åbn indbakken"]
    assert told[0][1].startswith("crisis:")


def test_nothing_pops_up_while_somebody_looks(
    context: BrowserContext, page: Page, sqlite_db: Database, world: World
) -> None:
    with sqlite_db.write() as session:
        session.execute(update(Adviser).where(Adviser.id == world.mette).values(preferences={"browser_alerts": True}))
    context.add_init_script(KEEPER + "window.isLookedAt = true;")
    with page.expect_response("**/alerts"):
        page.goto("/inbox")
    expect(page).to_have_title(re.compile(r"^\(\d+\) "))
    rings(sqlite_db, world.line)
    expect(page).to_have_title(re.compile(r"^Krise · \(\d+\) "), timeout=SOON)
    page.evaluate(KNOWS)
    assert page.evaluate("window.told") == []


def test_the_pages_of_duty_and_of_ones_choices_are_accessible_and_fit_a_phone(
    page: Page, sqlite_db: Database, world: World, sol: int
) -> None:
    with sqlite_db.write() as session:
        session.execute(update(Adviser).where(Adviser.id == world.mette).values(role="admin"))
        day = NOW.date()
        session.add(Duty(organisation_id=sol, adviser_id=world.mette, first_day=day, last_day=day))
    page.goto(f"/admin/{sol}/duty")
    expect(page.locator(".user-duty")).to_have_text("På vagt til 15.00")
    assert_accessible_in_every_look(page, "duty")
    assert_fits_a_phone(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/me")
    page.get_by_label("Om morgenen på arbejdsdage").check()
    page.get_by_role("button", name="Gem, hvad jeg vil have besked om").click()
    expect(page.get_by_label("Om morgenen på arbejdsdage")).to_be_checked()
    assert_accessible_in_every_look(page, "me-alerts")
