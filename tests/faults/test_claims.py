"""Several workers at once at one pile, each with connections of its own: every piece is done once, in its order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.dispatch import Dispatch
from bot.gateway import Answer, Outgoing
from bot.hooks.deliveries import Deliveries
from bot.hooks.events import Happened
from bot.models import Adviser, Message, Organisation
from bot.outbox import queue_message
from bot.receive import Inbound, receive
from bot.store import conversation_with
from bot.turns import Turns
from tests.bot.test_db import NOON, organisation
from tests.bot.test_postman import FakeMailer, postman, queue
from tests.fakes import FakeClock
from tests.faults.carrier import Carrier
from tests.hooks.test_deliveries import NOW, Listens, all_of, happen, house
from tests.rig import OURS, understand

WORKERS = 4
PHONES = [f"+4511114{number:03}" for number in range(27, 33)]
#: So often in a row who found nothing looks again: another one may have had the pile's last piece in hand.
LOOKS = 20


class OneByOne(Carrier):
    """Its own list is no matter of the test."""

    _guard = threading.Lock()

    def send(self, outgoing: Outgoing) -> Answer:
        with self._guard:
            return super().send(outgoing)


@pytest.fixture
def workers(db: Database) -> Iterator[list[Database]]:
    """The same database as that many processes see it."""
    own = [Database(db.url.render_as_string(hide_password=False)) for _ in range(WORKERS)]
    yield own
    for each in own:
        each.close()


def all_at_once(jobs: Sequence[Callable[[], bool]]) -> None:
    """Each again and again, on its own thread, until nothing is left."""
    begin, failed = threading.Barrier(len(jobs)), list[BaseException]()

    def work(job: Callable[[], bool]) -> None:
        begin.wait()
        idle = 0
        try:
            while idle < LOOKS:
                idle = 0 if job() else idle + 1
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_each_sms_has_one_turn_and_those_of_a_resident_in_order(db: Database, workers: list[Database]):
    with db.write() as session:
        session.add(organisation())
    for number in range(3):
        for phone in PHONES:
            receive(db, Inbound(f"SM{phone}{number}", phone, OURS, "menneske" if number == 0 else "ja"), NOON)
    clock = FakeClock(NOON)
    all_at_once([Turns(each, clock, understand).take_next for each in workers])

    with db.read() as session:
        came = session.scalars(select(Message).where(Message.direction == "in")).all()
        assert [(sms.status, sms.attempts) for sms in came] == [("processed", 1)] * len(came)
        answers = session.scalars(select(Message.answers_id).where(Message.direction == "out")).all()
        assert len(set(answers)) == len(answers) >= len(PHONES)


def test_each_sms_leaves_once_and_those_of_a_conversation_in_order(db: Database, workers: list[Database]):
    with db.write() as session:
        session.add(organisation())
        session.flush()
        ours = session.scalars(select(Organisation)).one()
        ours.settings = {"messages_per_second": 1000}
        for number in range(3):
            for phone in PHONES:
                conversation = conversation_with(session, ours, phone, NOON)
                queue_message(session, conversation, f"nummer {number}", author="adviser", now=NOON)
                conversation.held_by = "adviser"
    clock, carrier = FakeClock(NOON), OneByOne(lambda: NOON)
    all_at_once([Dispatch(each, clock, carrier, "https://x.example").send_next for each in workers])

    assert carrier.twice() == []
    assert [carrier.to(phone) for phone in PHONES] == [[f"nummer {number}" for number in range(3)]] * len(PHONES)


def test_each_call_to_another_system_is_made_once(db: Database, workers: list[Database]):
    home = house(db, "https://one.example/", "https://two.example/")
    happen(db, home, *(Happened("handoff.opened", f"handoff:{n}", {"handoff_id": n}) for n in range(12)))
    listens, clock = Listens(), FakeClock(NOW)
    all_at_once([Deliveries(each, clock, listens, clock).deliver_next for each in workers])

    assert len(listens.calls) == 24
    assert len({headers["webhook-id"] for _, headers, _ in listens.calls}) == 24
    assert {row.tries for row in all_of(db)} == {1}


def test_each_mail_is_sent_once_by_the_one_postman_who_has_the_round(db: Database, workers: list[Database]):
    with db.write() as session:
        mette = Adviser(email="mette@solgaarden.example", name="Mette Lind", created_at=NOW)
        session.add(mette)
    for number in range(10):
        queue(db, mette.id, f"m{number}")
    mailers = [FakeMailer() for _ in workers]
    all_at_once([postman(each, mailer).send_next for each, mailer in zip(workers, mailers, strict=True)])

    assert sorted(len(mailer.letters) for mailer in mailers) == [0, 0, 0, 10]
