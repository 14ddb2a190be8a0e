"""What the shell does about machines, rings, other people and years: one SMS at a time, on the database."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db import Database
from bot.dialogs.guard import LATELY_AT_MOST
from bot.dialogs.state import Heard, Intent, State
from bot.models import Alarm, Case, Conversation, Fact, Message, Organisation, Resident, Task
from bot.turns import answer
from tests.rig import LINE, NOW, OURS

_sids = count(1)


@pytest.fixture
def talk(sqlite_db: Database) -> Talk:
    with sqlite_db.write() as session:
        organisation = Organisation(slug="s", name="Solgården Bolig", number=OURS, settings={}, created_at=NOW)
        session.add(organisation)
        session.flush()
        resident = Resident(
            organisation_id=organisation.id, name="Line Bek", phone=LINE, birth_day="14-03", created_at=NOW
        )
        session.add(resident)
        session.flush()
        case = Case(
            organisation_id=organisation.id,
            resident_id=resident.id,
            case_ref="2026-118",
            arrears_ore=845_050,
            received=NOW.date(),
            deadline=NOW.date() + timedelta(days=8),
            opened_at=NOW,
            updated_at=NOW,
        )
        session.add(case)
        session.flush()
        conversation = Conversation(
            organisation_id=organisation.id, phone=LINE, case_id=case.id, created_at=NOW, state={}
        )
        session.add(conversation)
        session.flush()
        return Talk(sqlite_db, conversation.id)


class Talk:
    """One conversation, to which the resident writes."""

    def __init__(self, db: Database, conversation_id: int) -> None:
        self.db, self.id = db, conversation_id

    def hears(self, text: str, *intents: str, now: datetime = NOW, state: State | None = None) -> str:
        """Take one SMS; gives what was answered."""
        with self.db.write() as session:
            conversation = session.get_one(Conversation, self.id)
            if state is not None:
                conversation.state = state.to_json()
            message = _sms(session, conversation, text, now)
            answer(session, message, Heard(text, tuple(Intent(name, 0.9) for name in intents)), now)
            session.flush()
            said = session.scalar(select(Message.body).where(Message.answers_id == message.id))
            return said or ""

    def last(self) -> Message:
        with self.db.read() as session:
            wanted = select(Message).where(Message.direction == "in").order_by(Message.id.desc()).limit(1)
            return session.scalars(wanted).one()

    def row(self) -> Conversation:
        with self.db.read() as session:
            return session.get_one(Conversation, self.id)


def _sms(session: Session, conversation: Conversation, text: str, now: datetime) -> Message:
    message = Message(
        conversation_id=conversation.id,
        direction="in",
        author="resident",
        body=text,
        status="received",
        at=now,
        provider_sid=f"SM{next(_sids):032}",
    )
    session.add(message)
    session.flush()
    return message


def test_a_machines_answer_is_marked_and_makes_no_noise(talk: Talk):
    assert talk.hears("Autosvar: Jeg er på ferie til mandag", "ask_callback") == ""
    assert talk.last().automatic is True
    assert talk.row().held_by == "bot"
    with talk.db.read() as session:
        assert session.scalars(select(Task)).all() == []
        assert session.scalars(select(Fact)).all() == []
    talk.hears("hej", "greet")
    assert talk.last().automatic is False


def test_more_messages_than_anybody_types_in_ten_minutes_are_a_humans_once(talk: Talk):
    answers = [
        talk.hears(f"nummer {n}", "thank", now=NOW + timedelta(seconds=10 * n)) for n in range(LATELY_AT_MOST + 3)
    ]
    assert [bool(said) for said in answers] == [True] * (LATELY_AT_MOST + 1) + [False] * 2
    assert (talk.row().held_by, talk.row().reason) == ("queue", "loop")


def test_as_many_over_a_day_are_none(talk: Talk):
    for n in range(LATELY_AT_MOST + 3):
        talk.hears(f"nummer {n}", "thank", now=NOW + timedelta(minutes=20 * n))
    assert talk.row().held_by == "bot"


@pytest.mark.parametrize(("text", "kept"), [("140385", "1403"), ("14.3.85", "14.3"), ("14/3", "14/3")])
def test_of_a_birthday_no_year_is_kept(talk: Talk, text: str, kept: str):
    asked = State(flow="first_contact", step="birthday")
    assert "ved jeg, at det er dig" in talk.hears(text, state=asked)
    assert talk.last().body == kept
    assert talk.row().verified is True


def test_somebody_else_at_the_phone_ends_the_recognition(talk: Talk):
    talk.hears("14/3", state=State(flow="first_contact", step="birthday"))
    talk.hears("det er hendes mand", "greet")
    assert talk.row().verified is False


def test_what_is_told_of_a_neighbour_stands_in_the_conversation_and_not_on_the_case(talk: Talk):
    talk.hears("jeg er bekymret for min nabo", "concern_for_neighbour")
    with talk.db.read() as session:
        fact = session.scalars(select(Fact)).one()
    assert (fact.name, fact.case_id, fact.conversation_id) == ("concern_for_neighbour", None, talk.id)
    assert (talk.row().reason, talk.row().priority) == ("neighbour", "high")


@pytest.mark.parametrize(
    ("text", "reason"), [("mine børn er alene hjemme", "child_alone"), ("fogeden står her nu", "eviction_now")]
)
def test_what_must_not_wait_rings_and_pauses_the_bot_whatever_was_understood(talk: Talk, text: str, reason: str):
    assert "112" in talk.hears(text, "out_of_scope")
    row = talk.row()
    assert (row.held_by, row.reason, row.priority, row.bot_paused) == ("queue", reason, "crisis", True)
    with talk.db.read() as session:
        assert [(alarm.reason, alarm.seen_at) for alarm in session.scalars(select(Alarm))] == [(reason, None)]
