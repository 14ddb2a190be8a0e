"""The work after the talk as an adviser does it in a browser: a plan, paper, and an ending with a day to look again."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from bot.db import Database
from bot.models import Case, Conversation, Message, Plan, Task
from tests.handoff.world import World

pytestmark = pytest.mark.browser


def test_a_plan_is_approved_the_talk_printed_and_the_case_ended(page: Page, world: World, sqlite_db: Database):
    page.goto(f"/inbox/{world.line}")
    page.click("button:text-is('Godkend')")
    expect(page.locator("button:text-is('Godkend')")).to_have_count(0)

    page.click("summary:has-text('Udskrift af samtalen')")
    with page.expect_download() as printed:
        page.click("button:has-text('Hent som PDF')")
    assert printed.value.path().read_bytes().startswith(b"%PDF-")

    page.click("summary:has-text('Afslut')")
    page.check("input[name=outcome][value=plan_agreed]")
    page.fill("#close-reason", "Afdrag til hun har nyt arbejde")
    page.fill("#close-follow", "2026-12-15")
    page.click("button:has-text('Afslut samtalen')")
    expect(page.locator("summary:has-text('Afslut')")).to_have_count(0)

    with sqlite_db.read() as session:
        thread = session.get_one(Conversation, world.line)
        case = session.get_one(Case, thread.case_id)
        plan = session.scalars(select(Plan.status).where(Plan.case_id == case.id)).all()
        told = session.scalars(select(Message.author).where(Message.conversation_id == world.line).order_by(Message.id))
        due = session.scalars(select(Task.due).where(Task.case_id == case.id, Task.status == "open")).all()
    assert thread.closed_at is not None
    assert (case.outcome, case.outcome_note) == ("plan_agreed", "Afdrag til hun har nyt arbejde")
    assert (plan, told.all()[-1]) == (["approved"], "bot")
    assert [day.isoformat() for day in due] == ["2026-12-15"]
