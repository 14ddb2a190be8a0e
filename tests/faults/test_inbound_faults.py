"""What residents write comes twice, late, out of order or not at all: each SMS is stored once and answered once.

And what stands in for that proof is proven: the comparison with the phone network's log finds what it is there to find.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bench.reconciling import reconciled
from bot.clock import set_clock
from bot.db import Database
from bot.models import Message, MessageStatus, Organisation
from bot.reconcile import catch_up
from bot.simulator.tables import SimMessage
from tests.rig import LINE, NOW, OURS, Rig, eventually

FAULTS = ["duplicate", "late_inbound", "lost_inbound"]
PHONES = {f"+4511114{n:03d}": fault for n, fault in enumerate(FAULTS * 3, 200)}
TEXTS = ("boligstøtte?", "menneske")


@pytest.fixture
def rig(db: Database) -> Iterator[Rig]:
    rig = Rig(db)
    rig.add_case()
    with db.write() as session:
        session.query(Organisation).one().settings = {"messages_per_second": 1000}
    yield rig
    rig.stop()


def is_answered(rig: Rig, phone: str, count: int) -> bool:
    return len(rig.messages("in", phone)) == count and len(rig.got(phone)) == count


def test_each_is_stored_once_and_answered_once_and_what_no_webhook_brought_is_fetched(rig: Rig):
    """Of two SMS the first meets the fault: it comes three times, after the second, or never."""
    rig.start()
    for phone, fault in PHONES.items():
        rig.fault(fault, phone=phone)
        rig.write(*TEXTS, phone=phone)
    missed = {phone for phone, fault in PHONES.items() if fault == "lost_inbound"}
    for phone in PHONES:
        eventually(partial(is_answered, rig, phone, 1 if phone in missed else 2), 60)
    eventually(rig.settled)
    never = [f"SMS {sms_id} from a phone was never stored" for sms_id in written(rig, TEXTS[0], missed)]
    assert reconciled(rig.db, rig.db) == never

    set_clock(rig.db, NOW + timedelta(hours=1))
    assert catch_up(rig.db, rig.service.gateway, rig.service.clock) == len(missed)
    rig.service.worker.wake()
    eventually(lambda: all(len(rig.messages("in", phone)) == 2 for phone in PHONES) and rig.settled(), 60)
    assert catch_up(rig.db, rig.service.gateway, rig.service.clock) == 0

    for phone in PHONES:
        assert len(rig.got(phone)) == 2, PHONES[phone]
    for phone in set(PHONES) - missed:
        assert [m.answers_id for m in rig.messages("out", phone)] == [m.id for m in rig.messages("in", phone)]


def written(rig: Rig, body: str, phones: set[str]) -> list[int]:
    wanted = select(SimMessage.id).where(SimMessage.body == body, SimMessage.phone.in_(phones))
    with rig.db.read() as session:
        return list(session.scalars(wanted.order_by(SimMessage.id)))


def test_a_late_one_is_overtaken_and_both_are_answered_as_they_came(rig: Rig):
    rig.start()
    rig.fault("late_inbound")
    rig.write(*TEXTS)
    eventually(lambda: len(rig.got()) == 2 and rig.settled())
    assert [m.body for m in rig.messages("in")] == ["menneske", "boligstøtte?"]
    assert reconciled(rig.db, rig.db) == []


def lose(session: Session) -> None:
    session.execute(delete(MessageStatus))
    session.execute(delete(Message).where(Message.direction == "out"))


def forget_the_turn(session: Session) -> None:
    session.query(Message).filter(Message.direction == "in").one().status = "received"


def say_other_words(session: Session) -> None:
    session.query(Message).filter(Message.direction == "out").one().body = "noget andet"


def tell_another_fate(session: Session) -> None:
    session.query(Message).filter(Message.direction == "out").one().status = "failed"


def send_again(session: Session) -> None:
    first = session.query(SimMessage).filter(SimMessage.direction != "inbound").one()
    columns = {column.name for column in SimMessage.__table__.columns} - {"id", "sid"}
    session.add(SimMessage(sid="SM" + "9" * 32, **{name: getattr(first, name) for name in columns}))


def invent(session: Session) -> None:
    session.query(Message).filter(Message.direction == "in").one().provider_sid = "SM" + "8" * 32


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lose, ["is none of ours"]),
        (forget_the_turn, ["has had no turn"]),
        (say_other_words, ["is another one at the network"]),
        (tell_another_fate, ["is failed with us and delivered at the network"]),
        (send_again, ["is none of ours", "sent 2 times"]),
        (invent, ["was never stored", "was written by nobody"]),
    ],
)
def test_the_comparison_finds_what_it_is_there_to_find(
    sqlite_db: Database, wrong: Callable[[Session], None], said: list[str]
):
    rig = Rig(sqlite_db).start()
    rig.add_case()
    rig.write("boligstøtte?")
    eventually(lambda: rig.got(LINE) and rig.settled())
    assert reconciled(sqlite_db, sqlite_db) == []
    with sqlite_db.write() as session:
        wrong(session)
    complaints = reconciled(sqlite_db, sqlite_db)
    rig.stop()
    assert len(complaints) == len(said)
    assert all(word in complaint for word, complaint in zip(said, complaints, strict=True))
    assert OURS not in str(complaints)
    assert LINE not in str(complaints)
