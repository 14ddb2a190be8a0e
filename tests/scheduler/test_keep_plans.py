"""Reminders and questions about approved plans on a real database: each once, whoever runs it how often."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from bot.aftermath import act_on_failure
from bot.contact_check import Refuse, Send, Wait, recheck
from bot.db import Database
from bot.dispatch import Dispatch
from bot.gateway import Accepted, Outgoing
from bot.models import Case, Consent, Conversation, Message, Organisation, Plan, PlanStep, Task
from scheduler import jobs
from scheduler.keep_plans import keep_plans
from tests.scheduler.world import World, at

AGREED = at("2026-11-24T10:00")
REMINDER = at("2026-11-27T09:00")
LOOK = at("2026-12-02T09:00")


class Home(World):
    """Solgården with one resident whose plan a human has approved: 1.000 kr. a month from 1 December."""

    def __init__(self, db: Database, **settings: Any) -> None:
        super().__init__(db, **settings)
        [self.case_id] = self.add(
            "1", opened_at=at("2026-11-20T08:00"), deadline=date(2026, 12, 3), arrears_ore=245_050
        )
        with db.write() as session:
            case = session.get_one(Case, self.case_id)
            case.resident.name = "Amina Hassan"
            self.thread = self._put(
                session,
                Conversation(
                    organisation_id=case.organisation_id, case_id=case.id, phone="+4511114001", created_at=AGREED
                ),
            )
            self.plan = self._put(session, self.agreed_plan())

    @staticmethod
    def _put(session: Any, row: Any) -> int:
        session.add(row)
        session.flush()
        return int(row.id)

    def agreed_plan(self, **more: Any) -> Plan:
        values: dict[str, Any] = {
            "case_id": self.case_id,
            "monthly_ore": 100_000,
            "instalments": 3,
            "first_date": date(2026, 12, 1),
            "total_ore": 245_050,
            "status": "approved",
            "at": AGREED,
            "decided_at": AGREED,
        }
        return Plan(**(values | more))

    def put(self, table: type[Any], row: int, **values: Any) -> None:
        with self.db.write() as session:
            for name, value in values.items():
                setattr(session.get_one(table, row), name, value)

    def keep(self, *moments: datetime) -> None:
        for moment in moments:
            keep_plans(self.db, self.organisation_id, moment)

    def reminders(self) -> list[Message]:
        return [message for message in self.messages() if message.author == "bot"]

    def asked(self, status: str = "open") -> list[Task]:
        return [task for task in self.tasks() if task.type == "check_payment" and task.status == status]


def test_an_instalment_is_reminded_of_once_with_no_word_on_money(db: Database):
    home = Home(db)
    home.keep(REMINDER - timedelta(minutes=1))
    assert home.reminders() == []
    home.keep(REMINDER, REMINDER, REMINDER + timedelta(days=1))
    [reminder] = home.reminders()
    assert reminder.body == (
        "Hej Amina. En lille påmindelse fra en rådgiver om det, vi har aftalt til tirsdag d. 1. december. "
        "Bliver det svært, så skriv bare her, helst inden dagen."
    )
    assert (reminder.status, reminder.due_at, reminder.expires_at) == ("queued", REMINDER, at("2026-12-01T18:00"))
    assert reminder.bulk


def test_two_schedulers_at_once_remind_and_ask_once(db: Database):
    home = Home(db)
    for moment in (REMINDER, LOOK):
        gate = threading.Barrier(4)

        def run(now: datetime = moment, gate: threading.Barrier = gate) -> None:
            gate.wait()
            home.keep(now)

        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(home.reminders()) == 1
    assert len(home.asked()) == 1
    with db.read() as session:
        assert len(list(session.scalars(select(PlanStep)))) == 2


def test_by_the_clock_alone_each_instalment_has_its_reminder_and_its_question(sqlite_db: Database):
    home = Home(sqlite_db)
    now = AGREED
    while (moment := jobs.due_moments(sqlite_db, now)) is not None and moment < at("2027-04-01T12:00"):
        now = moment
        jobs.tick(sqlite_db, now)
    assert [f"{message.due_at:%Y-%m-%d %H.%M}" for message in home.reminders()] == [
        "2026-11-27 09.00",
        "2026-12-29 09.00",
        "2027-01-29 09.00",
    ]
    assert [(task.due, task.note) for task in home.asked()] == [
        (date(2026, 12, 2), "rate 1 af 3, 1.000 kr. d. 1. december. Restancen er ikke faldet."),
        (date(2027, 1, 4), "rate 2 af 3, 1.000 kr. d. 1. januar. Restancen er ikke faldet."),
        (date(2027, 2, 2), "rate 3 af 3, 450,50 kr. d. 1. februar. Restancen er ikke faldet."),
    ]


def test_a_clock_that_jumps_over_several_asks_one_thing_and_reminds_of_nothing_gone(db: Database):
    home = Home(db)
    home.keep(at("2027-02-02T12:00"), at("2027-02-02T12:00"))
    assert home.reminders() == []
    assert [task.note.split(",")[0] for task in home.asked()] == ["rate 3 af 3"]


AGAINST: dict[str, Callable[[Home], None]] = {
    "opted out": lambda home: _stop(home),
    "held": lambda home: home.put(Conversation, home.thread, held_by="adviser"),
    "waits for a human": lambda home: home.put(Conversation, home.thread, held_by="queue"),
    "paused": lambda home: home.put(Conversation, home.thread, bot_paused=True),
    "not their number": lambda home: home.put(Case, home.case_id, number_taken_off=True),
    "new number": lambda home: _new_number(home),
    "declined": lambda home: home.put(Plan, home.plan, status="declined"),
    "replaced": lambda home: home.put(Plan, home.plan, status="replaced"),
    "only proposed": lambda home: home.put(Plan, home.plan, status="proposed"),
    "closed": lambda home: home.put(Case, home.case_id, status="closed", outcome="moved_out"),
    "paid": lambda home: home.put(Case, home.case_id, arrears_ore=0, status="settled"),
    "came again": lambda home: home.put(Case, home.case_id, opened_at=REMINDER),
}
#: Not asked again seconds later.
ONLY_WHEN_DUE = {"paid early": lambda home: home.put(Case, home.case_id, arrears_ore=145_050)}


def _stop(home: Home) -> None:
    with home.db.write() as session:
        session.add(Consent(phone="+4511114001", opted_out=True, at=AGREED))


def _new_number(home: Home) -> None:
    with home.db.write() as session:
        session.get_one(Case, home.case_id).resident.phone = "+4511114999"


@pytest.mark.parametrize("name", AGAINST | ONLY_WHEN_DUE)
def test_what_speaks_against_a_reminder_when_it_is_due(sqlite_db: Database, name: str):
    home = Home(sqlite_db)
    (AGAINST | ONLY_WHEN_DUE)[name](home)
    home.keep(REMINDER)
    assert home.reminders() == []


@pytest.mark.parametrize("name", sorted(AGAINST))
def test_what_speaks_against_it_is_asked_again_at_the_moment_of_sending(db: Database, name: str):
    home = Home(db)
    home.keep(REMINDER)
    AGAINST[name](home)
    with db.write() as session:
        message = session.scalars(select(Message).where(Message.author == "bot")).one()
        assert isinstance(recheck(session, message, REMINDER), Refuse)


def test_a_reminder_goes_in_the_window_also_when_the_resident_has_written_meanwhile(db: Database):
    home = Home(db)
    home.keep(REMINDER)
    home.reply(home.case_id, REMINDER)
    with db.write() as session:
        message = session.scalars(select(Message).where(Message.author == "bot")).one()
        assert recheck(session, message, REMINDER) == Send()
        assert recheck(session, message, at("2026-11-27T18:00")) == Wait(at("2026-11-30T09:00"))
        assert recheck(session, message, at("2026-12-01T18:00")) == Refuse("expired")


def test_a_case_closed_with_the_plan_as_its_outcome_runs_on(db: Database):
    home = Home(db)
    home.put(Case, home.case_id, status="closed", outcome="plan_agreed")
    home.keep(REMINDER)
    with db.write() as session:
        message = session.scalars(select(Message).where(Message.author == "bot")).one()
        assert recheck(session, message, REMINDER) == Send()
    home.keep(LOOK)
    assert len(home.asked()) == 1


@pytest.mark.parametrize(("silent", "flow"), [(timedelta(days=3), None), (timedelta(hours=1), "menu")])
def test_an_ok_to_the_reminder_answers_no_question_of_weeks_ago(
    sqlite_db: Database, silent: timedelta, flow: str | None
):
    home = Home(sqlite_db)
    asked = {"version": 1, "flow": "menu", "step": "choose", "slots": {"language": "da"}}
    home.put(Conversation, home.thread, state=asked, last_message_at=REMINDER - silent)
    home.keep(REMINDER)
    with sqlite_db.read() as session:
        state = session.get_one(Conversation, home.thread).state
    assert (state["flow"], state["slots"]) == (flow, {"language": "da"})


def test_who_gets_free_before_the_day_is_still_reminded(sqlite_db: Database):
    home = Home(sqlite_db)
    home.put(Conversation, home.thread, held_by="adviser")
    home.keep(REMINDER)
    home.put(Conversation, home.thread, held_by="bot")
    home.keep(at("2026-11-30T09:00"))
    assert len(home.reminders()) == 1


def test_the_organisation_says_how_many_days_before_or_never(sqlite_db: Database):
    home = Home(sqlite_db, plan_reminder_days=0)
    home.keep(REMINDER, at("2026-11-30T12:00"), at("2026-12-01T10:00"))
    assert home.reminders() == []
    home.keep(LOOK)
    assert len(home.asked()) == 1


class Phone:
    """A gateway that takes everything and remembers it."""

    def __init__(self) -> None:
        self.got: list[str] = []

    def send(self, outgoing: Outgoing) -> Accepted:
        self.got.append(outgoing.body)
        return Accepted(f"SM{len(self.got)}", "sent")

    def look_up(self, outgoing: Outgoing, since: datetime, known: frozenset[str]) -> Accepted | None:
        return None

    def fetch(self, sid: str) -> Accepted | None:
        return None

    def list_inbound(self, number: str, since: datetime) -> tuple[()]:
        return ()

    def is_genuine(self, url: str, form: object, signature: str) -> bool:
        return True


def test_a_process_that_dies_between_commit_and_send_is_followed_by_one_that_sends_once(db: Database):
    """The first scheduler is gone after its commit; the next one and a new worker go on."""
    home, phone = Home(db), Phone()
    home.keep(REMINDER)
    home.keep(REMINDER + timedelta(minutes=1))
    dispatch = Dispatch(db, lambda: REMINDER + timedelta(minutes=1), phone, "http://127.0.0.1")
    dispatch.send_next()
    home.keep(REMINDER + timedelta(minutes=2))
    dispatch.send_next()
    assert len(phone.got) == 1


def fail_once_at(db: Database, statement: str) -> None:
    """The next statement that begins so fails, as it does where a process or a connection dies."""
    left = [statement]

    def fail(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        if left and sql.startswith(left[0]):
            left.clear()
            raise ConnectionError

    event.listen(db.engine, "before_cursor_execute", fail)


@pytest.mark.parametrize("statement", ["INSERT INTO plan_step", "INSERT INTO message ", "UPDATE plan_step"])
def test_where_it_dies_before_the_commit_nothing_is_done_and_the_next_one_does_it_once(db: Database, statement: str):
    home = Home(db)
    fail_once_at(db, statement)
    home.keep(REMINDER)
    with db.read() as session:
        assert list(session.scalars(select(PlanStep))) == []
    assert home.reminders() == []
    home.keep(REMINDER, REMINDER)
    assert len(home.reminders()) == 1


def test_a_phone_that_was_off_gets_the_copy_and_the_copy_is_the_reminder(db: Database):
    home = Home(db)
    home.keep(REMINDER)
    with db.write() as session:
        message = session.scalars(select(Message).where(Message.author == "bot")).one()
        message.status, message.error = "undelivered", "30003"
        act_on_failure(session, message, REMINDER)
        copy = session.scalars(select(Message).where(Message.away_tries == 2)).one()
        assert recheck(session, copy, REMINDER + timedelta(hours=3)) == Send()
    home.keep(REMINDER + timedelta(hours=3))
    assert len(home.reminders()) == 2


def test_a_missed_instalment_is_a_task_and_never_an_sms(db: Database):
    home = Home(db)
    home.keep(LOOK, LOOK)
    [task] = home.asked()
    assert (task.due, task.case_id, task.conversation_id) == (date(2026, 12, 2), home.case_id, home.thread)
    assert home.messages() == []
    with db.read() as session:
        assert session.get_one(Plan, home.plan).status == "approved", "only a human says that it is broken"


def test_a_paid_instalment_asks_nobody_and_one_that_comes_late_takes_the_task_back(db: Database):
    home = Home(db)
    home.keep(LOOK)
    home.put(Case, home.case_id, arrears_ore=145_050)
    home.keep(LOOK + timedelta(days=1))
    assert home.asked() == []
    assert len(home.asked("dropped")) == 1
    home.put(Case, home.case_id, arrears_ore=45_050)
    home.keep(at("2027-01-04T09:00"))
    assert home.asked() == []


def test_when_all_is_paid_the_plan_is_kept_also_after_the_case_was_closed_with_it(db: Database):
    home = Home(db)
    home.put(Case, home.case_id, status="closed", outcome="plan_agreed", arrears_ore=0)
    home.keep(AGREED + timedelta(hours=1))
    with db.read() as session:
        assert session.get_one(Plan, home.plan).status == "kept"


def test_a_plan_that_fails_does_not_stop_the_others(sqlite_db: Database):
    home = Home(sqlite_db)
    [other] = home.add("2", opened_at=at("2026-11-20T08:00"), phone="+4511114777")
    with sqlite_db.write() as session:
        thread = Conversation(
            organisation_id=home.organisation_id, case_id=other, phone="+4511114777", created_at=AGREED
        )
        session.add_all([thread, home.agreed_plan(case_id=other)])
    fail_once_at(sqlite_db, "INSERT INTO message ")
    home.keep(REMINDER)
    assert [message.conversation_id for message in home.reminders()] != [home.thread]
    assert len(home.reminders()) == 1
    home.keep(REMINDER)
    assert len(home.reminders()) == 2


def test_another_organisations_plans_are_left_alone(sqlite_db: Database):
    home = Home(sqlite_db)
    with sqlite_db.read() as session:
        vestbo = session.scalars(select(Organisation.id).where(Organisation.slug == "vestbo")).one()
    keep_plans(sqlite_db, vestbo, REMINDER)
    assert home.reminders() == []


def thanks(home: Home) -> list[str]:
    return [message.text_key for message in home.messages() if message.text_key.startswith("thanks.")]


def test_the_first_instalment_is_thanked_for_once_and_no_later_one(db: Database):
    home = Home(db, plan_reminder_days=0)
    home.put(Case, home.case_id, arrears_ore=145_050)
    home.keep(LOOK, LOOK)
    assert thanks(home) == ["thanks.kept_asks:da"]
    home.put(Case, home.case_id, arrears_ore=45_050)
    home.keep(at("2027-01-04T09:00"))
    assert thanks(home) == ["thanks.kept_asks:da"]
    with db.read() as session:
        step = session.scalars(select(PlanStep).where(PlanStep.kind == "thanks")).one()
    assert (step.number, step.message_id) == (1, home.messages()[0].id)


def test_a_first_instalment_that_was_missed_or_ends_it_all_is_not_thanked_for(sqlite_db: Database):
    home = Home(sqlite_db, plan_reminder_days=0)
    home.keep(LOOK)
    home.put(Case, home.case_id, arrears_ore=145_050)
    home.keep(LOOK + timedelta(days=7))
    home.put(Case, home.case_id, arrears_ore=0, status="settled")
    home.keep(LOOK + timedelta(days=8))
    assert thanks(home) == []


@pytest.mark.parametrize("name", ["opted out", "held", "paused", "not their number", "closed", "paid", "came again"])
def test_what_speaks_against_the_thanks_when_it_leaves(sqlite_db: Database, name: str):
    home = Home(sqlite_db, plan_reminder_days=0)
    home.put(Case, home.case_id, arrears_ore=145_050)
    home.keep(LOOK)
    AGAINST[name](home)
    with sqlite_db.write() as session:
        message = session.scalars(select(Message).where(Message.text_key.startswith("thanks."))).one()
        assert isinstance(recheck(session, message, LOOK), Refuse)
