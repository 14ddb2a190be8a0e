"""The summary beside the thread: from facts, promises and what the bot really sent."""

from __future__ import annotations

from bot.db import Database
from bot.dialogs.effects import Say
from bot.dialogs.summary import Summary
from bot.dialogs.texts import render
from bot.models import Conversation, Message
from handoff.summaries import read_summary
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.test_help_card import tell
from tests.handoff.test_inbox import text_of
from tests.handoff.world import NOW, World


def summary_of(db: Database, conversation_id: int) -> Summary:
    with db.read() as session:
        return read_summary(session, session.get_one(Conversation, conversation_id), NOW)


def say(db: Database, conversation_id: int, text: str, author: str = "bot") -> None:
    with db.write() as session:
        sent = Message(conversation_id=conversation_id, direction="out", author=author, status="sent", at=NOW)
        sent.body = render([Say(text, {"month_end": 31})])
        session.add(sent)


def test_what_was_told_and_promised_is_summed_up(sqlite_db: Database, world: World):
    tell(sqlite_db, world.line, adults=1, income_kind="dagpenge")
    found = summary_of(sqlite_db, world.line)
    assert {row.name: row.words for row in found.rows} == {
        "inform_job_loss": "mistet arbejde eller timer",
        "household": "1 voksen, 2 børn",
        "lives_on": "dagpenge, 14.900\N{NO-BREAK SPACE}kr.",
        "letter": "har fået det",
        "best_time": "efter kl. 12",
    }
    assert found.promised[0] == "1.000\N{NO-BREAK SPACE}kr., 4. dec."
    assert found.days_left == 2


def test_only_what_the_bot_itself_sent_was_answered(sqlite_db: Database, world: World):
    assert summary_of(sqlite_db, world.line).answered == ()
    say(sqlite_db, world.line, "boligstoette.short", author="adviser")
    assert summary_of(sqlite_db, world.line).answered == ()
    say(sqlite_db, world.line, "boligstoette.short")
    assert summary_of(sqlite_db, world.line).answered == ("boligstøtte",)


def test_the_page_shows_the_next_step_what_is_missing_and_what_was_answered(
    adviser: AdviserAtWork, world: World, sqlite_db: Database
):
    tell(sqlite_db, world.mads, cannot_pay=True, distress=True)
    say(sqlite_db, world.mads, "boligstoette.short")
    page = adviser.open(world.mads).text
    shown = text_of(page[page.index('id="case-body"') :])
    for wanted in (
        "Næste skridt forslag Ring først. Mads har det svært.",
        "Spørg gerne om: hvem der bor der, hvad der kommer ind, om der er kommet breve.",
        "Botten har fortalt om: boligstøtte.",
    ):
        assert wanted in shown
