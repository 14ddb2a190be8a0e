"""The drill: a wave is sent, a backup taken in the middle, everything lost, brought back: nothing is sent again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.backup.hold import held_since
from bot.backup.replay import Outcome, Replay
from bot.backup.take import back_up, bring_back
from bot.db import Database
from bot.dispatch import Dispatch
from bot.gateway import GatewayDownError
from bot.models import Contact, Conversation, Message, Organisation
from bot.outbox import queue_message
from bot.receive import Inbound, Receipt, receive, record_receipt
from bot.store import conversation_with, is_opted_out
from bot.turns import Turns
from scheduler import jobs
from tests.fakes import FakeClock
from tests.faults.carrier import Carrier
from tests.faults.postgres import programs
from tests.rig import understand
from tests.scheduler.world import World, at

FIRST, *OTHERS = PHONES = [f"+451111400{n}" for n in range(1, 7)]
STOPS, SILENT = PHONES[1], PHONES[5]
#: Somebody that an adviser wrote to after the backup, and whose thread the backup does not have.
NEIGHBOUR = "+4511114099"
WAVE_DAY, LOST = at("2026-10-27T09:05"), at("2026-10-29T20:30")


class House:
    """One service by hand: a clock, a gateway, and the parts that work."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.clock = FakeClock(WAVE_DAY)
        self.machine = FakeClock(WAVE_DAY)
        self.carrier = Carrier(self.clock)
        self.world = World(db)
        self.world.add(*"123456", opened_at=at("2026-10-27T08:00"), deadline=date(2026, 11, 6))
        self.turns = Turns(db, self.clock, understand, leases=self.machine)
        self.dispatch = Dispatch(db, self.clock, self.carrier, "https://here.example", machine=self.machine)

    def go_to(self, moment: str) -> None:
        self.clock.now = at(moment)
        self.machine.now = max(self.machine.now, self.clock.now)

    def tick(self) -> None:
        jobs.tick(self.db, self.clock())

    def work(self, at_most: int = 1000) -> None:
        """Take turns and send; the number's rate is never what keeps us."""
        for _ in range(at_most):
            self.machine.move(seconds=2)
            if not (self.turns.take_next() or self.dispatch.send_next()):
                return

    def hears(self, phone: str, body: str) -> None:
        it = self.carrier.write(phone, body)
        assert receive(self.db, Inbound(it.sid, it.sender, it.to, it.body), self.clock()) == "stored"
        self.work()

    def adviser_writes(self, phone: str, body: str) -> None:
        with self.db.write() as session:
            organisation = session.get_one(Organisation, self.world.organisation_id)
            thread = conversation_with(session, organisation, phone, self.clock())
            queue_message(session, thread, body, author="adviser", now=self.clock())
        self.work()

    def resume(self) -> Outcome | None:
        return Replay(self.db, self.carrier, understand, lambda now: jobs.tick(self.db, now), self.clock)()

    def contacts(self) -> set[tuple[int, int]]:
        with self.db.read() as session:
            return {(case_id, step) for case_id, step in session.execute(select(Contact.case_id, Contact.step))}

    def thread(self, phone: str) -> Conversation:
        with self.db.read() as session:
            return session.scalars(select(Conversation).where(Conversation.phone == phone)).one()


@pytest.fixture
def small_house(sqlite_db: Database) -> House:
    """For what goes the same way whatever the database: bringing PostgreSQL back takes seconds."""
    return House(sqlite_db)


@pytest.fixture
def house(db: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setenv("PATH", f"{programs()}:{os.environ['PATH']}")
    yield House(db)
    if not db.is_sqlite:
        with db.engine.begin() as connection:
            kept = connection.scalars(text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'public_before_%'"))
            for name in kept.all():
                connection.exec_driver_sql(f'DROP SCHEMA "{name}" CASCADE')


def half_a_wave(house: House, folder: Path) -> Path:
    """The wave begins, half of it is sent, and then the backup is taken. The rest is what will be forgotten."""
    house.tick()
    house.work(at_most=3)
    assert len(house.carrier.left) == 3
    house.clock.move(seconds=30)
    file, _ = back_up(house.db, folder, house.clock())
    house.clock.move(seconds=30)
    return file


def two_forgotten_days(house: House) -> None:
    house.work()
    assert len(house.carrier.left) == 6
    house.go_to("2026-10-27T09:20")
    house.hears(FIRST, "ja")
    house.hears(STOPS, "stop")
    house.go_to("2026-10-27T10:00")
    house.hears(FIRST, "boligstøtte?")
    for moment in ("2026-10-28T09:05", "2026-10-29T09:05", "2026-10-29T12:00"):
        house.go_to(moment)
        house.tick()
        house.work()
    house.adviser_writes(NEIGHBOUR, "Hej. Tak, fordi du ringede.")
    house.clock.now = LOST


def test_a_wave_that_was_brought_back_does_not_send_again(house: House, tmp_path: Path):
    file = half_a_wave(house, tmp_path)
    two_forgotten_days(house)
    sent, contacts, state = list(house.carrier.left), house.contacts(), house.thread(FIRST).state
    assert len(house.carrier.to(SILENT)) == 2  # the ladder went on
    assert house.carrier.twice() == []

    house.db.close()
    done = bring_back(house.db, file, house.clock(), replace=True)
    assert done.kept
    house.go_to("2026-10-30T09:30")
    house.work()
    assert house.carrier.left == sent, "nothing goes while it is held"

    house.go_to("2026-10-29T20:45")
    outcome = house.resume()

    assert house.carrier.left == sent
    assert outcome is not None
    assert (outcome.came, outcome.known, outcome.found) == (3, len(sent) - 3 - 1, 1)
    assert house.contacts() == contacts
    assert house.thread(FIRST).state == state
    with house.db.read() as session:
        assert is_opted_out(session, STOPS)
    assert held_since(house.db) is None

    for moment in ("2026-10-30T09:05", "2026-10-30T12:00", "2026-11-02T09:05", "2026-11-06T09:05"):
        house.go_to(moment)
        house.tick()
        house.work()
    house.hears(FIRST, "nej")
    assert house.carrier.twice() == []
    assert len(house.carrier.to(STOPS)) == 2  # the first SMS, and that we stop
    assert len(house.carrier.to(SILENT)) == 3  # and it goes on


def test_where_the_gateway_has_what_we_would_not_say_a_human_looks(small_house: House, tmp_path: Path):
    file = half_a_wave(small_house, tmp_path)
    two_forgotten_days(small_house)
    bring_back(small_house.db, file, small_house.clock(), replace=True)

    small_house.resume()

    thread = small_house.thread(NEIGHBOUR)
    assert (thread.held_by, thread.reason) == ("queue", "restored")
    with small_house.db.read() as session:
        found = session.scalars(select(Message).where(Message.conversation_id == thread.id)).all()
    assert [(each.body, each.status) for each in found] == [("Hej. Tak, fordi du ringede.", "delivered")]


def test_what_an_adviser_said_instead_of_the_bot_is_not_said_again_by_the_bot(small_house: House, tmp_path: Path):
    """The adviser took the conversation after the backup: the replay would have the bot answer."""
    file = half_a_wave(small_house, tmp_path)
    small_house.work()
    small_house.go_to("2026-10-27T09:20")
    with small_house.db.write() as session:
        session.scalars(select(Conversation).where(Conversation.phone == FIRST)).one().held_by = "adviser"
    small_house.hears(FIRST, "ja")
    small_house.adviser_writes(FIRST, "Godt. Jeg ringer til dig.")
    sent = list(small_house.carrier.left)
    bring_back(small_house.db, file, small_house.clock(), replace=True)

    outcome = small_house.resume()
    small_house.work()

    assert small_house.carrier.left == sent
    assert outcome is not None
    assert (outcome.found, outcome.refused) == (1, 1)
    assert small_house.thread(FIRST).held_by == "queue"


def test_who_wrote_while_we_were_down_is_answered(small_house: House, tmp_path: Path):
    file = half_a_wave(small_house, tmp_path)
    small_house.work()
    small_house.go_to("2026-10-27T11:00")
    small_house.carrier.write(FIRST, "boligstøtte?")  # no webhook arrives
    before = len(small_house.carrier.left)
    bring_back(small_house.db, file, small_house.clock(), replace=True)
    small_house.clock.move(minutes=5)

    small_house.resume()
    small_house.work()

    assert [each.to for each in small_house.carrier.left[before:]] == [FIRST]


def test_while_the_gateway_cannot_be_asked_sending_is_held(small_house: House, tmp_path: Path):
    file = half_a_wave(small_house, tmp_path)
    small_house.work()
    bring_back(small_house.db, file, small_house.clock(), replace=True)
    small_house.carrier.is_down = True

    with pytest.raises(GatewayDownError):
        small_house.resume()

    assert held_since(small_house.db) is not None
    small_house.work()
    assert small_house.carrier.twice() == []


def test_a_replay_that_was_cut_off_is_done_again(house: House, tmp_path: Path):
    """Everything but letting go has happened: the second time nothing is counted, stored or asked twice."""
    file = half_a_wave(house, tmp_path)
    two_forgotten_days(house)
    bring_back(house.db, file, house.clock(), replace=True)
    house.resume()
    with house.db.write() as session:
        session.execute(text("UPDATE hold SET ended_at = NULL"))
        messages = session.scalars(select(Message.id)).all()
    sent = list(house.carrier.left)

    outcome = house.resume()

    assert outcome is not None
    assert (outcome.came, outcome.known, outcome.found, outcome.refused) == (0, 0, 0, 0)
    with house.db.read() as session:
        assert session.scalars(select(Message.id)).all() == messages
    assert house.carrier.left == sent


def test_a_receipt_of_before_finds_its_message_by_the_gateways_id(small_house: House, tmp_path: Path):
    file = half_a_wave(small_house, tmp_path)
    small_house.work()
    bring_back(small_house.db, file, small_house.clock(), replace=True)
    small_house.resume()
    with small_house.db.read() as session:
        one, other = session.scalars(select(Message).where(Message.direction == "out").order_by(Message.id)).all()[:2]

    record_receipt(
        small_house.db, Receipt(other.id, str(one.provider_sid), "undelivered", "30003"), small_house.clock()
    )

    with small_house.db.read() as session:
        assert "undelivered" not in session.scalars(select(Message.status).where(Message.id == other.id)).all()


def test_nothing_is_held_where_nothing_was_brought_back(house: House):
    assert house.resume() is None
