"""Promises on a real database: kept with one thanks, or one question to a human; once, whoever looks how often."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from bot.contact_check import Refuse, Send, recheck
from bot.db import Database
from bot.dialogs.effects import RecordPromise
from bot.dialogs.state import State
from bot.models import Case, Consent, Conversation, Marker, Message, Promise, Task
from scheduler import jobs
from scheduler.keep_promises import keep_promises
from tests.scheduler.world import Talk, at

SAID = at("2026-11-24T10:00")
LOOK = at("2026-11-27T09:00")
FED = at("2026-11-27T06:00")
OWED = 845_050
THANKS_AND_QUESTION = (
    "Hej Line. Det er en rådgiver fra Solgaarden. Tak, fordi du gjorde, som vi aftalte. Vi er ikke helt i mål endnu. "
    "Må jeg skrive igen om en måned og et par gange senere og høre, hvordan det går? Svar JA eller NEJ."
)


class Promising(Talk):
    """Solgården with Line, who has said on a Tuesday that 3.000 kr. come on Thursday."""

    def __init__(self, db: Database, *promises: RecordPromise, **settings: Any) -> None:
        super().__init__(db, SAID, settings, arrears_ore=OWED)
        self.do(SAID, *(promises or (RecordPromise(300_000, date(2026, 11, 26)),)))

    def feed(self, arrears_ore: int, moment: datetime = FED) -> None:
        self.change(self.case_id, arrears_ore=arrears_ore, updated_at=moment)

    def look(self, *moments: datetime) -> None:
        for moment in moments or (LOOK,):
            keep_promises(self.db, self.organisation_id, moment)

    def statuses(self) -> list[str]:
        with self.db.read() as session:
            return list(session.scalars(select(Promise.status).order_by(Promise.id)))

    def checks(self, status: str = "open") -> list[Task]:
        return [task for task in self.tasks() if task.type == "check_promise" and task.status == status]

    def thanks(self) -> list[Message]:
        return [message for message in self.messages() if message.text_key.startswith("thanks.")]

    def markers(self) -> list[str]:
        with self.db.read() as session:
            return list(session.scalars(select(Marker.kind).order_by(Marker.id)))


def test_what_was_owed_is_kept_with_the_promise(db: Database):
    Promising(db, RecordPromise(300_000, date(2026, 11, 26)), RecordPromise(None, None))
    with db.read() as session:
        assert session.execute(select(Promise.amount_ore, Promise.arrears_ore)).all() == [(300_000, OWED), (None, OWED)]


def test_a_kept_part_is_thanked_for_once_in_the_window_and_asks_whether_we_may_write_again(db: Database):
    home = Promising(db)
    home.feed(OWED - 300_000)
    home.look(LOOK - timedelta(minutes=1))
    assert home.statuses() == ["open"]
    home.look(LOOK, LOOK, LOOK + timedelta(days=1))
    assert home.statuses() == ["kept"]
    assert [len(home.checks("dropped")), len(home.checks())] == [1, 0]
    [thanks] = home.thanks()
    assert thanks.body == THANKS_AND_QUESTION
    assert (thanks.due_at, thanks.expires_at, thanks.bulk) == (LOOK, at("2026-12-01T18:00"), True)
    with db.read() as session:
        state = session.get_one(Conversation, home.thread).state
        assert (state["flow"], state["step"]) == ("check_in", "ask")
        assert session.scalars(select(Promise.looked_at)).one() == LOOK
    assert home.markers()[-2:] == ["promise_kept", "check_in_asked"]


def test_the_question_is_asked_once_and_the_next_thanks_comes_without_it(db: Database):
    home = Promising(db)
    home.feed(OWED - 300_000)
    home.look()
    home.change(home.case_id, deadline=date(2026, 12, 10))
    anew = at("2026-12-01T12:00")
    home.do(anew, RecordPromise(100_000, date(2026, 12, 3)))
    home.feed(OWED - 400_000, at("2026-12-04T06:00"))
    home.look(at("2026-12-04T09:00"))
    assert [message.text_key for message in home.thanks()] == ["thanks.kept_asks:da", "thanks.kept:da"]


def test_the_question_of_a_thanks_that_was_never_sent_is_taken_back_and_asked_with_the_next_one(db: Database):
    home = Promising(db)
    home.feed(OWED - 300_000)
    home.look()
    with db.write() as session:
        session.scalars(select(Message).where(Message.text_key == "thanks.kept_asks:da")).one().status = "refused"
    for _ in range(2):
        jobs.tick(db, LOOK + timedelta(minutes=1))
    with db.read() as session:
        assert session.get_one(Conversation, home.thread).state.get("flow") is None, "nobody has read the question"
    assert "check_in_asked" not in home.markers()
    home.change(home.case_id, deadline=date(2026, 12, 10))
    home.do(at("2026-12-01T12:00"), RecordPromise(100_000, date(2026, 12, 3)))
    home.feed(OWED - 400_000, at("2026-12-04T06:00"))
    home.look(at("2026-12-04T09:00"))
    assert [message.text_key for message in home.thanks()] == ["thanks.kept_asks:da"] * 2


def test_a_question_that_came_after_a_thanks_that_was_never_sent_stands(db: Database):
    home = Promising(db)
    home.feed(OWED - 300_000)
    home.look()
    with db.write() as session:
        thanks = session.scalars(select(Message).where(Message.text_key == "thanks.kept_asks:da")).one()
        thanks.status = "refused"
        again = {"direction": "out", "author": "adviser", "body": "Må vi skrive igen?", "status": "delivered"}
        session.add(Message(conversation_id=home.thread, at=LOOK + timedelta(hours=1), **again))
    jobs.tick(db, LOOK + timedelta(hours=2))
    with db.read() as session:
        assert session.get_one(Conversation, home.thread).state["flow"] == "check_in"


def test_a_talk_that_goes_on_keeps_its_question_and_is_only_thanked_in(db: Database):
    home = Promising(db)
    asks = State().evolve(flow="payment_plan", step="amount").to_json()
    home.put(state=asks, last_message_at=LOOK - timedelta(hours=2))
    home.feed(OWED - 300_000)
    home.look()
    assert [message.text_key for message in home.thanks()] == ["thanks.kept:da"]
    with db.read() as session:
        assert session.get_one(Conversation, home.thread).state["step"] == "amount"


def test_a_broken_promise_is_one_task_with_a_note_and_never_an_sms(db: Database):
    home = Promising(db)
    home.feed(OWED - 100_000)
    home.look(LOOK, LOOK, LOOK + timedelta(days=7))
    assert home.statuses() == ["broken"]
    [task] = home.checks()
    assert task.due == LOOK.date()
    assert task.note == "Lovet: 3.000 kr. d. 26. november. Restancen er kun faldet 1.000 kr."
    assert home.messages() == []


def test_money_that_comes_later_makes_it_kept_and_puts_the_task_away_without_a_word(db: Database):
    home = Promising(db)
    home.feed(OWED)
    home.look()
    home.feed(OWED - 300_000, at("2026-12-02T06:00"))
    home.look(at("2026-12-02T09:00"), at("2026-12-02T09:00"))
    assert home.statuses() == ["kept"]
    assert (home.checks(), len(home.checks("dropped"))) == ([], 1)
    assert home.messages() == []


def test_without_new_figures_the_task_waits_and_on_the_third_working_day_says_so(db: Database):
    home = Promising(db)
    home.look(LOOK)
    [waits] = home.checks()
    assert (waits.due, waits.note) == (date(2026, 12, 1), "")
    home.look(at("2026-12-01T09:00"), at("2026-12-02T09:00"))
    [asks] = home.checks()
    assert asks.note == (
        "Lovet: 3.000 kr. d. 26. november. Vi har ikke fået nye tal fra huslejesystemet siden. Se selv efter."
    )
    assert home.statuses() == ["open"]
    home.feed(OWED - 300_000, at("2026-12-03T06:00"))
    home.look(at("2026-12-03T09:00"))
    assert (home.statuses(), home.checks()) == (["kept"], [])


def test_a_promise_from_before_we_wrote_down_what_was_owed_is_a_humans(db: Database):
    home = Promising(db)
    with db.write() as session:
        session.scalars(select(Promise)).one().arrears_ore = None
    home.feed(OWED - 300_000)
    home.look(LOOK, LOOK)
    assert home.statuses() == ["open"]
    assert [task.note for task in home.checks()] == [
        "Lovet: 3.000 kr. d. 26. november. Vi ved ikke, hvad der manglede dengang. Se selv efter."
    ]


def test_where_nothing_is_owed_any_more_nothing_is_sent(db: Database):
    home = Promising(db)
    home.feed(0)
    home.change(home.case_id, status="settled")
    home.look()
    assert home.messages() == []


AGAINST: dict[str, Callable[[Promising], None]] = {
    "opted_out": lambda home: _stop(home),
    "held": lambda home: home.put(held_by="adviser"),
    "bot_paused": lambda home: home.put(bot_paused=True),
    "number_taken_off": lambda home: home.change(home.case_id, number_taken_off=True),
    "settled": lambda home: home.change(home.case_id, status="settled"),
    "come_again": lambda home: home.change(home.case_id, opened_at=LOOK + timedelta(minutes=1)),
}


def _stop(home: Promising) -> None:
    with home.db.write() as session:
        session.add(Consent(phone="+4511114001", opted_out=True, at=SAID))


@pytest.mark.parametrize("why", AGAINST)
def test_what_speaks_against_a_thanks_is_asked_when_it_is_due_and_when_it_leaves(sqlite_db: Database, why: str):
    home = Promising(sqlite_db)
    home.feed(OWED - 300_000)
    home.look()
    AGAINST[why](home)
    assert _verdict(home, LOOK) == Refuse(why)


def _verdict(home: Promising, now: datetime) -> object:
    with home.db.write() as session:
        return recheck(session, session.get_one(Message, home.thanks()[0].id), now)


@pytest.mark.parametrize("why", AGAINST)
def test_who_may_not_be_written_to_is_not_thanked_and_their_word_still_counts(sqlite_db: Database, why: str):
    home = Promising(sqlite_db)
    home.feed(OWED - 300_000)
    AGAINST[why](home)
    home.look()
    assert home.messages() == []
    assert home.statuses() == (["open"] if why in ("settled", "come_again") else ["kept"])


def test_another_open_promise_does_not_stop_the_thanks_and_two_days_later_it_is_too_late(db: Database):
    home = Promising(db, RecordPromise(300_000, date(2026, 11, 26)), RecordPromise(545_050, date(2026, 12, 15)))
    home.feed(OWED - 300_000)
    home.look()
    assert home.statuses() == ["kept", "open"]
    assert _verdict(home, LOOK) == Send()
    assert _verdict(home, at("2026-12-02T09:00")) == Refuse("expired")


def test_in_another_language_nobody_is_thanked(sqlite_db: Database):
    home = Promising(sqlite_db)
    home.put(language="tr")
    home.feed(OWED - 300_000)
    home.look()
    assert (home.statuses(), home.messages()) == (["kept"], [])


def test_who_kept_or_broke_their_word_is_not_chased_by_the_ladder(sqlite_db: Database):
    home = Promising(sqlite_db)
    home.feed(OWED - 300_000)
    now = at("2026-11-27T12:00")
    while (moment := jobs.due_moments(sqlite_db, now)) is not None and moment < at("2026-12-10T12:00"):
        now = moment
        jobs.tick(sqlite_db, now)
    assert home.statuses() == ["kept"]
    assert [message.text_key for message in home.messages()] == ["thanks.kept_asks:da"]
    left = [(task.type, task.due) for task in home.tasks() if task.case_id == home.case_id and task.status == "open"]
    assert left == [("other", date(2026, 12, 3))]


def test_four_schedulers_at_once_look_once(db: Database):
    home, gate = Promising(db), threading.Barrier(4)
    home.feed(OWED - 300_000)

    def run() -> None:
        gate.wait()
        home.look()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (home.statuses(), len(home.thanks())) == (["kept"], 1)
    assert home.markers().count("promise_kept") == 1


@pytest.mark.parametrize("statement", ["INSERT INTO message ", "UPDATE promise", "INSERT INTO marker"])
def test_where_it_dies_before_the_commit_nothing_is_done_and_the_next_one_does_it_once(db: Database, statement: str):
    home = Promising(db)
    home.feed(OWED - 300_000)
    left = [statement]

    def fail(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        if left and sql.startswith(left[0]):
            left.clear()
            raise ConnectionError

    event.listen(db.engine, "before_cursor_execute", fail)
    home.look()
    assert (home.statuses(), home.thanks()) == (["open"], [])
    home.look(LOOK, LOOK)
    assert (home.statuses(), len(home.thanks())) == (["kept"], 1)


def test_a_case_that_came_again_knows_nothing_of_older_promises(sqlite_db: Database):
    home = Promising(sqlite_db)
    home.change(home.case_id, opened_at=LOOK - timedelta(hours=1))
    home.feed(OWED - 300_000)
    home.look()
    with sqlite_db.read() as session:
        assert session.get_one(Case, home.case_id).status == "open"
    assert (home.statuses(), home.messages()) == (["open"], [])


def test_a_case_closed_with_an_agreement_is_followed_and_its_task_comes_back(sqlite_db: Database):
    home = Promising(sqlite_db)
    home.change(home.case_id, status="closed", outcome="plan_agreed")
    with sqlite_db.write() as session:
        session.scalars(select(Task).where(Task.type == "check_promise")).one().status = "dropped"
    home.feed(OWED)
    home.look()
    assert (home.statuses(), len(home.checks())) == (["broken"], 1)


@pytest.mark.parametrize("late", [{"deadline": date(2026, 11, 26)}, {"stage": "ophaevet"}, {"stage": "foged"}])
def test_after_the_deadline_only_a_human_speaks_of_what_a_payment_changes(sqlite_db: Database, late: dict[str, Any]):
    home = Promising(sqlite_db)
    home.change(home.case_id, **late)
    home.feed(OWED - 300_000)
    home.look()
    assert (home.statuses(), home.messages()) == (["kept"], [])
