""" "How is it going?" on a real database: only after a yes, once each, or dropped with a reason that can be read."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from bot.check_ins import plan_check_ins
from bot.contact_check import Refuse, Send, recheck
from bot.db import Database
from bot.dialogs.effects import DropCheckIns, Effect, OptOut, PlanCheckIns
from bot.models import Case, CheckIn, Consent, Conversation, Marker, Message, Plan, Task
from scheduler import jobs
from scheduler.check_ins import send_check_ins
from tests.scheduler.world import Talk, at

#: A Tuesday; a month later is Thursday 24 December, when nothing is started, and the next days are holidays.
YES = at("2026-11-24T10:00")
DUE = date(2026, 12, 24)
FIRST = at("2026-12-28T09:00")


class Willing(Talk):
    """Solgården with Line, whose case was settled, and who said yes to hear from us again."""

    def __init__(self, db: Database, *effects: Effect, **settings: Any) -> None:
        super().__init__(db, YES, settings, arrears_ore=0, status="settled")
        self.do(YES, *(effects or (PlanCheckIns(),)))

    def ask(self, *moments: datetime) -> None:
        for moment in moments or (FIRST,):
            send_check_ins(self.db, self.organisation_id, moment)

    def rows(self) -> list[tuple[int, int, str]]:
        with self.db.read() as session:
            return [(c.round, c.days, c.status) for c in session.scalars(select(CheckIn).order_by(CheckIn.id))]

    def state(self) -> dict[str, Any]:
        with self.db.read() as session:
            return session.get_one(Conversation, self.thread).state

    def reasons(self) -> list[str]:
        with self.db.read() as session:
            dropped = select(Marker).where(Marker.kind == "check_in_dropped").order_by(Marker.id)
            return [marker.detail["why"] for marker in session.scalars(dropped)]


def test_it_is_not_asked_while_the_window_is_closed_so_no_question_waits_unsent(sqlite_db: Database):
    home = Willing(sqlite_db)
    home.ask(FIRST.replace(hour=20))
    assert (home.messages(), home.state().get("flow")) == ([], None)
    home.ask(at("2026-12-29T09:00"))
    assert [message.text_key for message in home.messages()] == ["check_in.hello:da"]


def test_a_yes_is_three_days_and_a_second_yes_changes_nothing(db: Database):
    home = Willing(db)
    home.do(YES + timedelta(days=1), PlanCheckIns())
    assert home.rows() == [(0, 30, "waits"), (0, 90, "waits"), (0, 180, "waits")]
    with db.read() as session:
        days = list(session.scalars(select(CheckIn.due).order_by(CheckIn.id)))
    assert days == [DUE, date(2027, 2, 22), date(2027, 5, 23)]


def test_said_yes_again_next_year_counts_anew(db: Database):
    home = Willing(db)
    home.do(YES, DropCheckIns())
    home.do(at("2027-11-24T10:00"), PlanCheckIns())
    assert [row[:2] for row in home.rows()] == [(0, 30), (0, 90), (0, 180), (1, 30), (1, 90), (1, 180)]
    assert {status for round_, _, status in home.rows() if round_ == 0} == {"dropped"}


@pytest.mark.parametrize("effect", [DropCheckIns(), OptOut("stop")])
def test_no_and_stop_drop_what_waits(db: Database, effect: Effect):
    home = Willing(db)
    home.do(YES, effect)
    assert {status for *_, status in home.rows()} == {"dropped"}


def test_it_goes_with_the_case(db: Database):
    home = Willing(db)
    with db.write() as session:
        session.get_one(Conversation, home.thread).case_id = None
        session.flush()
        session.delete(session.get_one(Case, home.case_id))
    assert home.rows() == []


def test_it_is_asked_once_in_the_window_of_a_settled_case_without_a_word_on_money(db: Database):
    home = Willing(db)
    home.put(closed_at=YES)
    home.ask(FIRST - timedelta(minutes=1))
    home.ask(FIRST, FIRST, FIRST + timedelta(days=1))
    [hello] = home.messages()
    assert hello.body == (
        "Hej Line. Det er en rådgiver fra Solgaarden. Jeg lovede at høre, hvordan det går. Svar 1, hvis det går fint, "
        "eller 2, hvis du gerne vil tale med mig."
    )
    assert (hello.due_at, hello.expires_at, hello.bulk) == (FIRST, at("2026-12-30T18:00"), True)
    assert home.rows()[0] == (0, 30, "sent")
    assert (home.state()["flow"], home.state()["step"]) == ("check_in", "how")
    with db.write() as session:
        assert session.get_one(Conversation, home.thread).closed_at is None
        assert recheck(session, session.get_one(Message, hello.id), FIRST) == Send()


def test_by_the_clock_alone_each_is_sent_on_its_day(sqlite_db: Database):
    home = Willing(sqlite_db, close_after_days=10)
    now = YES
    while (moment := jobs.due_moments(sqlite_db, now)) is not None and moment < at("2027-08-01T12:00"):
        now = moment
        jobs.tick(sqlite_db, now)
    mine = [message for message in home.messages() if message.text_key == "check_in.hello:da"]
    assert [f"{message.due_at:%Y-%m-%d %H.%M}" for message in mine] == [
        "2026-12-28 09.00",
        "2027-02-22 09.00",
        "2027-05-24 09.00",
    ]


def test_an_answer_of_any_kind_is_an_answer(db: Database):
    home = Willing(db)
    home.ask()
    home.reply(home.case_id, FIRST + timedelta(hours=1))
    home.ask(FIRST + timedelta(hours=2))
    assert home.rows()[0] == (0, 30, "answered")


def test_a_talk_that_goes_on_is_not_cut_off_and_the_question_comes_later(db: Database):
    home = Willing(db)
    home.put(last_message_at=FIRST - timedelta(hours=1))
    home.ask(FIRST)
    assert (home.messages(), home.rows()[0][2]) == ([], "waits")
    home.ask(FIRST + timedelta(days=1))
    assert len(home.messages()) == 1


AGAINST: dict[str, Callable[[Willing], None]] = {
    "opted_out": lambda home: _stop(home),
    "held": lambda home: home.put(held_by="queue"),
    "bot_paused": lambda home: home.put(bot_paused=True),
    "wrong_person": lambda home: home.change(home.case_id, number_taken_off=True),
    "new_case": lambda home: _comes_again(home),
    "home_lost": lambda home: home.change(home.case_id, outcome="evicted"),
    "in_wave": lambda home: home.change(home.case_id, status="open", arrears_ore=1, deadline=date(2026, 12, 30)),
}


def _stop(home: Willing) -> None:
    """Told by the gateway: nothing else was done about it."""
    with home.db.write() as session:
        session.add(Consent(phone="+4511114001", opted_out=True, source="gateway", at=YES))


def _comes_again(home: Willing) -> None:
    home.change(home.case_id, status="open", arrears_ore=1, opened_at=at("2026-12-20T08:00"))


@pytest.mark.parametrize("why", AGAINST)
def test_what_speaks_against_it_drops_it_and_the_thread_says_why(sqlite_db: Database, why: str):
    home = Willing(sqlite_db)
    AGAINST[why](home)
    home.ask(FIRST, FIRST)
    assert (home.messages(), home.rows()[0], home.reasons()) == ([], (0, 30, "dropped"), [why])


@pytest.mark.parametrize("why", AGAINST)
def test_it_is_asked_once_more_when_it_leaves(sqlite_db: Database, why: str):
    home = Willing(sqlite_db)
    home.ask()
    AGAINST[why](home)
    with sqlite_db.write() as session:
        message = session.scalars(select(Message).where(Message.text_key == "check_in.hello:da")).one()
        assert recheck(session, message, FIRST) == Refuse(why)
        message.status, message.error = "refused", why
    home.ask(FIRST + timedelta(minutes=1))
    assert (home.rows()[0], home.reasons()) == ((0, 30, "dropped"), [why])
    assert home.state().get("flow") is None, "nobody has read the question"


def test_what_became_of_it_stands_in_the_thread_it_was_sent_in_though_the_number_is_new(sqlite_db: Database):
    home = Willing(sqlite_db)
    home.ask()
    with sqlite_db.write() as session:
        session.get_one(Case, home.case_id).resident.phone = "+4511114777"
        session.scalars(select(Message)).one().status = "refused"
    home.ask(FIRST + timedelta(minutes=1))
    with sqlite_db.read() as session:
        assert session.scalars(select(Marker.conversation_id).where(Marker.kind == "check_in_dropped")).all() == [
            home.thread
        ]
        assert session.scalars(select(Conversation.phone)).all() == ["+4511114001"]


def test_an_open_case_with_an_agreed_plan_is_no_running_ladder(sqlite_db: Database):
    home = Willing(sqlite_db)
    AGAINST["in_wave"](home)
    with sqlite_db.write() as session:
        terms = {"monthly_ore": 1, "instalments": 1, "first_date": DUE}
        session.add(Plan(case_id=home.case_id, status="approved", at=YES, decided_at=YES, **terms))
    home.ask()
    assert len(home.messages()) == 1


def test_without_a_number_or_after_a_standstill_there_is_none(sqlite_db: Database):
    home = Willing(sqlite_db)
    home.ask(at("2027-01-20T09:00"))
    assert (home.rows()[0], home.reasons()) == ((0, 30, "dropped"), ["expired"])
    with sqlite_db.write() as session:
        session.get_one(Case, home.case_id).resident.phone = None
    home.ask(at("2027-02-22T09:00"))
    assert (home.rows()[1], home.messages()) == ((0, 90, "dropped"), [])


def test_in_another_language_a_human_keeps_the_promise(sqlite_db: Database):
    home = Willing(sqlite_db)
    home.put(language="tr")
    home.ask(FIRST, FIRST)
    assert home.messages() == []
    with sqlite_db.read() as session:
        [task] = session.scalars(select(Task).where(Task.type == "call"))
    assert (task.due, task.conversation_id) == (FIRST.date(), home.thread)


def test_four_schedulers_at_once_ask_once(db: Database):
    home, gate = Willing(db), threading.Barrier(4)

    def run() -> None:
        gate.wait()
        home.ask()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(home.messages()) == 1


@pytest.mark.parametrize("statement", ["INSERT INTO message ", "UPDATE check_in"])
def test_where_it_dies_before_the_commit_nothing_is_done_and_the_next_one_does_it_once(db: Database, statement: str):
    home = Willing(db)
    left = [statement]

    def fail(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        if left and sql.startswith(left[0]):
            left.clear()
            raise ConnectionError

    event.listen(db.engine, "before_cursor_execute", fail)
    home.ask()
    assert (home.messages(), home.rows()[0][2]) == ([], "waits")
    home.ask(FIRST, FIRST)
    assert len(home.messages()) == 1


def test_nothing_is_asked_of_who_never_said_yes(sqlite_db: Database):
    home = Willing(sqlite_db, DropCheckIns())
    home.ask(FIRST, at("2027-05-24T09:00"))
    assert (home.rows(), home.messages()) == ([], [])


def test_an_adviser_may_plan_them_and_a_waiting_yes_is_not_doubled(sqlite_db: Database):
    home = Willing(sqlite_db, DropCheckIns())
    with sqlite_db.write() as session:
        case = session.get_one(Case, home.case_id)
        assert plan_check_ins(session, case, YES)
        assert not plan_check_ins(session, case, YES)
    assert len(home.rows()) == 3


def test_on_a_number_that_is_talked_to_about_somebody_else_there_is_none(sqlite_db: Database):
    home = Willing(sqlite_db)
    [other] = home.add("2", phone="+4511114001", status="closed")
    home.put(case_id=other)
    home.ask()
    assert (home.messages(), home.reasons()) == ([], ["number_changed"])
