"""A crisis calls who is on duty at once, then everybody, until somebody has seen it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.alarm_calls import call_again, next_call_moment
from bot.alarm_ladder import AFTER, call_at, due_call
from bot.alarms import ring, silence
from bot.db import Database
from bot.models import COPENHAGEN, Adviser, Conversation, Duty, Mail, Organisation
from bot.workdays import Window, is_open

HOURS = Window(time(9), time(15))
#: A Tuesday evening.
NOW = datetime(2026, 12, 1, 22, 14, tzinfo=COPENHAGEN)
DAY = date(2026, 12, 1)


def at(hour: int, minute: int, day: int = 1) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=COPENHAGEN)


@pytest.mark.parametrize(
    ("rang", "calls"),
    [
        (at(10, 44), [at(10, 44), at(10, 54), at(11, 4), at(11, 44), at(9, 0, day=2)]),
        (at(14, 30), [at(14, 30), at(14, 40), at(14, 50), at(15, 30), at(9, 0, day=2)]),
        (at(8, 30), [at(8, 30), at(8, 40), at(8, 50), at(9, 30), at(9, 0, day=2)]),
        (at(22, 14, day=4), [at(22, 14, day=4), at(22, 24, day=4), at(22, 34, day=4), at(23, 14, day=4), at(9, 0, 7)]),
    ],
)
def test_when_it_is_told_again(rang: datetime, calls: list[datetime]) -> None:
    assert [call_at(rang, number, HOURS) for number in range(5)] == calls
    assert call_at(rang, 5, HOURS) is None


@given(st.integers(0, 2 * 366 * 24 * 60))
def test_calls_come_one_after_the_other_and_the_last_one_when_somebody_is_there(minutes: int) -> None:
    rang = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    calls = [call_at(rang, number, HOURS) or rang for number in range(len(AFTER) + 1)]
    assert calls == sorted(set(calls))
    assert is_open(HOURS, calls[-1])


def test_calls_that_were_missed_are_not_made_up_for() -> None:
    assert due_call(NOW, 0, HOURS, NOW + timedelta(minutes=9)) is None
    assert due_call(NOW, 0, HOURS, NOW + timedelta(minutes=45)) == 2
    assert due_call(NOW, 2, HOURS, NOW + timedelta(minutes=46)) is None
    assert due_call(NOW, 4, HOURS, NOW + timedelta(days=9)) is None


@pytest.fixture
def conversation(db: Database) -> int:
    """Of Solgården, where Mette and Peter work, and Ida did; Kim works elsewhere."""
    with db.write() as session:
        home = Organisation(slug="sol", name="Solgården", number="+4511110010", created_at=NOW)
        other = Organisation(slug="vest", name="Vestbo", number="+4511110011", created_at=NOW)
        for name, active, where in (
            ("Mette", True, home),
            ("Peter", True, home),
            ("Ida", False, home),
            ("Kim", True, other),
        ):
            made = Adviser(email=f"{name.lower()}@example.dk", name=name, created_at=NOW, is_active=active)
            made.organisations = [where]
            session.add(made)
        session.add_all([home, other])
        session.flush()
        talk = Conversation(organisation_id=home.id, phone="+4511114027", created_at=NOW)
        session.add(talk)
        session.flush()
        return talk.id


def plan(db: Database, name: str, first: date = DAY, last: date = DAY) -> None:
    with db.write() as session:
        adviser = session.scalars(select(Adviser).where(Adviser.name == name)).one()
        session.add(
            Duty(organisation_id=adviser.organisations[0].id, adviser_id=adviser.id, first_day=first, last_day=last)
        )


def rings(db: Database, conversation: int, now: datetime = NOW, reason: str = "crisis_self_harm") -> None:
    with db.write() as session:
        ring(session, session.get_one(Conversation, conversation), reason, now)


def look(db: Database, now: datetime) -> None:
    with db.read() as session:
        organisations = session.scalars(select(Organisation.id)).all()
    for organisation in organisations:
        call_again(db, organisation, now)


def called(db: Database) -> list[tuple[str, str]]:
    """The call's number and who got it."""
    with db.read() as session:
        mails = session.scalars(select(Mail).order_by(Mail.id)).all()
        return [((mail.key or "").split(":")[2], mail.adviser.name) for mail in mails]


EVERYBODY = ["Mette", "Peter"]


def test_who_is_on_duty_is_called_at_once_and_then_everybody(db: Database, conversation: int) -> None:
    plan(db, "Peter")
    rings(db, conversation)
    assert called(db) == [("0", "Peter")]
    look(db, NOW + timedelta(minutes=9))
    assert len(called(db)) == 1
    for _ in range(2):
        look(db, NOW + timedelta(minutes=10))
    assert called(db) == [("0", "Peter"), ("1", "Mette"), ("1", "Peter")]
    look(db, NOW + timedelta(minutes=20))
    look(db, NOW + timedelta(minutes=60))
    look(db, at(9, 0, day=2))
    look(db, at(9, 0, day=3))
    assert called(db)[3:] == [(number, name) for number in "234" for name in EVERYBODY]


@pytest.mark.parametrize("planned", ["nobody", "another day", "who has left"])
def test_without_a_plan_for_the_day_everybody_is_called_at_once(db: Database, conversation: int, planned: str) -> None:
    if planned == "another day":
        plan(db, "Peter", DAY + timedelta(days=1), DAY + timedelta(days=7))
    elif planned == "who has left":
        plan(db, "Ida")
    rings(db, conversation)
    assert called(db) == [("0", name) for name in EVERYBODY]


def test_who_has_the_conversation_is_called_with_who_is_on_duty(db: Database, conversation: int) -> None:
    plan(db, "Peter")
    with db.write() as session:
        talk = session.get_one(Conversation, conversation)
        talk.held_by, talk.adviser_id = (
            "adviser",
            session.scalars(select(Adviser.id).where(Adviser.name == "Mette")).one(),
        )
    rings(db, conversation)
    assert called(db) == [("0", "Mette"), ("0", "Peter")]


def test_nobody_is_called_again_once_somebody_has_seen_it(db: Database, conversation: int) -> None:
    rings(db, conversation)
    with db.write() as session:
        mette = session.scalars(select(Adviser.id).where(Adviser.name == "Mette")).one()
        silence(session, session.get_one(Conversation, conversation), mette, NOW)
    look(db, NOW + timedelta(hours=2))
    assert len(called(db)) == 2


def test_a_conversation_that_was_closed_calls_nobody(db: Database, conversation: int) -> None:
    rings(db, conversation)
    with db.write() as session:
        session.get_one(Conversation, conversation).closed_at = NOW
    look(db, NOW + timedelta(hours=2))
    assert len(called(db)) == 2


def test_the_next_crisis_calls_anew(db: Database, conversation: int) -> None:
    rings(db, conversation)
    rings(db, conversation)  # still rings: one alarm
    with db.write() as session:
        mette = session.scalars(select(Adviser.id).where(Adviser.name == "Mette")).one()
        silence(session, session.get_one(Conversation, conversation), mette, NOW)
    rings(db, conversation, NOW + timedelta(hours=1))
    assert len(called(db)) == 4


def test_the_clock_of_the_demo_stops_where_somebody_is_called_again(db: Database, conversation: int) -> None:
    rings(db, conversation)
    with db.read() as session:
        home = session.get_one(Conversation, conversation).organisation_id
        assert next_call_moment(session, home, NOW) == NOW + timedelta(minutes=10)
        assert next_call_moment(session, home + 1, NOW) is None


def test_a_mail_of_a_crisis_names_nobody_and_quotes_nothing(db: Database, conversation: int) -> None:
    rings(db, conversation)
    look(db, NOW + timedelta(minutes=10))
    with db.read() as session:
        mails = session.scalars(select(Mail)).all()
    for mail in mails:
        assert mail.subject == "Krise: åbn indbakken"
        assert "Solgården" in mail.body
        assert "4027" not in mail.body
        assert "selvmord" not in mail.body
