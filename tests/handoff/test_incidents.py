"""What is wrong with the service is told in plain Danish on every page, until somebody has seen it or it is over."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, get_args

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from bot.db import Database
from bot.heartbeats import beat
from bot.incidents import Kind, end, report
from bot.models import AuditEvent, Conversation, Incident, Organisation
from bot.thread import announce
from handoff.wording import catalogue
from tests.handoff.browsing import SOON, TOO_WIDE, looks, violations
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.world import NOW, World, add_crisis

HOUR = timedelta(hours=1)


def wrong(db: Database, kind: Kind, slug: str | None = "solgaarden", **more: Any) -> int:
    """Something is wrong since an hour ago."""
    with db.write() as session:
        whose = session.scalar(select(Organisation.id).where(Organisation.slug == slug)) if slug else None
        return report(session, kind, NOW - HOUR, organisation_id=whose, **more).id


def bar(adviser: AdviserAtWork, path: str = "/inbox") -> str:
    """The bar as it is read, without its markup."""
    found = re.search(
        r'<section class="notices".*?</section>', adviser.client.get(path, follow_redirects=True).text, re.S
    )
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0])) if found else ""


def test_every_kind_has_its_words(world: World):
    words = catalogue()
    for kind in get_args(Kind):
        assert kind in words["incidents"], kind
        assert kind in words["incidents_todo"], kind


def test_where_nothing_is_wrong_there_is_no_bar(adviser: AdviserAtWork):
    assert bar(adviser) == ""


@pytest.mark.parametrize("kind", get_args(Kind))
def test_it_says_what_is_wrong_since_when_and_what_to_do_in_danish(
    adviser: AdviserAtWork, sqlite_db: Database, kind: Kind
):
    subjects = dict.fromkeys(("no_wave", "not_released", "pause_expired"), "2026-11") | {
        "text_blocked": "first_contact.hello",
        "unknown_error": "39999",
    }
    subject = subjects.get(kind, "")
    wrong(sqlite_db, kind, subject=subject, code="30007", messages=3)
    said = bar(adviser)
    assert "Siden" in said
    assert "Jeg har set det" in said
    assert "{" not in said
    assert kind not in said
    for english in ("the", "and", "message", "wave", "tick", "poll", "receipt"):
        assert not re.search(rf"\b{english}\b", said.replace(subject, ""), re.I), english


def test_it_stands_on_the_pages_beside_the_inbox_too(adviser: AdviserAtWork, sqlite_db: Database, world: World):
    wrong(sqlite_db, "no_poll", None)
    for path in (f"/inbox/{world.line}", "/admin", "/tasks", "/waves"):
        assert "mangler sms" in bar(adviser, path), path
    assert "mangler sms" in adviser.client.get("/inbox/live").text


def test_of_another_organisation_nothing_is_told_and_nothing_can_be_seen(adviser: AdviserAtWork, sqlite_db: Database):
    with sqlite_db.read() as session:
        slugs = set(session.scalars(select(Organisation.slug)))
    other = wrong(sqlite_db, "account_blocked", (slugs - {"solgaarden"}).pop())
    assert bar(adviser) == ""
    adviser.post("/incidents/seen", notice=str(other))
    with sqlite_db.read() as session:
        assert session.get_one(Incident, other).seen_at is None


def test_who_has_seen_it_folds_it_for_all_and_is_kept(
    adviser: AdviserAtWork, colleague: AdviserAtWork, sqlite_db: Database, world: World
):
    incident = wrong(sqlite_db, "outbox_old")
    for _ in range(2):
        answer = adviser.post("/incidents/seen", notice=str(incident))
        assert answer.status_code == 303
    said = bar(colleague)
    assert "Mette har set det" in said
    assert "Jeg har set det" not in said
    with sqlite_db.read() as session:
        row = session.get_one(Incident, incident)
        assert (row.seen_by_id, row.seen_at) == (world.mette, NOW)
        kept = select(AuditEvent.adviser_id).where(AuditEvent.action == "incident_seen")
        assert session.scalars(kept).all() == [world.mette]


def test_one_that_begins_after_the_page_was_shown_is_not_seen_with_the_others(
    adviser: AdviserAtWork, sqlite_db: Database
):
    first = wrong(sqlite_db, "outbox_old")
    wrong(sqlite_db, "account_blocked")
    adviser.post("/incidents/seen", notice=str(first))
    assert "bliver afvist" in bar(adviser).split("Jeg har set det")[0]


def test_when_it_is_over_the_bar_goes(adviser: AdviserAtWork, sqlite_db: Database):
    wrong(sqlite_db, "no_poll", None)
    with sqlite_db.write() as session:
        end(session, "no_poll", NOW)
    assert bar(adviser) == ""


def test_a_clockwork_that_stands_still_is_told_though_nobody_is_left_to_write_it_down(
    adviser: AdviserAtWork, sqlite_db: Database
):
    with sqlite_db.write() as session:
        beat(session, "tick", NOW - timedelta(minutes=6))
        beat(session, "poll", NOW)
    assert "står stille" in bar(adviser)
    adviser.post("/incidents/seen", notice="no_tick")
    assert "Mette har set det" in bar(adviser)
    adviser.post("/incidents/seen", notice="no_poll")  # is not so
    with sqlite_db.read() as session:
        assert session.scalars(select(Incident.kind)).all() == ["no_tick"]


def test_having_seen_it_leads_back_to_the_page(adviser: AdviserAtWork, sqlite_db: Database, world: World):
    incident = wrong(sqlite_db, "outbox_old")
    for came_from, path in (
        (f"http://localhost/inbox/{world.line}?folder=bot", f"/inbox/{world.line}?folder=bot"),
        ("", "/inbox"),
        ("http://localhost/tasks/5/called?back=/tasks", "/inbox"),  # a page that answered a form cannot be opened
    ):
        token = re.search(r'name="csrf_token" value="([^"]+)"', adviser.open().text)
        assert token
        form = {"csrf_token": token[1], "notice": str(incident)}
        answer = adviser.client.post("/incidents/seen", data=form, headers={"Referer": came_from} if came_from else {})
        assert answer.headers["Location"] == path


@pytest.mark.browser
def test_the_bar_comes_live_is_folded_and_has_no_accessibility_fault(page: Page, sqlite_db: Database, world: World):
    page.goto(f"/inbox/{world.line}")
    expect(page.locator(".notices")).to_have_count(0)
    wrong(sqlite_db, "outbox_old")
    wrong(sqlite_db, "no_wave", subject="2026-11")
    with sqlite_db.write() as session:
        announce(session, session.get_one(Conversation, world.line), "status", NOW)
    expect(page.locator(".notice")).to_have_count(2, timeout=SOON)
    faults = {look: violations(page) for look in looks(page, "notices-thread")}
    page.get_by_role("button", name="Jeg har set det").click()
    expect(page.locator(".notices summary")).to_have_text("2 ting er ikke i orden endnu")
    expect(page).to_have_url(re.compile(rf"/inbox/{world.line}"))
    wrong(sqlite_db, "no_tick", None)
    add_crisis(sqlite_db)
    page.goto("/inbox")
    faults |= {f"queue {look}": violations(page) for look in looks(page, "notices-queue")}
    page.locator(".notices summary").click()
    page.goto("/admin")
    faults |= {f"room {look}": violations(page) for look in looks(page, "notices-room")}
    assert not any(faults.values()), faults
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate(TOO_WIDE) == []
