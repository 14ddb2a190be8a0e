"""What is to be done outside SMS, in a real browser: looks, accessibility, an old phone, no scripts."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from bot.db import Database
from bot.models import Conversation, Task
from handoff.doors import make_link
from handoff.handoffs import Acting
from tests.handoff.browsing import SIZES, TOO_SMALL, TOO_WIDE, WIDE, looks, picture, violations
from tests.handoff.world import NOW, World

pytestmark = pytest.mark.browser

SMALL = ViewportSize(width=320, height=568)


@pytest.fixture
def tasks(sqlite_db: Database, world: World) -> dict[str, int]:
    """One of each kind, late, today and later."""
    plan = {
        "knock": (world.hodan, -1, "Bank på hos beboeren. Der er ikke kommet svar på sms."),
        "postcard": (world.mads, 0, "Læg et kort i postkassen. Der er ikke kommet svar på sms."),
        "check_payment": (world.ahmad, 0, ""),
        "find_number": (world.bot_held, 0, "Skriver, at de er flyttet."),
        "approve_plan": (world.line, 1, ""),
        "check_promise": (world.hodan, 3, ""),
        "other": (world.mads, 4, "Beløbet bestrides: jeg har betalt oktober"),
    }
    made = {}
    with sqlite_db.write() as session:
        for kind, (of, days, note) in plan.items():
            thread = session.get_one(Conversation, of)
            due = NOW.date() + timedelta(days=days)
            task = Task(organisation_id=thread.organisation_id, case_id=thread.case_id, type=kind, due=due, at=NOW)
            task.conversation_id, task.note = thread.id, note
            session.add(task)
            session.flush()
            made[kind] = task.id
        session.add(
            Task(organisation_id=1, case_id=thread.case_id, type="call", due=NOW.date(), at=NOW, status="done",
                 done_at=NOW, done_by_id=world.mette)
        )  # fmt: skip
    return made


def test_the_tasks_look_as_they_should_and_fit_an_old_phone(page: Page, tasks: dict[str, int], world: World):
    faults: dict[str, list[str]] = {}
    for name, path in {
        "tasks": "/tasks",
        "task-number": f"/tasks/{tasks['find_number']}",
        "postcards": "/tasks/postcards?organisation=1",
    }.items():
        page.goto(path)
        for look in looks(page, name, {**SIZES, "small": SMALL}):
            faults[f"{name} {look}"] = violations(page)
            if look.startswith("small"):
                faults[f"{name} {look} width"] = page.evaluate(TOO_WIDE)
                faults[f"{name} {look} targets"] = page.evaluate(TOO_SMALL)
    page.goto(f"/tasks/{tasks['knock']}")
    page.click("text=Lav link til viceværten")
    for look in looks(page, "task-door"):
        faults[f"link {look}"] = violations(page)
    page.set_viewport_size(WIDE)
    page.goto(f"/inbox/{world.hodan}")
    picture(page, "case-with-knock")
    assert not any(faults.values()), json.dumps({k: v for k, v in faults.items() if v}, indent=1, ensure_ascii=False)


def test_the_caretakers_page_works_on_an_old_phone_without_scripts(
    browser: Browser, address: str, sqlite_db: Database, tasks: dict[str, int], world: World
):
    with sqlite_db.write() as session:
        token = make_link(session, Acting(world.mette, "Mette Lind", frozenset({1})), tasks["knock"], NOW)
    looked_at = browser.new_page(base_url=address)
    looked_at.goto(f"/door/{token}")
    looked_at.click("summary")
    faults = {}
    for look in looks(looked_at, "door", {"small": SMALL}):
        faults[look] = violations(looked_at)
        faults[f"{look} width"] = looked_at.evaluate(TOO_WIDE)
        faults[f"{look} targets"] = looked_at.evaluate(TOO_SMALL)
    looked_at.goto("/door/gone")
    faults["gone"] = violations(looked_at)
    assert not any(faults.values()), json.dumps(faults, indent=1, ensure_ascii=False)
    old = browser.new_context(java_script_enabled=False, base_url=address, viewport=SMALL)
    phone = old.new_page()
    phone.goto(f"/door/{token}")
    phone.click("summary")
    phone.fill("#note", "Posten hober sig op")
    phone.click("text=Bekymret")
    assert phone.inner_text("h1") == "Tak, det er besvaret"
    picture(phone, "door-thanks")
    assert old.cookies() == []
    old.close()
    looked_at.close()
