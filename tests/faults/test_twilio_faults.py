"""The gateway goes wrong in every way that the phone network knows, and the phones have every answer once, in order.

Each fault meets a resident of its own, all at the same time; afterwards our tables and the network's own log must tell
the same. Once with receipts, which settle most of it by themselves, and once without, when only looking up does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
import requests

from bench.reconciling import reconciled
from bot.db import Database
from bot.dispatch import Dispatch
from bot.models import Message, Organisation
from bot.simulator.faults import NOT_TAKEN, TAKEN
from bot.simulator.postman import post
from bot.twilio_gateway import TwilioGateway
from tests.rig import LINE, Rig, eventually, free_port

#: One after the other, to one resident each.
ONE_BY_ONE = [(fault,) for fault in sorted(NOT_TAKEN | TAKEN)]
#: The look after an unclear attempt goes wrong as well.
AND_ITS_LOOK = [
    ("500", "look_503"),
    ("502", "look_html"),
    ("504", "look_html"),
    ("timeout", "look_reset"),
    ("reset", "look_reset"),
]
ALL = {f"+4511114{n:03d}": faults for n, faults in enumerate([*ONE_BY_ONE, *AND_ITS_LOOK], 100)}
PATIENCE = 90


def without_receipts(url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> int:
    """They get lost on the way; what residents write comes through."""
    return 204 if "/sms/status" in url else post(url, form, headers)


@pytest.fixture(params=["receipts come", "receipts are lost"])
def rig(db: Database, request: pytest.FixtureRequest) -> Iterator[Rig]:
    """An answer that is kept back comes after our time-out."""
    lost = request.param == "receipts are lost"
    rig = Rig(db, hold=3, seconds=2, post=without_receipts if lost else post)
    rig.add_case()
    with db.write() as session:
        session.query(Organisation).one().settings = {"messages_per_second": 1000}
    yield rig
    rig.stop()


def is_under_way(rig: Rig) -> bool:
    """Something waits to be handed over, or to be looked up."""
    with rig.db.read() as session:
        unread = session.query(Message).filter(Message.status == "received").first()
        unsent = session.query(Message).filter(Message.direction == "out", Message.provider_sid.is_(None)).first()
    assert rig.service.network
    return bool(unread or unsent) or not rig.service.network.idle()


def test_whatever_the_gateway_does_every_answer_is_on_its_phone_once(rig: Rig):
    rig.start()
    for phone, faults in ALL.items():
        for fault in faults:
            rig.fault(fault, phone=phone)
    for phone in ALL:
        rig.write("boligstøtte?", "menneske", phone=phone)

    eventually(lambda: all(len(rig.messages("out", phone)) == 2 for phone in ALL) and not is_under_way(rig), PATIENCE)

    told = rig.service.network is not None and rig.service.network.postman.post is post
    untold = {phone for phone, faults in ALL.items() if faults[0] == "lost_receipt"}
    complaints = reconciled(rig.db, rig.db, told=False)
    assert complaints == []
    for phone in ALL:
        assert len(rig.got(phone)) == 2, ALL[phone]
        assert "Udbetaling Danmark" in rig.got(phone)[0]
        assert not told or phone in untold or {m.status for m in rig.messages("out", phone)} == {"delivered"}
    left = requests.get(f"{rig.url}/simulator/api/faults", timeout=10).json()
    assert [fault for fault in left if not str(fault["error"]).startswith("look_")] == []
    assert told or left == []  # where a receipt tells what became of it, nobody looks


def test_where_nobody_listens_nothing_is_lost(db: Database):
    """The connection is refused: certainly not taken, so it goes as soon as somebody listens."""
    rig = Rig(db)
    rig.add_case()
    settings, nobody = rig.service.settings, f"http://127.0.0.1:{free_port()}"
    away = TwilioGateway(settings.twilio_account_sid, settings.twilio_auth_token, nobody)
    rig.start(worker=False)
    rig.write("boligstøtte?")
    eventually(lambda: rig.messages("in"))
    assert rig.service.turns.take_next()
    assert Dispatch(db, rig.service.clock, away, rig.url).send_next()
    [message] = rig.messages()
    assert (message.status, message.attempted_at) == ("queued", None)

    rig.service.worker.start()
    eventually(lambda: rig.got(LINE) and rig.settled())
    assert reconciled(db, db) == []
    rig.stop()
