"""A short language that an organisation has switched on, from the wave to the advisers' task, on both databases."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from bot.clock import set_clock
from bot.commands.organisation import app as organisations
from bot.commands.wave import app as waves
from bot.contacts import begin_contact, preview_text
from bot.db import Database
from bot.dialogs.state import Heard, Intent
from bot.facts import case_facts
from bot.models import Case, Conversation, Fact, Handoff, Message, Resident, Task
from bot.receive import Inbound, receive
from bot.sms import is_gsm7, segments
from bot.turns import answer
from tests.scheduler.world import NOW, World

PHONE, LINE = "+4511114001", "+4511110010"


def world_of(db: Database, language: str, languages: str) -> World:
    world = World(db, languages=languages)
    world.add("S-1")
    with db.write() as session:
        session.scalars(
            select(Resident).where(Resident.phone == PHONE, Resident.name == "Line S-1")
        ).one().language = language
    return world


def first_sms(db: Database) -> str:
    with db.write() as session:
        case = session.scalars(select(Case).where(Case.case_ref == "S-1")).one()
        message = begin_contact(session, case, step=0, contact_id=None, now=NOW, send_at=NOW, expires_at=None)
        assert message is not None
        return message.body


def write(db: Database, text: str, *names: str, language: str) -> str | None:
    """The resident writes, the turn is taken; what was answered."""
    receive(db, Inbound(f"SM{text.encode().hex():0<32.32}", PHONE, LINE, text), NOW + timedelta(hours=1))
    with db.write() as session:
        message = session.scalars(select(Message).where(Message.direction == "in", Message.status == "received")).one()
        heard = Heard(text, tuple(Intent(name, 1.0) for name in names), language=language)
        answer(session, message, heard, NOW + timedelta(hours=1))
        session.flush()
        return session.scalar(select(Message.body).where(Message.answers_id == message.id))


def test_the_wave_and_its_preview_write_the_language_of_the_file(db):
    world_of(db, "tr", "da,en,tr")
    with db.read() as session:
        case = session.scalars(select(Case).where(Case.case_ref == "S-1")).one()
        preview = preview_text(session, case, 0, NOW)
    assert preview.startswith("Merhaba Line.")
    assert first_sms(db) == preview


@pytest.mark.parametrize("languages", ["da,en", "da,en,pl"])
def test_a_language_that_is_not_switched_on_is_danish(db, languages):
    world_of(db, "tr", languages)
    assert first_sms(db).startswith("Hej Line.")


def test_a_yes_becomes_a_handoff_a_task_with_an_interpreter_and_facts(db):
    world_of(db, "tr", "da,en,tr")
    first_sms(db)
    assert str(write(db, "evet", "affirm", language="tr")).startswith("Size bir insan")
    assert str(write(db, "evet lütfen", "affirm", language="tr")).startswith("Tesekkürler, not edildi")
    with db.read() as session:
        [handoff] = session.scalars(select(Handoff)).all()
        [task] = session.scalars(select(Task)).all()
        facts = {fact.name: fact.value for fact in session.scalars(select(Fact))}
    assert (handoff.reason, handoff.language) == ("language", "tr")
    assert (task.type, task.note) == ("call", "tolk: tyrkisk")
    assert facts == {"language": "tr", "interpreter": True}


def test_a_crisis_is_answered_in_the_language_that_is_written(db):
    world_of(db, "da", "da,en,tr")
    first_sms(db)
    body = str(write(db, "olmek istiyorum", "crisis_self_harm", language="tr"))
    assert body.startswith("Cok zor bir dönemdesiniz")
    with db.read() as session:
        assert session.scalars(select(Conversation).where(Conversation.phone == PHONE)).one().language == "tr"


def test_the_facts_of_a_decision_hold_what_is_switched_on(db):
    world_of(db, "tr", "da,en,tr,pl")
    first_sms(db)
    with db.read() as session:
        thread = session.scalars(select(Conversation).where(Conversation.phone == PHONE)).one()
        assert case_facts(session, thread, NOW).languages == ("da", "en", "tr", "pl")


def test_the_preview_counts_the_segments_of_another_alphabet(sqlite_db, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", sqlite_db.url.render_as_string(hide_password=False))
    monkeypatch.setenv("REDNINGSKRANS_DEMO", "1")
    set_clock(sqlite_db, NOW)
    world_of(sqlite_db, "uk", "da,en,uk")
    seen = json.loads(CliRunner().invoke(waves, ["preview", "--organisation", "solgaarden", "--json"]).stdout)
    [contact] = seen["contacts"]
    assert contact["text"].startswith("Це Solgaarden.")
    assert not is_gsm7(contact["text"])
    assert contact["segments"] == segments(contact["text"]) == 2


def test_switching_on_says_who_has_not_read_it_and_so_does_showing(sqlite_db, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", sqlite_db.url.render_as_string(hide_password=False))
    World(sqlite_db)
    run = CliRunner().invoke
    told = run(organisations, ["set", "solgaarden", "languages=da,en,tr"]).stdout
    assert "No speaker is noted as having read: tr (tyrkisk)." in told
    shown = json.loads(run(organisations, ["show", "solgaarden", "--json"]).stdout)
    assert (shown["settings"]["languages"], shown["unread_languages"]) == ("da,en,tr", ["tr"])
    assert "No speaker" not in run(organisations, ["set", "solgaarden", "languages=da,en"]).stdout
