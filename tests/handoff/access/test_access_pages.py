"""The pages of the log-in in a browser: what a person does, how it looks, whether everybody can use it."""

from __future__ import annotations

import pyotp
import pytest
from playwright.sync_api import Page

from bot.db import Database
from bot.models import Adviser
from tests.handoff.access.conftest import PETER, Hands
from tests.handoff.browsing import assert_accessible_in_every_look, assert_fits_a_phone
from tests.handoff.world import PASSWORD, World

pytestmark = pytest.mark.browser


def test_an_admin_logs_in_sets_the_codes_up_and_invites_a_colleague(
    visitor_page: Page, sqlite_db: Database, world: World, hands: Hands
):
    page = visitor_page
    with sqlite_db.write() as session:
        session.get_one(Adviser, world.peter).role = "admin"
    page.goto("/login")
    page.fill("#email", PETER)
    page.fill("#password", PASSWORD)
    page.click("button:has-text('Log ind')")
    page.click("summary")
    assert_accessible_in_every_look(page, "two-step")
    page.fill("#code", pyotp.TOTP(page.inner_text(".key").replace(" ", "")).at(hands.now))
    page.click("button:has-text('Slå til')")
    page.wait_for_selector(".paper-codes")
    assert_accessible_in_every_look(page, "paper-codes")
    with page.expect_download() as kept:
        page.click("text=Hent som fil")
    codes = kept.value.path().read_text(encoding="utf-8").split()[-10:]
    assert codes == page.locator(".paper-codes li").all_inner_texts()
    page.click("text=Jeg har gemt dem")
    page.wait_for_url("**/inbox")
    page.goto("/admin/users")
    page.fill("#name", "Nina Ny")
    page.fill("#email", "ny@solgaarden.example")
    page.click("button:has-text('Giv adgang')")
    page.wait_for_selector(".link-made")
    assert_accessible_in_every_look(page, "users")
    assert_fits_a_phone(page)
    page.click("text=Nina Ny >> nth=-1")
    page.wait_for_url("**/admin/users/*")
    assert_accessible_in_every_look(page, "user")
    assert_fits_a_phone(page)


def test_my_settings_can_be_used_by_everybody(page: Page):
    page.goto("/me")
    page.click("summary:has-text('Skift kodeord')")
    assert_accessible_in_every_look(page, "me")
    assert_fits_a_phone(page)


def test_a_link_and_the_log_in_can_be_used_by_everybody(visitor_page: Page, world: World):
    for path, name in (("/login", "login"), ("/login/forgotten", "forgotten")):
        visitor_page.goto(path)
        assert_accessible_in_every_look(visitor_page, name)
        assert_fits_a_phone(visitor_page)
