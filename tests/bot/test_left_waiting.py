"""What a resident waits too long for lies in the queue again; what was put off comes up again. On both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.left_waiting import next_left_waiting, release_left_waiting
from bot.models import Alarm, AuditEvent, Conversation, Handoff, LiveEvent, Marker, Note
from bot.queueing import put_in_queue
from bot.receive import Inbound, receive
from bot.snoozing import next_waking, wake_snoozed
from bot.thread import add_marker
from scheduler import jobs
from tests.handoff import world as made
from tests.handoff.world import Talk, at

#: A Tuesday morning in office hours; what is due two hours later is due at 12.
WROTE = at(1, "10.00", 12)
DUE = at(1, "12.00", 12)


class Held:
    """A resident who waits for Mette, and one of another organisation who waits as long."""

    def __init__(self, db: Database, **settings: Any) -> None:
        self.db = db
        with db.write() as session:
            ours = made.add_organisation(session, "ours", "Solgården Bolig", "+4511110010")
            others = made.add_organisation(session, "others", "Vestbo", "+4511110020")
            ours.settings, others.settings = settings, {"release_after_minutes": None}
            mette = made.add_adviser(session, "m@x.example", "Mette Lind", [ours])
            fie = made.add_adviser(session, "f@y.example", "Fie Vest", [others])
            self.ours, self.others, self.mette = ours.id, others.id, mette.id
            talks = [Talk(session, ours, "Line Bek"), Talk(session, others, "En Anden")]
            for talk, adviser in zip(talks, (mette, fie), strict=True):
                talk.says("hjælp", at(1, "9.00", 12)).handed_over("ask_human", at(1, "9.00", 12))
                talk.taken(adviser, at(1, "9.30", 12)).says("er du der", WROTE)
                talk.conversation.waiting_since = WROTE
            self.id, self.noise = talks[0].id, talks[1].id
            self.phone = talks[0].phone

    def put(self, **values: Any) -> None:
        with self.db.write() as session:
            for name, value in values.items():
                setattr(session.get_one(Conversation, self.id), name, value)

    def do(self, act: Callable[[Any, Conversation], Any]) -> None:
        with self.db.write() as session:
            act(session, session.get_one(Conversation, self.id))

    def look(self, now: datetime) -> Conversation:
        release_left_waiting(self.db, self.ours, now)
        with self.db.read() as session:
            return session.get_one(Conversation, self.id)

    def next(self, now: datetime) -> datetime | None:
        with self.db.read() as session:
            return next_left_waiting(session, self.ours, now)

    def all(self, column: Any, conversation: int | None = None) -> list[Any]:
        table = column.class_
        with self.db.read() as session:
            return list(
                session.scalars(
                    select(column).where(table.conversation_id == (conversation or self.id)).order_by(table.id)
                )
            )


@pytest.fixture
def held(db: Database) -> Held:
    return Held(db)


def test_after_two_hours_it_lies_in_the_queue_with_a_line_that_says_why_and_not_before(held: Held):
    assert held.next(WROTE) == DUE
    assert held.look(DUE - timedelta(seconds=1)).held_by == "adviser"
    conversation = held.look(DUE)
    assert (conversation.held_by, conversation.adviser_id) == ("queue", None)
    assert (conversation.reason, conversation.waiting_since) == ("ask_human", WROTE), "as urgent as before"
    assert held.all(Marker.kind)[-1] == "released_waiting"
    assert held.all(Marker.detail)[-1] == {"holder": "Mette", "adviser": held.mette}
    assert held.next(DUE) is None


def test_said_twice_it_is_done_once_and_kept_in_the_log_of_who_did_what(held: Held):
    held.look(DUE)
    held.look(DUE + timedelta(minutes=1))
    assert held.all(Marker.kind).count("released_waiting") == 1
    with held.db.read() as session:
        [event] = session.scalars(select(AuditEvent))
    assert (event.action, event.adviser_id, event.detail) == (
        "conversation_released_waiting",
        None,
        {"from": held.mette},
    )


def test_another_organisations_settings_and_conversations_are_its_own(held: Held):
    held.look(DUE)
    release_left_waiting(held.db, held.others, DUE + timedelta(days=30))
    with held.db.read() as session:
        assert session.get_one(Conversation, held.noise).held_by == "adviser", "theirs is off"


def test_nights_and_weekends_do_not_count(held: Held):
    held.put(waiting_since=at(4, "14.30", 12))  # a Friday, half an hour before they close
    assert held.look(at(7, "10.29", 12)).held_by == "adviser"
    assert held.look(at(7, "10.30", 12)).held_by == "queue"


@pytest.mark.parametrize(
    "change",
    [
        {"waiting_since": None},
        {"priority": "crisis"},
        {"closed_at": WROTE},
        {"snoozed_until": DUE + timedelta(days=9)},
        {"held_by": "bot", "adviser_id": None},
    ],
    ids=["answered", "a crisis that somebody has in hand", "closed", "put off", "the bot's"],
)
def test_it_stays_where_it_is(held: Held, change: dict[str, Any]):
    held.put(**change)
    before = held.look(WROTE).held_by
    assert held.look(DUE + timedelta(days=3)).held_by == before
    assert "released_waiting" not in held.all(Marker.kind)


@pytest.mark.parametrize(
    "act",
    [
        lambda session, thread: session.add(
            Note(conversation_id=thread.id, adviser_id=thread.adviser_id, body="Har ringet", at=at(1, "11.30", 12))
        ),
        lambda session, thread: add_marker(session, thread, "call_not_taken", at(1, "11.30", 12), thread.adviser_id),
        lambda session, thread: add_marker(session, thread, "transferred", at(1, "11.30", 12), None, to="Mette"),
        lambda session, thread: add_marker(session, thread, "snooze_over", at(1, "11.30", 12)),
    ],
    ids=["a note", "a call", "given to them", "came up again"],
)
def test_what_its_adviser_did_last_begins_the_wait_anew(held: Held, act: Callable[[Any, Conversation], Any]):
    held.do(act)
    assert held.look(at(1, "13.29", 12)).held_by == "adviser"
    assert held.look(at(1, "13.30", 12)).held_by == "queue"


def test_a_line_that_is_not_the_advisers_begins_nothing_anew(held: Held):
    held.do(lambda session, thread: add_marker(session, thread, "promised", at(1, "11.30", 12)))
    assert held.look(DUE).held_by == "queue"


def test_the_scheduler_does_it_and_knows_when(held: Held):
    assert jobs.due_moments(held.db, WROTE) == DUE
    jobs.tick(held.db, DUE)
    with held.db.read() as session:
        assert session.get_one(Conversation, held.id).held_by == "queue"


def test_what_was_taken_from_the_bot_gets_a_handoff_that_says_why_it_is_in_the_queue(held: Held):
    def take_from_bot(session: Any, thread: Conversation) -> None:
        for handoff in session.scalars(select(Handoff).where(Handoff.conversation_id == thread.id)):
            session.delete(handoff)
        thread.reason = None

    held.do(take_from_bot)
    assert held.look(DUE).reason == "put_back"
    assert held.all(Handoff.reason) == ["put_back"]
    assert held.all(Handoff.reason, held.noise) == ["ask_human"]


def test_what_had_a_handoff_keeps_it_with_who_took_it_first(held: Held):
    held.look(DUE)
    assert held.all(Handoff.claimed_by_id) == [held.mette]


def test_a_crisis_that_nobody_has_any_more_rings_again(held: Held):
    held.put(priority="crisis", reason="crisis_violence")
    held.do(lambda session, thread: put_in_queue(session, thread, DUE))
    assert held.all(Alarm.seen_at) == [None]


def test_what_was_put_off_comes_up_at_its_time_and_is_waited_for_anew(held: Held):
    until = DUE + timedelta(hours=1)
    held.put(snoozed_until=until)
    with held.db.read() as session:
        assert next_waking(session, held.ours, WROTE) == until
    wake_snoozed(held.db, held.ours, until - timedelta(seconds=1))
    assert held.look(until - timedelta(seconds=1)).snoozed_until == until
    events = len(held.all(LiveEvent.id))
    jobs.tick(held.db, until)
    jobs.tick(held.db, until)
    conversation = held.look(until)
    assert (conversation.snoozed_until, conversation.held_by) == (None, "adviser")
    assert held.all(Marker.kind)[-1] == "snooze_over"
    assert held.all(Marker.kind).count("snooze_over") == 1
    assert len(held.all(LiveEvent.id)) == events + 1, "the open inboxes hear of it"
    assert held.next(until) == at(1, "15.00", 12)


def test_what_the_resident_writes_brings_it_up_at_once(held: Held):
    held.put(snoozed_until=DUE + timedelta(days=2))
    receive(held.db, Inbound("SM1", held.phone, "+4511110010", "hallo"), DUE)
    assert held.look(WROTE).snoozed_until is None
