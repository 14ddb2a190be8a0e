"""A crisis rings on every page until an adviser has seen or taken it, and who that was is kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from bot.apply import Turn, apply
from bot.db import Database
from bot.dialogs.effects import HandoffReason, OpenHandoff, PauseBot
from bot.dialogs.state import Decision, State
from bot.models import Alarm, AuditEvent, Conversation, Marker
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.world import NOW, World, add_crisis

LATER = NOW + timedelta(minutes=30)


def title(page: str) -> str:
    found = re.search(r"<title>(.*?)</title>", page, re.S)
    return found[1] if found else ""


def rings(adviser: AdviserAtWork) -> bool:
    return 'data-band="' in adviser.open().text


def hears(db: Database, conversation: int, reason: HandoffReason) -> None:
    """A turn of the bot in which a crisis is heard."""
    with db.write() as session:
        row = session.get_one(Conversation, conversation)
        apply(Turn(session, row, LATER), Decision(State(), (OpenHandoff(reason, "crisis"), PauseBot())))


def alarms(db: Database, conversation: int) -> list[tuple[str, int | None]]:
    with db.read() as session:
        rows = session.scalars(select(Alarm).where(Alarm.conversation_id == conversation).order_by(Alarm.id))
        return [(row.reason, row.seen_by_id) for row in rows]


def test_it_rings_in_the_title_of_every_page_too(adviser: AdviserAtWork, sqlite_db: Database, world: World):
    assert "Krise" not in title(adviser.open().text)
    add_crisis(sqlite_db)
    setup = adviser.client.get("/admin", follow_redirects=True).text
    for page in (adviser.open().text, adviser.open(world.line).text, adviser.open("/inbox?folder=bot").text, setup):
        assert title(page).startswith("Krise · ")


def test_who_has_seen_it_stills_it_for_all_and_leaves_the_conversation_in_the_queue(
    adviser: AdviserAtWork,
    colleague: AdviserAtWork,
    sqlite_db: Database,
    world: World,
    stored: Callable[[int], Conversation],
):
    crisis = add_crisis(sqlite_db)
    assert colleague.post(f"/inbox/{crisis}/seen").status_code == 303
    assert not rings(adviser)
    assert stored(crisis).held_by == "queue"
    assert stored(crisis).bot_paused is True
    assert "Ikke taget" in adviser.open().text
    assert "Peter har set krisen" in re.sub(r"<[^>]+>", "", adviser.open(crisis).text)
    with sqlite_db.read() as session:
        alarm = session.scalars(select(Alarm).where(Alarm.conversation_id == crisis)).one()
        assert (alarm.seen_by_id, alarm.seen_at) == (world.peter, NOW)
        assert session.scalars(select(AuditEvent.action).where(AuditEvent.subject == f"conversation:{crisis}")).all()


def test_having_seen_it_twice_is_kept_once(adviser: AdviserAtWork, colleague: AdviserAtWork, sqlite_db: Database):
    crisis = add_crisis(sqlite_db)
    colleague.post(f"/inbox/{crisis}/seen")
    assert adviser.post(f"/inbox/{crisis}/seen").status_code == 303
    with sqlite_db.read() as session:
        seen = select(Marker).where(Marker.conversation_id == crisis, Marker.kind == "alarm_seen")
        assert len(session.scalars(seen).all()) == 1


def test_of_another_organisation_nothing_can_be_stilled(adviser: AdviserAtWork, sqlite_db: Database, world: World):
    assert adviser.post(f"/inbox/{world.foreign}/seen").status_code == 404
    assert alarms(sqlite_db, world.foreign) == [("crisis_self_harm", None)]


def test_taking_it_is_seeing_it(adviser: AdviserAtWork, sqlite_db: Database, world: World):
    crisis = add_crisis(sqlite_db)
    adviser.claim(crisis)
    assert alarms(sqlite_db, crisis)[-1][1] == world.mette


def test_a_crisis_in_a_conversation_that_somebody_holds_rings_for_all_and_can_be_seen_not_taken(
    adviser: AdviserAtWork, colleague: AdviserAtWork, sqlite_db: Database, world: World
):
    adviser.claim(world.line)
    hears(sqlite_db, world.line, "crisis_violence")
    page = colleague.open().text
    assert f'data-band="{world.line}"' in page
    assert "Mette har samtalen." in page
    assert "Jeg tager den" not in page
    adviser.post(f"/inbox/{world.line}/seen")
    assert not rings(colleague)


def test_somebody_whom_nobody_has_taken_rings_anew_with_each_crisis_message(
    adviser: AdviserAtWork, sqlite_db: Database, world: World
):
    crisis = add_crisis(sqlite_db)
    adviser.post(f"/inbox/{crisis}/seen")
    hears(sqlite_db, crisis, "crisis_self_harm")
    assert rings(adviser)
    hears(sqlite_db, crisis, "crisis_self_harm")
    assert [seen for _, seen in alarms(sqlite_db, crisis)] == [world.mette, None]


def test_who_holds_a_crisis_is_not_rung_for_more_of_the_same_but_for_another_kind(
    adviser: AdviserAtWork, sqlite_db: Database
):
    crisis = add_crisis(sqlite_db)
    adviser.claim(crisis)
    before = alarms(sqlite_db, crisis)
    hears(sqlite_db, crisis, before[-1][0])  # type: ignore[arg-type]  # a reason of the closed list, read back
    assert alarms(sqlite_db, crisis) == before
    hears(sqlite_db, crisis, "child_alone")
    assert rings(adviser)


def test_given_back_to_the_bot_it_rings_no_more_and_the_next_crisis_does(
    adviser: AdviserAtWork, sqlite_db: Database, stored: Callable[[int], Conversation]
):
    crisis = add_crisis(sqlite_db)
    adviser.claim(crisis)
    adviser.release(crisis)
    assert not rings(adviser)
    assert (stored(crisis).bot_paused, stored(crisis).crisis_told) == (False, False)
    hears(sqlite_db, crisis, "crisis_self_harm")
    assert rings(adviser)


def test_every_crisis_has_its_own_steps_for_the_adviser(adviser: AdviserAtWork, sqlite_db: Database, world: World):
    hears(sqlite_db, world.bot_held, "eviction_now")
    assert "serviceloven § 80" in adviser.open(world.bot_held).text


def test_the_band_says_when_everybody_is_told_should_nobody_see_it(
    adviser: AdviserAtWork, sqlite_db: Database, world: World
):
    hears(sqlite_db, world.line, "crisis_self_harm")
    band = re.search(r'<section class="band".*?</section>', adviser.open().text, re.S)
    assert band is not None
    assert re.search(r"Alle får en e-mail \S+, hvis ingen har set det", band[0])
    assert adviser.post(f"/inbox/{world.line}/claim").status_code == 303
    assert "Alle får en e-mail" not in adviser.open().text
