"""The doors of the service in a browser, wide and narrow, light and dark: the first day, a code, a link."""

from __future__ import annotations

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser, Page, expect

from bot.db import Database
from handoff.access import invitations
from handoff.access.ways import Ways
from handoff.web import register
from tests.handoff.access.conftest import PETER, Hands, Person
from tests.handoff.browsing import PHONE, assert_accessible_in_every_look, assert_fits_a_phone
from tests.handoff.world import NOW, PASSWORD, World

pytestmark = pytest.mark.browser


class TestTheFirstDay:
    @pytest.fixture
    def app(self, sqlite_db: Database, hands: Hands, ways: Ways, compiled: FileSystemBytecodeCache) -> Flask:
        """A service that nobody has set up."""
        app = Flask("tests", static_folder=None)
        app.config.update(SECRET_KEY="an invented secret for the tests only", TESTING=True)
        register(app, sqlite_db, hands, secure_cookies=False, ways=ways)
        app.jinja_env.bytecode_cache = compiled
        return app

    def test_its_page_can_be_used_by_everybody(self, visitor_page: Page):
        visitor_page.goto("/")
        visitor_page.wait_for_url("**/setup")
        assert_accessible_in_every_look(visitor_page, "first-run")
        assert_fits_a_phone(visitor_page)


def test_the_page_for_a_code_can_be_used_by_everybody(visitor_page: Page, peter: Person):
    visitor_page.goto("/login")
    visitor_page.fill("#email", PETER)
    visitor_page.fill("#password", PASSWORD)
    visitor_page.click("button:has-text('Log ind')")
    visitor_page.wait_for_url("**/login/code")
    assert_accessible_in_every_look(visitor_page, "code")
    assert_fits_a_phone(visitor_page)


def test_an_invitation_can_be_used_by_everybody_and_without_scripts(
    visitor_page: Page, browser: Browser, address: str, sqlite_db: Database, world: World
):
    with sqlite_db.write() as session:
        link = f"/login/link/{invitations.make(session, world.mette, None, NOW)}"
    visitor_page.goto(link)
    assert_accessible_in_every_look(visitor_page, "link")
    assert_fits_a_phone(visitor_page)
    plain = browser.new_context(base_url=address, java_script_enabled=False, viewport=PHONE).new_page()
    plain.goto(link)
    plain.fill("input[type=password]", "fem grønne både sejler")
    plain.click("main button")
    expect(plain).to_have_url(f"{address}/inbox")
    plain.context.close()
