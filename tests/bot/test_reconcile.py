"""What no webhook brought is fetched from the phone network and answered; nothing is stored or said twice."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import requests
from sqlalchemy import select

from bot.clock import machine_clock, set_clock
from bot.db import Database
from bot.gateway import Arrived, GatewayDownError
from bot.heartbeats import last_beat
from bot.models import Consent, Heartbeat, Message, Organisation
from bot.receive import Inbound, receive
from bot.reconcile import catch_up
from bot.simulator import webhooks
from bot.simulator.network import Network, Submission
from bot.simulator.tables import SimMessage
from bot.store import is_opted_out
from tests.fakes import FakeClock, FakeGateway
from tests.rig import LINE, NOW, OURS, Rig, eventually

PEOPLE = [f"+451111{number}" for number in range(4030, 4040)]


@pytest.fixture
def rig(db: Database) -> Iterator[Rig]:
    """A service that is down; the phone network is there all the same."""
    rig = Rig(db)
    for phone in PEOPLE:
        rig.add_case(phone=phone)
    yield rig
    rig.stop()


class Unheard:
    """The phone network as it is while our web is down: it tries each webhook for a minute, then gives it up."""

    def __init__(self, rig: Rig) -> None:
        settings, self.later = rig.service.settings, FakeClock(machine_clock())
        account = (settings.twilio_account_sid, settings.twilio_auth_token)
        self.network = Network(
            rig.db, rig.service.clock, *account, settings.public_url, machine=self.later, post=self._post
        )
        self.tried = 0

    def write(self, phone: str, *texts: str) -> None:
        for text in texts:
            self.network.send_from_phone(phone, OURS, text)
        while not self.network.idle():
            self.network.postman.deliver_due()
            self.later.move(seconds=30)

    def _post(self, *_: object) -> int:
        self.tried += 1
        raise requests.ConnectionError


def start_an_hour_later(rig: Rig) -> int:
    """The service comes up and its scheduler polls; gives what that found."""
    set_clock(rig.db, NOW + timedelta(hours=1))
    rig.start()
    return catch_up(rig.db, rig.service.gateway, rig.service.clock)


def test_down_for_an_hour_while_ten_residents_write_all_ten_are_answered_after_the_start(rig: Rig):
    """Among them a STOP, two SMS in order, and one whose webhook comes all the same, late."""
    down = Unheard(rig)
    stopper, pair, late = PEOPLE[0], PEOPLE[1], PEOPLE[2]
    down.write(stopper, "stop")
    down.write(pair, "boligstøtte?", "menneske")
    for phone in PEOPLE[2:]:
        down.write(phone, "boligstøtte?")
    assert down.tried > 11
    assert rig.messages("in", LINE) == []

    assert start_an_hour_later(rig) == 11
    _let_the_webhook_come(rig, late)
    eventually(lambda: all(rig.got(phone) for phone in PEOPLE) and rig.settled(), 60)
    assert catch_up(rig.db, rig.service.gateway, rig.service.clock) == 0

    for phone in {*PEOPLE} - {pair}:
        assert len(rig.got(phone)) == len(rig.messages("in", phone)) == 1, phone
    assert [m.body for m in rig.messages("in", pair)] == ["boligstøtte?", "menneske"]
    assert [m.answers_id for m in rig.messages(phone=pair)] == [m.id for m in rig.messages("in", pair)]
    with rig.db.read() as session:
        assert session.scalars(select(Consent.phone).where(Consent.opted_out)).all() == [stopper]
    for message in rig.messages("in", late):
        assert NOW - timedelta(seconds=1) <= message.at < NOW + timedelta(minutes=5)  # when it was written


def _let_the_webhook_come(rig: Rig, phone: str) -> None:
    network = rig.service.network
    assert network
    with rig.db.write() as session:
        sms = session.scalars(
            select(SimMessage).where(SimMessage.phone == phone, SimMessage.direction == "inbound")
        ).one()
        form = webhooks.inbound(sms, network.account_sid)
        webhooks.leave(session, sms, f"{rig.url}/sms/inbound", form, machine_clock())
    network.postman.wake()
    eventually(network.idle)


def test_several_processes_that_ask_at_once_store_each_sms_once(rig: Rig):
    down = Unheard(rig)
    for phone in PEOPLE[:4]:
        down.write(phone, "boligstøtte?", "menneske")
    rig.start(worker=False)
    service = rig.service
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: catch_up(service.db, service.gateway, service.clock), range(4)))
    assert sum(found) == 8
    assert all(len(rig.messages("in", phone)) == 2 for phone in PEOPLE[:4])


def test_the_list_is_of_one_number_from_a_moment_on_without_what_we_sent_the_oldest_first(rig: Rig):
    down, gateway = Unheard(rig), rig.service.gateway
    down.write(LINE, "for længe siden")
    set_clock(rig.db, NOW + timedelta(hours=1))
    down.write(LINE, "et", "to")
    down.network.send_from_phone(LINE, "+4511110020", "til en anden", ("https://pictures.invalid/1.jpg",))
    rig.start(worker=False)
    down.network.accept(Submission(LINE, OURS, "Hej Line"))

    listed = gateway.list_inbound(OURS, NOW + timedelta(minutes=30))
    assert [(a.body, a.sender, a.to, a.media) for a in listed] == [("et", LINE, OURS, 0), ("to", LINE, OURS, 0)]
    assert all(abs(a.at - NOW - timedelta(hours=1)) < timedelta(minutes=1) for a in listed)
    assert [a.media for a in gateway.list_inbound("+4511110020", NOW)] == [1]


# --- with a gateway that only lists ---


@pytest.fixture
def told(db: Database) -> FakeGateway:
    with db.write() as session:
        session.add(Organisation(slug="solgaarden", name="Solgården", number=OURS, settings={}, created_at=NOW))
    return FakeGateway()


def arrived(sid: str, body: str, at: datetime, sender: str = LINE) -> Arrived:
    return Arrived(sid, sender, OURS, body, at)


def stored(db: Database) -> list[tuple[str | None, str, datetime]]:
    with db.read() as session:
        return [(m.provider_sid, m.body, m.at) for m in session.scalars(select(Message).order_by(Message.id))]


def test_the_cursor_moves_only_when_all_was_stored_and_never_back(db: Database, told: FakeGateway):
    later = NOW + timedelta(hours=1)
    told.is_down = True
    assert catch_up(db, told, lambda: later) == 0
    with db.read() as session:
        assert last_beat(session, "poll") is None
        assert session.scalars(select(Heartbeat.name)).all() == []
    told.is_down = False
    catch_up(db, told, lambda: later)
    catch_up(db, told, lambda: later - timedelta(minutes=1))  # a slower process that asked before
    with db.read() as session:
        assert session.get_one(Heartbeat, "inbound:1").at == later


def test_it_looks_back_as_far_as_the_last_time_but_no_more_than_a_week(db: Database, told: FakeGateway):
    catch_up(db, told, lambda: NOW)
    told.arrived = [arrived("SM1", "to timer efter", NOW + timedelta(hours=2))]
    assert catch_up(db, told, lambda: NOW + timedelta(days=6)) == 1
    told.arrived += [arrived("SM2", "for længe siden", NOW + timedelta(days=6, hours=1))]
    assert catch_up(db, told, lambda: NOW + timedelta(days=14)) == 0


def test_what_came_before_the_organisation_was_ours_is_not_fetched(db: Database, told: FakeGateway):
    told.arrived = [arrived("SM1", "til den forrige", NOW - timedelta(hours=2))]
    assert catch_up(db, told, lambda: NOW + timedelta(minutes=5)) == 0


def test_a_text_that_was_erased_at_the_gateway_does_not_come_back_as_an_empty_sms(db: Database, told: FakeGateway):
    told.arrived = [arrived("SM1", "", NOW)]
    assert catch_up(db, told, lambda: NOW + timedelta(minutes=5)) == 0
    assert stored(db) == []


def test_a_cpr_number_is_masked_on_this_path_too(db: Database, told: FakeGateway):
    told.arrived = [arrived("SM1", "mit cpr er 140385-1234", NOW)]
    assert catch_up(db, told, lambda: NOW + timedelta(minutes=5)) == 1
    [(_, body, at)] = stored(db)
    assert "1234" not in body
    assert at == NOW


def test_one_that_cannot_be_stored_keeps_nobody_else_waiting(db: Database, told: FakeGateway):
    """PostgreSQL takes no sender of so many signs; it is asked for again, and its silence rings."""
    told.arrived = [arrived("SM1", "hej", NOW, sender="+45" * 10), arrived("SM2", "og hej", NOW)]
    catch_up(db, told, lambda: NOW + timedelta(minutes=5))
    assert "SM2" in [sid for sid, *_ in stored(db)]
    with db.read() as session:
        assert (last_beat(session, "poll") is None) is not db.is_sqlite


def test_after_the_clock_was_set_back_it_goes_on_from_there(db: Database, told: FakeGateway):
    catch_up(db, told, lambda: NOW + timedelta(days=300))
    told.arrived = [arrived("SM1", "hej", NOW + timedelta(hours=1))]
    assert catch_up(db, told, lambda: NOW + timedelta(hours=1, minutes=1)) == 1


@pytest.mark.parametrize(("first", "then", "opted_out"), [("start", "stop", True), ("stop", "start", False)])
def test_stop_and_start_count_in_the_order_in_which_they_were_written(rig: Rig, first: str, then: str, opted_out: bool):
    """The first one was lost and is found after the second was heard."""
    phone, down = PEOPLE[0], Unheard(rig)
    rig.start()
    if first == "start":
        with rig.db.write() as session:
            session.add(Consent(phone=phone, opted_out=True, at=NOW - timedelta(days=1)))
    network = rig.service.network
    assert network
    network.stop()
    down.write(phone, first)
    set_clock(rig.db, NOW + timedelta(minutes=30))
    network.start()
    rig.write(then, phone=phone)
    eventually(lambda: rig.messages("in", phone)[-1:] and rig.settled())
    before = rig.got(phone)

    assert catch_up(rig.db, rig.service.gateway, rig.service.clock) == 1
    eventually(rig.settled)
    with rig.db.read() as session:
        assert is_opted_out(session, phone) is opted_out
    assert rig.got(phone) == before  # and nothing is confirmed
    assert rig.conversation(phone).held_by == "bot"


def test_of_two_that_wait_the_one_written_first_has_its_turn_first(rig: Rig):
    """The webhook of the second came before the first was found."""
    phone = PEOPLE[0]
    now = rig.service.clock()
    receive(rig.db, Inbound("SM2", phone, OURS, "menneske"), now)
    receive(rig.db, Inbound("SM1", phone, OURS, "boligstøtte?", at=now - timedelta(minutes=5)), now)
    rig.start()
    eventually(lambda: len(rig.got(phone)) == 2 and rig.settled())
    assert "Udbetaling Danmark" in rig.got(phone)[0]


def test_a_gateway_that_is_down_is_asked_again_later(db: Database, told: FakeGateway):
    told.is_down = True
    with pytest.raises(GatewayDownError):
        told.list_inbound(OURS, NOW)
    assert catch_up(db, told, lambda: NOW) == 0
