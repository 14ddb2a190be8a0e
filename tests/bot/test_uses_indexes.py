"""What is asked again and again is found by an index, on both databases, whatever the tables have grown to.

Each is asked among thousands of rows, as it is asked in earnest: the statements are caught where they are sent.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import insert, select, text

from bot.db import Database
from bot.dispatch import Dispatch
from bot.models import Case, Conversation, LiveEvent, Marker, Message, MessageStatus, Organisation, Resident, Task
from bot.receive import Inbound, Receipt, receive, record_receipt
from bot.store import has_work
from bot.turns import Turns
from handoff.feed import Feed
from scheduler import jobs
from tests.counting import counting, read_whole, ways
from tests.fakes import FakeClock, FakeGateway
from tests.rig import understand
from tests.scheduler.world import NOW, World

OURS, MANY = "+4511110010", 2000
#: Tables that grow with what is said and done. Others (settings, rates, advisers, waves) stay small.
LARGE = {"message", "message_status", "conversation", "case", "resident", "live_event", "marker", "task"}
#: As they are called where a statement names them twice.
LARGE |= {"earlier", "message_1", "message_2", "message_3"}


class Town:
    """A large organisation with thousands of threads that have been answered, and a small one beside it."""

    def __init__(self, db: Database) -> None:
        self.db, self.clock = db, FakeClock(NOW)
        self.large = World(db).organisation_id
        with db.write() as session:
            self.small = session.scalars(select(Organisation.id).where(Organisation.slug == "vestbo")).one()
            ids = range(1001, 1001 + MANY)
            mine, old = {"organisation_id": self.large}, NOW - timedelta(days=20)
            session.execute(
                insert(Resident),
                [{"id": n, **mine, "name": f"Line {n}", "phone": phone(n), "created_at": old} for n in ids],
            )
            case = {"arrears_ore": 100, "received": old.date(), "opened_at": old, "updated_at": old}
            case["deadline"] = NOW.date() + timedelta(days=90)
            session.execute(
                insert(Case), [{"id": n, **mine, "resident_id": n, "case_ref": str(n), **case} for n in ids]
            )
            thread = {**mine, "created_at": old, "last_message_at": old, "state": {}}
            session.execute(insert(Conversation), [{"id": n, "phone": phone(n), "case_id": n, **thread} for n in ids])
            session.execute(insert(Message), [each for n in ids for each in self._messages(n)])
            told = {"status": "delivered", "source": "receipt", "at": old}
            session.execute(insert(MessageStatus), [{"message_id": 2 * n + 1, **told} for n in ids])
            seen = {"conversation_id": 1001, "at": old}
            session.execute(insert(LiveEvent), [{**mine, **seen, "kind": "message"} for _ in ids])
            session.execute(
                insert(Marker), [{"conversation_id": n, "kind": "claimed", "detail": {}, "at": old} for n in ids]
            )
            task = {**mine, "type": "call", "due": old.date(), "status": "done", "at": old}
            session.execute(insert(Task), [{**task, "case_id": n, "conversation_id": n} for n in ids])
        learn(db)
        self.turns = Turns(db, self.clock, understand, leases=self.clock)
        self.dispatch = Dispatch(db, self.clock, FakeGateway(), "https://x.example", machine=self.clock)

    @staticmethod
    def _messages(n: int) -> list[dict[str, object]]:
        old = NOW - timedelta(days=20)
        both = {"conversation_id": n, "at": old, "due_at": None, "sender": "", "provider_sid": f"SI{n:032}"}
        out = {**both, "direction": "out", "author": "bot", "status": "delivered", "sender": OURS, "due_at": old}
        return [
            {**both, "id": 2 * n, "direction": "in", "author": "resident", "status": "processed", "body": "ja"},
            {**out, "id": 2 * n + 1, "body": "Tak", "provider_sid": f"SO{n:032}"},
        ]

    def receive(self) -> None:
        assert receive(self.db, Inbound("SInew", phone(2000), OURS, "menneske"), self.clock()) == "stored"

    def turn(self) -> None:
        assert self.turns.take_next()

    def dispatch_one(self) -> None:
        assert self.dispatch.send_next()

    def receipt(self) -> None:
        record_receipt(self.db, Receipt(None, "SM" + f"{1:032}", "delivered"), self.clock())

    def receipt_by_id(self) -> None:
        record_receipt(self.db, Receipt(4001, f"SO{2000:032}", "delivered"), self.clock())

    def look_for_work(self) -> None:
        with self.db.read() as session:
            has_work(session, self.clock())

    def look_for_news(self) -> None:
        Feed(self.db).since(MANY, [self.large])

    def tick(self) -> None:
        for _, job in jobs.JOBS:
            job(self.db, self.small, self.clock())


def learn(db: Database) -> None:
    """PostgreSQL counts its rows by itself now and then; nobody tells SQLite to, and it goes by its indexes alone."""
    if not db.is_sqlite:
        with db.write() as session:
            session.execute(text("ANALYZE"))


def phone(n: int) -> str:
    return f"+45{11200000 + n}"


#: In the order in which an SMS goes.
STEPS: tuple[Callable[[Town], None], ...] = (
    Town.receive,
    Town.turn,
    Town.dispatch_one,
    Town.receipt,
    Town.receipt_by_id,
    Town.look_for_work,
    Town.look_for_news,
    Town.tick,
)


def test_no_step_of_an_sms_nor_a_tick_reads_a_large_table_from_end_to_end(db: Database):
    town = Town(db)
    whole = []
    for step in STEPS:
        with counting(db) as counted:
            step(town)
        assert counted.asked, step.__name__
        for statement, values in counted.asked:
            if statement.startswith(("SELECT", "WITH", "UPDATE")):
                whole += [(step.__name__, name, statement) for name in read_whole(db, statement, values) & LARGE]
    assert whole == []


def test_the_next_sms_in_is_found_by_the_index_of_what_waits(db: Database):
    """However many wait: sorting them at each look would cost their square."""
    town = Town(db)
    for n in range(30):
        receive(db, Inbound(f"SIb{n}", phone(1001 + n), OURS, "menneske"), NOW)
    learn(db)
    with counting(db) as counted:
        town.turn()
    plan = " ".join(ways(db, *counted.asked[0]))
    assert "ix_message_received" in plan
    assert "TEMP B-TREE" not in plan
