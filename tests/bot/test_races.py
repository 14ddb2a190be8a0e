"""What comes between two steps of ours: a STOP that is not heard yet, an adviser who closes or claims, a payment."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.apply import Turn, apply
from bot.contacts import begin_contact
from bot.db import Database
from bot.dialogs.effects import CreateTask, RecordPromise
from bot.dialogs.state import Decision, State
from bot.gateway import NotTaken, Refused
from bot.intake import row_from_mapping, take
from bot.models import Adviser, Case, Conversation, Message, Organisation, Promise, Task
from bot.receive import Inbound, move, receive
from bot.turns import Turns
from handoff import closing, handoffs
from handoff.alarms import read_band
from handoff.handoffs import Acting
from scheduler.gather import gather, rules_of
from scheduler.jobs import tick
from scheduler.run_waves import start_wave
from scheduler.waves import plan
from scheduler.write_together import write_together
from tests.bot.test_db import NOON
from tests.bot.test_dispatch import LINE, Outbox, open_case
from tests.rig import understand
from tests.scheduler.world import NOW, World

OURS = "+4511110010"


@pytest.fixture
def outbox(db: Database) -> Outbox:
    """An outbox whose one conversation has been spoken in."""
    outbox = Outbox(db)
    outbox.queue("hej")
    outbox.send_all()
    return outbox


def adviser(db: Database) -> Acting:
    with db.write() as session:
        made = Adviser(email="mette@x.invalid", name="Mette Holm", created_at=NOON)
        made.organisations = list(session.scalars(select(Organisation)))
        session.add(made)
        session.flush()
        return Acting(made.id, made.name, frozenset(o.id for o in made.organisations))


def conversation_id(db: Database) -> int:
    with db.read() as session:
        return session.scalars(select(Conversation.id)).one()


def hear(outbox: Outbox, text: str) -> None:
    receive(outbox.db, Inbound(f"SM-{text}", LINE, OURS, text), outbox.clock())


def take_turns(outbox: Outbox) -> None:
    turns = Turns(outbox.db, outbox.clock, understand, leases=outbox.clock)
    while turns.take_next():
        pass


def test_a_crisis_that_waited_while_an_adviser_closed_is_seen(outbox: Outbox):
    mette, thread = adviser(outbox.db), conversation_id(outbox.db)
    with outbox.db.write() as session:
        handoffs.claim(session, mette, thread, NOON)
    hear(outbox, "vil dø")
    with outbox.db.write() as session:
        closing.close(session, mette, thread, "paid", NOON)

    take_turns(outbox)

    with outbox.db.read() as session:
        band = read_band(session, mette)
    assert band is not None
    assert band.id == thread


def test_a_waves_sms_waits_for_a_stop_that_is_not_heard_yet_and_then_does_not_go(outbox: Outbox):
    hear(outbox, "STOP")
    with outbox.db.write() as session:
        case = session.scalars(select(Case)).one()
        begin_contact(session, case, step=0, contact_id=None, now=NOON, send_at=NOON, expires_at=None)
    sent = outbox.send_all()
    take_turns(outbox)
    outbox.clock.move(seconds=10)

    after = outbox.send_all()

    assert sent == ["hej"]
    assert len(after) == 2
    assert "START" in after[1]


def test_an_answer_of_the_bot_does_not_go_once_an_adviser_has_the_conversation(db: Database):
    outbox = Outbox(db, NotTaken("no_connection"))
    outbox.queue("Vil du betale 500 om måneden?")
    outbox.dispatch.send_next()
    mette, thread = adviser(db), conversation_id(db)
    with db.write() as session:
        handoffs.claim(session, mette, thread, NOON)
        handoffs.reply(session, mette, thread, "Hej, det er Mette", NOON)
    outbox.clock.move(hours=3)

    assert outbox.send_all() == ["Hej, det er Mette"]


def test_the_crisis_text_goes_all_the_same(outbox: Outbox):
    hear(outbox, "vil dø")
    take_turns(outbox)
    mette, thread = adviser(outbox.db), conversation_id(outbox.db)
    with outbox.db.write() as session:
        handoffs.claim(session, mette, thread, NOON)

    assert "112" in outbox.send_all()[-1]


def test_nobody_gets_a_task_about_a_case_that_was_paid_while_the_wave_was_written(db: Database):
    world = World(db)
    (case_id,) = world.add("A-1")
    start_wave(db, world.organisation_id, NOW, "command")
    tick(db, NOW + timedelta(days=2))
    later = NOW + timedelta(days=3)
    with db.write() as session:
        ours = session.get_one(Organisation, world.organisation_id)
        rules = rules_of(session, ours)
        (gathered,) = gather(session, ours.id, later, only=[case_id])
        items = plan([gathered.candidate], rules, later, later)
    paid = row_from_mapping({"case_ref": "A-1", "name": "Line A-1", "arrears": 0}, later.date())
    take(db, world.organisation_id, [paid], later)

    with db.write() as session:
        write_together(session, rules, [(gathered, items)], later, later)

    assert [task.type for task in world.tasks() if task.status == "open"] == []


def promise(outbox: Outbox, *effects: RecordPromise | CreateTask) -> None:
    with outbox.db.write() as session:
        turn = Turn(session, session.scalars(select(Conversation)).one(), outbox.clock(), None)
        apply(turn, Decision(State(), effects))


def test_a_promise_is_looked_at_on_the_working_day_after_it(outbox: Outbox):
    promise(outbox, RecordPromise(100_000, date(2026, 10, 30)))

    with outbox.db.read() as session:
        tasks = session.execute(select(Task.type, Task.due)).all()
    assert [tuple(task) for task in tasks] == [("check_promise", date(2026, 11, 2))]


def test_a_new_promise_takes_the_place_of_the_old_ones_and_of_their_checks(outbox: Outbox):
    promise(outbox, RecordPromise(300_000, date(2026, 10, 30)), RecordPromise(None, date(2026, 11, 2)))
    promise(outbox, RecordPromise(None, date(2026, 11, 4)))

    with outbox.db.read() as session:
        assert session.scalars(select(Promise.status).order_by(Promise.id)).all() == ["replaced", "replaced", "open"]
        assert session.scalars(select(Task.status).order_by(Task.id)).all() == ["dropped", "dropped", "open"]


def test_one_open_task_of_a_kind_is_enough(outbox: Outbox):
    hear(outbox, "ja")
    with outbox.db.write() as session:
        thread = session.scalars(select(Conversation)).one()
        first, second = session.scalars(select(Message.id)).all()
        for message_id in (first, second):
            apply(Turn(session, thread, NOON, message_id), Decision(State(), (CreateTask("approve_plan"),)))

    with outbox.db.read() as session:
        assert session.scalars(select(Task.status).order_by(Task.id)).all() == ["dropped", "open"]


def queued_copy(outbox: Outbox) -> Message:
    """An answer to a phone that was off, and the copy that waits for a later try."""
    outbox.gateway.answers = [Refused("30003")]
    outbox.queue("svar")
    outbox.send_all()
    with outbox.db.read() as session:
        return session.scalars(select(Message).where(Message.away_tries == 2)).one()


def test_a_later_try_is_called_off_when_the_first_arrived_after_all(outbox: Outbox):
    copy = queued_copy(outbox)
    with outbox.db.write() as session:
        first = session.scalars(select(Message).where(Message.body == "svar", Message.away_tries == 1)).one()
        move(session, first, "delivered", None, "receipt", outbox.clock())
    outbox.clock.move(hours=4)

    assert outbox.send_all() == ["hej"]
    assert (outbox.message(copy.id).status, outbox.message(copy.id).error) == ("refused", "delivered_after_all")


@pytest.mark.parametrize(("text", "why"), [("STOP", "opted_out"), ("ja", "replied")])
def test_a_later_try_does_not_go_past_what_was_written_meanwhile(outbox: Outbox, text: str, why: str):
    copy = queued_copy(outbox)
    outbox.clock.move(hours=1)
    hear(outbox, text)
    take_turns(outbox)
    outbox.clock.move(hours=4)

    assert "svar" not in outbox.send_all()
    assert (outbox.message(copy.id).status, outbox.message(copy.id).error) == ("refused", why)


def test_two_unclear_messages_of_one_thread_do_not_wait_for_each_other(outbox: Outbox):
    first, second = outbox.queue("bølge", bulk=True), outbox.queue("svar")
    with outbox.db.write() as session:
        for message_id in (first, second):
            message = session.get_one(Message, message_id)
            message.status, message.attempted_at = "sending", NOON

    outbox.clock.move(minutes=1)

    assert sorted(outbox.send_all()) == ["bølge", "hej", "svar"]


def test_a_number_called_dead_that_writes_is_alive_again(outbox: Outbox):
    outbox.gateway.answers = [Refused("30005")]
    outbox.queue("svar")
    outbox.send_all()

    hear(outbox, "ja")

    with outbox.db.read() as session:
        assert not session.scalars(select(Case)).one().number_taken_off


def test_who_writes_after_a_case_has_ended_is_heard_about_the_new_one(outbox: Outbox):
    with outbox.db.write() as session:
        old = session.scalars(select(Case)).one()
        old.status, old.closed_at = "closed", NOON
        new = open_case(session, session.query(Organisation).one(), LINE)
        new.case_ref = "again"
        new.resident = old.resident
        session.add(new)

    hear(outbox, "ja")

    with outbox.db.read() as session:
        thread = session.scalars(select(Conversation)).one()
        assert thread.case is not None
        assert thread.case.case_ref == "again"
