"""Who is told by mail that somebody waits, of the morning, of a note and of what is wrong: when, how often, and not."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.incidents import Kind, report
from bot.models import COPENHAGEN, Adviser, Conversation, Incident, Mail, Mention, Note, Organisation, Task
from bot.organisations import read_settings
from bot.workdays import Window
from handoff.alerts.digest_mail import wave_day_within
from handoff.alerts.rounds import make_round
from handoff.alerts.waiting_mail import Wait, overdue

#: A Tuesday; offices are open from 9 to 15.
NOW = datetime(2026, 12, 1, 10, 42, tzinfo=COPENHAGEN)
HOURS = Window(time(9), time(15))


def at(hour: int, minute: int = 0, day: int = 1, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=COPENHAGEN)


class Inbox:
    """An organisation with Mette, Peter and Anna, who is an admin; and another one with Kim."""

    def __init__(self, db: Database) -> None:
        self.db = db
        with db.write() as session:
            home = Organisation(slug="sol", name="Solgården", number="+4511110010", created_at=NOW, settings={})
            other = Organisation(slug="vest", name="Vestbo", number="+4511110020", created_at=NOW, settings={})
            session.add_all([home, other])
            for name, where in (("Mette", home), ("Peter", home), ("Anna", home), ("Kim", other)):
                role = "admin" if name == "Anna" else "adviser"
                made = Adviser(email=f"{name.lower()}@example.dk", name=name, created_at=NOW, role=role)
                made.organisations = [where]
                session.add(made)
            session.flush()
            self.home, self.other = home.id, other.id
        self._phones = iter(range(11114000, 11119999))

    def prefers(self, name: str, **choices: Any) -> None:
        with self.db.write() as session:
            self._adviser(session, name).preferences = choices

    def waits(self, since: datetime, holder: str = "", organisation: int = 0, **more: Any) -> int:
        with self.db.write() as session:
            made = Conversation(
                organisation_id=organisation or self.home,
                phone=f"+45{next(self._phones)}",
                held_by="adviser" if holder else "queue",
                adviser_id=self._adviser(session, holder).id if holder else None,
                waiting_since=since,
                created_at=since,
            )
            for field, value in more.items():
                setattr(made, field, value)
            session.add(made)
            session.flush()
            return made.id

    def round(self, now: datetime = NOW) -> None:
        make_round(self.db, now)

    def told(self, kind: str = "waiting") -> list[tuple[str, str]]:
        """Who was sent which subject."""
        with self.db.read() as session:
            mails = session.scalars(select(Mail).where(Mail.kind == kind, Mail.subject != "").order_by(Mail.id))
            return [(mail.adviser.name, mail.subject) for mail in mails]

    def body(self) -> str:
        with self.db.read() as session:
            return session.scalars(select(Mail.body).where(Mail.subject != "").order_by(Mail.id.desc()).limit(1)).one()

    @staticmethod
    def _adviser(session: Any, name: str) -> Adviser:
        found: Adviser = session.scalars(select(Adviser).where(Adviser.name == name)).one()
        return found


@pytest.fixture
def inbox(db: Database) -> Inbox:
    return Inbox(db)


HOUR = "En beboer har ventet over en time"


def test_who_has_the_conversation_is_told_after_an_hour_and_once(inbox: Inbox) -> None:
    inbox.waits(at(9, 41), "Mette")
    inbox.round(at(10, 40))
    assert inbox.told() == []
    inbox.round(at(10, 41))
    inbox.round(at(10, 42))
    inbox.round(at(14, 0))
    assert inbox.told() == [("Mette", HOUR)]


def test_where_nobody_has_it_all_of_the_organisation_are_told(inbox: Inbox) -> None:
    inbox.waits(at(9, 41))
    inbox.round()
    assert inbox.told() == [(name, HOUR) for name in ("Mette", "Peter", "Anna")]


def test_each_has_their_own_patience_or_none(inbox: Inbox) -> None:
    inbox.prefers("Mette", mail_waiting_minutes=15)
    inbox.prefers("Peter", mail_waiting_minutes=None)
    inbox.waits(at(10, 20))
    inbox.round()
    assert inbox.told() == [("Mette", "En beboer har ventet over 15 minutter")]


def test_several_that_are_due_are_told_in_one_mail_and_the_next_not_at_once(inbox: Inbox) -> None:
    for minute in (10, 20, 30):
        inbox.waits(at(9, minute), "Mette" if minute == 10 else "")
    inbox.waits(at(9, 43))
    inbox.round(at(10, 42))
    assert inbox.told()[0] == ("Mette", "3 beboere har ventet over en time")
    assert inbox.told()[1] == ("Peter", "2 beboere har ventet over en time")
    inbox.round(at(10, 44))
    assert len(inbox.told()) == 3
    inbox.round(at(10, 57))
    assert inbox.told()[3:] == [(name, HOUR) for name in ("Mette", "Peter", "Anna")]


def test_the_night_and_the_weekend_are_no_wait_and_nobody_is_told_in_them(inbox: Inbox) -> None:
    """Written on Friday at 14.30: half an hour then, and the other half on Monday morning."""
    inbox.waits(at(14, 30, day=4), "Mette")
    for now in (at(16, 0, day=4), at(12, 0, day=5), at(8, 59, day=7), at(9, 29, day=7)):
        inbox.round(now)
        assert inbox.told() == []
    inbox.round(at(9, 30, day=7))
    assert inbox.told() == [("Mette", HOUR)]


def test_the_next_wait_in_the_same_conversation_is_told_anew(inbox: Inbox, db: Database) -> None:
    talk = inbox.waits(at(9, 0), "Mette")
    inbox.round(at(10, 10))
    with db.write() as session:
        session.get_one(Conversation, talk).waiting_since = at(11, 0)
    inbox.round(at(12, 0))
    assert len(inbox.told()) == 2


@pytest.mark.parametrize(
    "more",
    [
        {"closed_at": NOW},
        {"snoozed_until": NOW + timedelta(days=1)},
        {"held_by": "bot"},
        {"waiting_since": None},
    ],
)
def test_who_does_not_wait_for_us_is_not_told_of(inbox: Inbox, more: dict[str, Any]) -> None:
    inbox.waits(at(9, 0), **more)
    inbox.round()
    assert inbox.told() == []


def test_another_organisation_hears_of_its_own_only(inbox: Inbox) -> None:
    inbox.waits(at(9, 0), organisation=inbox.other)
    inbox.round()
    assert inbox.told() == [("Kim", HOUR)]


def test_a_mail_counts_and_names_nobody(inbox: Inbox) -> None:
    inbox.waits(at(9, 0), "Mette")
    inbox.waits(at(9, 1))
    inbox.prefers("Peter", mail_waiting_minutes=None)
    inbox.prefers("Anna", mail_waiting_minutes=None)
    inbox.round()
    assert inbox.body() == (
        "2 beboere i Solgården har ventet på svar i mere end en time, når der kun tælles kontortid.\n\n"
        "Samtaler, du har: 1\nSamtaler, ingen har taget: 1"
    )


def test_of_many_waits_those_over_the_limit_are_found() -> None:
    waits = [Wait(number, at(9) + timedelta(minutes=number), None) for number in range(90)]
    assert len(overdue(waits, 60, HOURS, at(10, 42))) == 43
    assert overdue(waits, 60, HOURS, at(9, 30)) == []


# --- the morning ---


def test_the_morning_is_told_at_the_opening_hour_to_those_who_asked(inbox: Inbox) -> None:
    inbox.prefers("Mette", mail_digest=True, mail_waiting_minutes=None)
    inbox.waits(at(14, 0, day=30, month=11))
    inbox.waits(at(14, 0, day=30, month=11), "Mette")
    inbox.waits(at(14, 0, day=30, month=11), "Peter")
    inbox.round(at(8, 59))
    assert inbox.told("digest") == []
    inbox.round(at(9, 0))
    inbox.round(at(9, 1))
    assert inbox.told("digest") == [("Mette", "Solgården, tirsdag d. 1. december")]
    assert (
        "- Samtaler, der venter, og som ingen har taget: 1\n- Samtaler, du har, hvor beboeren venter: 1" in inbox.body()
    )


@pytest.mark.parametrize("now", [at(9, 0, day=5), at(9, 0, day=25), at(9, 0, day=24), at(11, 0)])
def test_no_morning_on_a_day_off_nor_late_in_the_day(inbox: Inbox, now: datetime) -> None:
    inbox.prefers("Mette", mail_digest=True)
    inbox.waits(at(8, 0))
    inbox.round(now)
    assert inbox.told("digest") == []


def test_a_morning_with_nothing_to_do_is_not_told(inbox: Inbox) -> None:
    inbox.prefers("Mette", mail_digest=True)
    inbox.round(at(9, 0))
    assert inbox.told("digest") == []


def test_the_morning_counts_tasks_that_are_due_and_names_the_day_of_the_wave(inbox: Inbox, db: Database) -> None:
    inbox.prefers("Kim", mail_digest=True)
    with db.write() as session:
        task = Task(organisation_id=inbox.other, type="other", due=date(2026, 11, 20), at=NOW)
        session.add(task)
    inbox.round(at(9, 0, day=23, month=11))
    assert "- Opgaver, der skal gøres i dag eller skulle være gjort: 1" in inbox.body()
    assert "- Månedens bølge begynder fredag d. 27. november" in inbox.body()


@pytest.mark.parametrize(
    ("today", "day"),
    [
        (date(2026, 11, 20), None),
        (date(2026, 11, 21), date(2026, 11, 27)),
        (date(2026, 11, 27), date(2026, 11, 27)),
        (date(2026, 11, 28), None),
        (date(2026, 12, 22), date(2026, 12, 23)),  # the 27th is a Sunday after Christmas: the working day before it
    ],
)
def test_the_wave_of_the_week(today: date, day: date | None) -> None:
    assert wave_day_within(read_settings({}), today) == day


def test_a_wave_day_that_moves_into_the_next_month_is_of_the_week_too() -> None:
    settings = read_settings({"wave_day": 31, "wave_day_moves": "after"})
    assert wave_day_within(settings, date(2027, 1, 29)) == date(2027, 2, 1)
    assert wave_day_within(settings, date(2027, 2, 1)) == date(2027, 2, 1)


# --- notes and what is wrong ---


def mention(inbox: Inbox, name: str, when: datetime, seen: bool = False) -> None:
    talk = inbox.waits(when, waiting_since=None)
    with inbox.db.write() as session:
        writer, named = inbox._adviser(session, "Peter"), inbox._adviser(session, name)
        note = Note(conversation_id=talk, adviser_id=writer.id, body="@Mette se her", at=when)
        session.add(note)
        session.flush()
        session.add(Mention(note_id=note.id, adviser_id=named.id, seen_at=when if seen else None))


def test_who_is_named_in_a_note_is_told_when_they_have_not_seen_it(inbox: Inbox) -> None:
    mention(inbox, "Mette", NOW)
    mention(inbox, "Anna", NOW, seen=True)
    inbox.round(NOW + timedelta(minutes=1))
    assert inbox.told("mention") == []
    for minutes in (2, 3):
        inbox.round(NOW + timedelta(minutes=minutes))
    assert inbox.told("mention") == [("Mette", "En kollega har nævnt dig i en note")]
    assert "se her" not in inbox.body()


def test_several_notes_are_one_mail_and_who_wants_none_gets_none(inbox: Inbox) -> None:
    inbox.prefers("Anna", mail_mentions=False)
    for name in ("Mette", "Mette", "Anna"):
        mention(inbox, name, NOW)
    inbox.round(NOW + timedelta(minutes=2))
    assert inbox.told("mention") == [("Mette", "Kolleger har nævnt dig i 2 noter")]


def wrong(inbox: Inbox, kind: Kind, organisation: int | None, **more: Any) -> int:
    with inbox.db.write() as session:
        return report(session, kind, NOW, organisation_id=organisation, **more).id


def test_admins_are_told_of_what_must_not_wait(inbox: Inbox) -> None:
    wrong(inbox, "no_wave", inbox.home, subject="2026-11")
    wrong(inbox, "unknown_error", inbox.home, subject="39999")
    for _ in range(2):
        inbox.round()
    assert inbox.told("incident") == [("Anna", "Solgården: Bølgen for november 2026 er ikke startet")]


def test_where_there_is_no_admin_everybody_is_told(inbox: Inbox) -> None:
    wrong(inbox, "outbox_old", inbox.other)
    inbox.round()
    assert [name for name, _ in inbox.told("incident")] == ["Kim"]


def test_what_is_wrong_for_all_is_told_to_all_admins(inbox: Inbox) -> None:
    wrong(inbox, "account_blocked", None)
    inbox.round()
    assert [name for name, _ in inbox.told("incident")] == ["Anna"]


def test_what_somebody_has_seen_or_nobody_wants_to_hear_of_is_not_mailed(inbox: Inbox) -> None:
    seen = wrong(inbox, "outbox_old", inbox.other)
    with inbox.db.write() as session:
        session.get_one(Incident, seen).seen_at = NOW
    inbox.prefers("Anna", mail_incidents=False)
    wrong(inbox, "outbox_old", inbox.home)
    inbox.round()
    assert inbox.told("incident") == []


def test_mails_are_forgotten_after_ninety_days(inbox: Inbox) -> None:
    inbox.waits(at(9, 0), "Mette")
    inbox.round()
    inbox.waits(at(9, 0), waiting_since=None)
    inbox.round(NOW + timedelta(days=91, hours=9))  # in the evening
    assert inbox.told() == []
