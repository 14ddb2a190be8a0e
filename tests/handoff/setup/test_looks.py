"""The pages on how an organisation works, in a real browser: wide and narrow, light and dark."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import update

from bot.db import Database
from bot.hooks.addresses import add_webhook
from bot.hooks.signature import as_secret
from bot.models import Adviser, AuditEvent, Organisation
from handoff.tokens import issue
from tests.handoff.browsing import assert_accessible_in_every_look, assert_fits_a_phone
from tests.handoff.world import NOW, World

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def furnished(app: Flask, sqlite_db: Database, world: World, sol: int) -> None:
    """Mette is an admin of an organisation with a token, an address and a log."""
    with sqlite_db.write() as session:
        session.execute(update(Adviser).where(Adviser.id == world.mette).values(role="admin"))
        issue(session, session.get_one(Organisation, sol), "write", NOW)
        url = "https://cases.example/" + "a-long-address-" * 8
        add_webhook(session, sol, url, (), as_secret(b"x" * 32), NOW)
        session.add(
            AuditEvent(at=NOW, action="task_done", subject="task:1", organisation_id=sol, adviser_id=world.mette)
        )


@pytest.mark.parametrize("name", ["settings", "numbers", "connections", "log", "health"])
def test_a_page_reads_well_in_every_look(page: Page, sol: int, name: str):
    page.goto("/admin/health" if name == "health" else f"/admin/{sol}/{name}")

    assert_accessible_in_every_look(page, f"setup-{name}")
    assert_fits_a_phone(page)
