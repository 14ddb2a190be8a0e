"""An SMS to be sent later, on both databases: it goes once, it is taken back once, and what happened since stops it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db import Database
from bot.dispatch import LEASE, Dispatch
from bot.gateway import Answer, Outgoing
from bot.models import AuditEvent, Case, Consent, Conversation, Draft, Message, Organisation, Task
from handoff import closing, failed, sending
from handoff.drafts import read_drafts, save_draft
from handoff.handoffs import Acting, Done, Refused
from handoff.threads import Reader, Thread, read_thread
from tests.fakes import FakeClock, FakeGateway
from tests.handoff import world as made
from tests.handoff.world import NOW, Talk, at

TOMORROW = at(2, "9.00", 12)


class House:
    """Mette and Peter, a resident whom Mette writes with, and the outbox."""

    def __init__(self, db: Database, *answers: Answer) -> None:
        self.db, self.clock, self.gateway = db, FakeClock(NOW), FakeGateway(*answers)
        self.dispatch = Dispatch(db, self.clock, self.gateway, "https://x.example", machine=self.clock)
        with db.write() as session:
            ours = made.add_organisation(session, "solgaarden", "Solgården Bolig", "+4511110010")
            mette = made.add_adviser(session, "mette@x.example", "Mette Lind", [ours])
            peter = made.add_adviser(session, "peter@x.example", "Peter Nygaard", [ours])
            line = Talk(session, ours, "Line Bek Sørensen").says("hej", at(1, "8.12", 12), "greet")
            line.handed_over("ask_human", at(1, "8.12", 12)).taken(mette, at(1, "10.36", 12))
            self.line, self.phone = line.id, line.phone
            self.mette, self.peter = made.acting(mette, ours), made.acting(peter, ours)

    def do(self, use_case: Callable[[Session], object]) -> object:
        with self.db.write() as session:
            return use_case(session)

    def plan(self, text: str = "Husk papirerne i morgen", wanted: datetime = TOMORROW, token: str | None = None) -> int:
        now = self.clock.now
        done = self.do(lambda s: sending.send_later(s, self.mette, self.line, text, wanted, now, token))
        assert isinstance(done, Done)
        assert done.message_id
        return done.message_id

    def withdraw(self, message_id: int, who: Acting | None = None) -> object:
        now, acting = self.clock.now, who or self.mette
        return self.do(lambda s: sending.withdraw(s, acting, self.line, message_id, now))

    def writes(self, text: str = "vent", *, automatic: bool = False) -> None:
        now = self.clock.now

        def add(session: Session) -> None:
            more = {"direction": "in", "author": "resident", "status": "processed", "at": now}
            session.add(Message(conversation_id=self.line, body=text, automatic=automatic, **more))

        self.do(add)

    def send_due(self) -> list[str]:
        for _ in range(5):
            while self.dispatch.send_next():
                pass
            self.clock.move(milliseconds=200)
        return [sms.body for sms in self.gateway.carried]

    def message(self, message_id: int) -> Message:
        with self.db.read() as session:
            return session.get_one(Message, message_id)

    def conversation(self) -> Conversation:
        with self.db.read() as session:
            return session.get_one(Conversation, self.line)

    def thread(self) -> Thread:
        with self.db.read() as session:
            talk = session.get_one(Conversation, self.line)
            return read_thread(session, talk, Reader(self.mette.adviser_id, self.clock.now, "Line Bek Sørensen"))


@pytest.fixture
def house(db: Database) -> House:
    return House(db)


def test_it_waits_for_its_time_and_goes_once(house: House):
    planned = house.plan()
    assert house.send_due() == []
    entry = house.thread().entries[-1]
    assert entry.waits is not None
    assert entry.status is not None
    assert entry.status.words == "Sendes i morgen 9.00"
    house.clock.now = TOMORROW
    assert house.send_due() == ["Husk papirerne i morgen"]
    assert house.message(planned).status == "sending"
    assert house.thread().entries[-1].waits is None


def test_what_is_chosen_for_the_night_waits_for_the_morning(house: House):
    planned = house.plan(wanted=at(2, "23.30", 12))
    assert house.message(planned).send_at == at(3, "8.00", 12)


def test_after_a_standstill_it_does_not_go_at_night(house: House):
    house.plan()
    house.clock.now = at(2, "22.15", 12)
    assert house.send_due() == []
    house.clock.now = at(3, "8.00", 12)
    assert house.send_due() == ["Husk papirerne i morgen"]


def test_the_same_form_twice_is_one_sms(house: House):
    assert house.plan(token="a" * 24) == house.plan(token="a" * 24)


def test_taken_back_it_is_never_sent_and_the_resident_waits_again(house: House):
    planned = house.plan()
    assert house.conversation().waiting_since is None
    assert isinstance(house.withdraw(planned), Done)
    assert house.conversation().waiting_since == at(1, "8.12", 12)
    house.clock.now = TOMORROW
    assert house.send_due() == []
    assert (house.message(planned).status, house.message(planned).error) == ("refused", "withdrawn")
    with house.db.read() as session:
        assert "conversation_withdrew" in session.scalars(select(AuditEvent.action)).all()


def test_a_colleague_may_take_it_back_and_the_second_one_is_told(house: House):
    planned = house.plan()
    assert isinstance(house.withdraw(planned, house.peter), Done)
    assert house.withdraw(planned) == Refused("already_withdrawn")


def test_who_comes_after_the_gateway_is_told_that_it_is_on_its_way(house: House):
    planned = house.plan()
    house.clock.now = TOMORROW
    house.send_due()
    assert house.withdraw(planned) == Refused("already_sent")
    assert house.message(planned).status == "sending"


def test_only_what_was_planned_can_be_taken_back(house: House):
    done = house.do(lambda s: sending.send_now(s, house.mette, house.line, "nu", NOW))
    assert isinstance(done, Done)
    assert house.withdraw(done.message_id or 0) == Refused("not_found")
    assert house.withdraw(999) == Refused("not_found")


def test_taking_back_and_sending_at_the_same_moment_has_one_winner(house: House):
    planned = house.plan()
    house.clock.now = TOMORROW
    results: list[object] = []
    both = threading.Barrier(2)

    def take_back() -> None:
        both.wait()
        results.append(house.withdraw(planned))

    def send() -> None:
        both.wait()
        house.dispatch.send_next()

    threads = [threading.Thread(target=each) for each in (take_back, send)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sent = [sms.body for sms in house.gateway.carried]
    assert (isinstance(results[0], Done), sent) in [(True, []), (False, ["Husk papirerne i morgen"])]


@pytest.mark.parametrize("after", ["before_the_call", "after_the_call"])
def test_a_sender_that_dies_leaves_neither_two_sms_nor_one_to_be_taken_back(house: House, after: str):
    planned = house.plan()
    house.clock.now = TOMORROW
    if after == "after_the_call":  # the gateway has it, and the answer was lost with the process
        house.gateway.carried.append(_outgoing(house, planned))

    def die(session: Session) -> None:
        message = session.get_one(Message, planned)
        message.status, message.attempted_at, message.attempts = "sending", TOMORROW, 1
        message.lease_until = TOMORROW + LEASE

    house.do(die)
    assert house.withdraw(planned) == Refused("already_sent")
    house.clock.move(seconds=LEASE.total_seconds() + 1)
    house.send_due()
    house.clock.move(minutes=1)
    assert house.send_due() == ["Husk papirerne i morgen"]


def _outgoing(house: House, message_id: int) -> Outgoing:
    message = house.message(message_id)
    return Outgoing(message.sender, house.phone, message.body, "https://x.example")


def test_when_the_resident_writes_meanwhile_it_is_asked_about_and_not_sent(house: House):
    planned = house.plan()
    house.clock.move(hours=1)
    house.writes()
    entry = next(entry for entry in house.thread().entries if entry.waits)
    assert entry.waits is not None
    assert entry.waits.asks
    assert entry.status is not None
    assert "Line har skrevet, siden du skrev den" in entry.status.words
    house.clock.now = TOMORROW
    assert house.send_due() == []
    assert house.message(planned).error == "replied"


def test_a_yes_sends_it_all_the_same_at_its_time_and_only_once(house: House):
    planned = house.plan()
    house.clock.move(hours=1)
    house.writes()

    def again(session: Session) -> object:
        return sending.send_all_the_same(session, house.mette, house.line, planned, house.clock.now)

    assert isinstance(house.do(again), Done)
    assert house.do(again) == Refused("already_withdrawn")
    house.clock.now = TOMORROW
    assert house.send_due() == ["Husk papirerne i morgen"]


def test_a_yes_that_cannot_be_carried_out_takes_nothing_back(house: House):
    planned = house.plan()

    def again(session: Session) -> object:
        return sending.send_all_the_same(session, house.peter, house.line, planned, house.clock.now)

    assert isinstance(house.do(again), Refused)
    assert house.message(planned).status == "queued"


def test_a_machine_that_answers_stops_nothing(house: House):
    house.plan()
    house.clock.move(hours=1)
    house.writes("Jeg er på ferie", automatic=True)
    house.clock.now = TOMORROW
    assert house.send_due() == ["Husk papirerne i morgen"]


def _stop(session: Session, talk: Conversation) -> None:
    session.add(Consent(phone=talk.phone, opted_out=True, at=NOW + timedelta(hours=1)))


def _settle(session: Session, talk: Conversation) -> None:
    case = session.get_one(Case, talk.case_id)
    case.status, case.arrears_ore, case.closed_at = "settled", 0, NOW + timedelta(hours=1)


def _take_off(session: Session, talk: Conversation) -> None:
    session.get_one(Case, talk.case_id).number_taken_off = True


@pytest.mark.parametrize(
    ("happens", "why", "words"),
    [
        (_stop, "opted_out", "beboeren har meldt sig fra"),
        (_settle, "settled", "der er betalt"),
        (_take_off, "number_taken_off", "nummeret er ikke beboerens"),
    ],
)
def test_it_is_not_sent_past_what_has_happened_since_and_the_thread_says_so_at_once(house, happens, why, words):
    planned = house.plan()
    house.do(lambda session: happens(session, session.get_one(Conversation, house.line)))
    status = next(entry.status for entry in house.thread().entries if entry.waits)
    assert status.words.startswith(f"Sendes ikke: {words}")
    house.clock.now = TOMORROW
    assert house.send_due() == []
    assert (house.message(planned).status, house.message(planned).error) == ("refused", why)


def test_it_is_not_sent_after_the_conversation_was_closed(house: House):
    planned = house.plan()
    house.do(lambda s: closing.close(s, house.mette, house.line, "paid", NOW + timedelta(hours=1)))
    house.clock.now = TOMORROW
    assert house.send_due() == []
    assert house.message(planned).error == "closed"


# --- drafts ---


def test_a_draft_is_its_writers_alone_and_gone_when_it_is_sent(house: House):
    house.do(lambda s: save_draft(s, house.mette.adviser_id, house.line, "sms", "Hej Li", NOW))
    house.do(lambda s: save_draft(s, house.mette.adviser_id, house.line, "sms", "Hej Line", NOW))
    with house.db.read() as session:
        assert read_drafts(session, house.mette.adviser_id, house.line) == {"sms": "Hej Line"}
        assert read_drafts(session, house.peter.adviser_id, house.line) == {}
    house.do(lambda s: sending.send_now(s, house.mette, house.line, "Hej Line", NOW, "b" * 24))
    house.do(lambda s: save_draft(s, house.mette.adviser_id, house.line, "sms", "Hej Line", NOW, "b" * 24))
    with house.db.read() as session:
        assert session.scalars(select(Draft)).all() == []  # a late save of what was sent is no draft


def test_an_emptied_draft_is_gone_and_a_cpr_number_is_never_kept(house: House):
    house.do(lambda s: save_draft(s, house.mette.adviser_id, house.line, "note", "født 010190-1234", NOW))
    with house.db.read() as session:
        assert read_drafts(session, house.mette.adviser_id, house.line) == {"note": "født [cpr fjernet]"}
    house.do(lambda s: save_draft(s, house.mette.adviser_id, house.line, "note", "  ", NOW))
    with house.db.read() as session:
        assert session.scalars(select(Draft)).all() == []


# --- an SMS that did not arrive ---


def lose(house: House, error: str) -> int:
    done = house.do(lambda s: sending.send_now(s, house.mette, house.line, "Ring til mig", NOW))
    assert isinstance(done, Done)
    house.send_due()

    def fail(session: Session) -> None:
        message = session.get_one(Message, done.message_id)
        message.status, message.error = "undelivered", error

    house.do(fail)
    return done.message_id or 0


def test_it_is_said_again_as_a_message_of_its_own_and_once(house: House):
    lost = lose(house, "30008")
    again = [house.do(lambda s: failed.try_again(s, house.mette, house.line, lost, NOW)) for _ in range(2)]
    assert again[0] == again[1]
    assert again[0] != Done(house.line, lost)
    house.send_due()
    assert [sms.body for sms in house.gateway.carried] == ["Ring til mig", "Ring til mig"]


@pytest.mark.parametrize("error", ["30005", "21614", "21610"])
def test_a_number_that_takes_no_sms_is_not_tried_again(house: House, error: str):
    lost = lose(house, error)
    assert house.do(lambda s: failed.try_again(s, house.mette, house.line, lost, NOW)) == Refused("no_retry")
    entry = next(entry for entry in house.thread().entries if entry.lost)
    assert entry.lost is not None
    assert not entry.lost.may_try


def test_calling_instead_opens_the_call_that_is_asked_for_already_also_the_ladders(house: House):
    lost = lose(house, "30008")

    def call(session: Session) -> object:
        return failed.call_instead(session, house.peter, house.line, lost, NOW)

    first, second = house.do(call), house.do(call)
    assert isinstance(first, Task)
    assert isinstance(second, Task)
    assert first.id == second.id
    with house.db.write() as session:
        session.get_one(Task, first.id).status = "done"
        case_id = session.get_one(Conversation, house.line).case_id
        ours = session.scalars(select(Organisation.id)).one()
        ladders = Task(organisation_id=ours, case_id=case_id, type="call", due=NOW.date(), at=NOW)
        session.add(ladders)
    third = house.do(call)
    assert isinstance(third, Task)
    assert third.id == ladders.id


def test_another_organisations_message_is_not_there(house: House):
    planned = house.plan()
    with house.db.write() as session:
        vest = made.add_organisation(session, "vestbo", "Vestbo", "+4511110020")
        fie = made.acting(made.add_adviser(session, "fie@x.example", "Fie Vest", [vest]), vest)
    assert house.withdraw(planned, fie) == Refused("not_found")
    assert house.do(lambda s: failed.call_instead(s, fie, house.line, planned, NOW)) == Refused("not_found")
