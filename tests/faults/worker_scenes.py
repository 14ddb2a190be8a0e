"""What a worker does: turns and their answers, SMS that an adviser planned, mails, calls to who wants to be told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.dispatch import Dispatch
from bot.gateway import Answer, Outgoing, Unclear
from bot.hooks.addresses import add_webhook
from bot.hooks.signature import as_secret
from bot.mail import queue_mail
from bot.models import COPENHAGEN, Adviser, Case, Conversation, Organisation
from bot.outbox import queue_message
from bot.receive import Inbound, receive
from tests.faults.outside import PhoneNetwork
from tests.faults.stage import LATER, PUBLIC_URL, Scene, Stage
from tests.scheduler.world import SLUG, World

OURS, LINE, OTHER = "+4511110010", "+4511114001", "+4511114002"
#: A Tuesday and wave day, in the send window.
NOW = datetime(2026, 10, 27, 9, 5, tzinfo=COPENHAGEN)
QUICK = {"messages_per_second": 1000}


def wrote(stage: Stage, *told: tuple[str, str]) -> None:
    """These residents wrote these words, in this order."""
    for number, (phone, text) in enumerate(told):
        receive(stage.db, Inbound(f"SM{phone[-4:]}{number}", phone, OURS, text), stage.clock())


def _two_wrote(stage: Stage) -> None:
    World(stage.db, **QUICK).add("1", "2")
    wrote(stage, (LINE, "boligstøtte?"), (LINE, "menneske"), (OTHER, "stop"))


def _crisis(stage: Stage) -> None:
    """Somebody is in danger, an adviser is called by mail, and another program wants to know."""
    World(stage.db, **QUICK).add("1")
    with stage.db.write() as session:
        home = session.scalars(select(Organisation).where(Organisation.slug == SLUG)).one()
        adviser = Adviser(email="mette@solgaarden.example", name="Mette Lind", created_at=NOW, organisations=[home])
        session.add(adviser)
        add_webhook(session, home.id, "https://one.example/", (), as_secret(b"thirty-two bytes of this secret!"), NOW)
    wrote(stage, (LINE, "vil dø"))


def _planned(stage: Stage) -> None:
    """An adviser wrote two SMS yesterday, to be sent this morning; to one of them the resident has answered since."""
    yesterday = NOW - timedelta(days=1)
    cases = World(stage.db, **QUICK).add("1", "2", opened_at=yesterday - timedelta(days=1))
    with stage.db.write() as session:
        for case in session.scalars(select(Case).where(Case.id.in_(cases)).order_by(Case.id)):
            phone = str(case.resident.phone)
            thread = Conversation(
                organisation=case.organisation, phone=phone, case=case, created_at=yesterday, state={}
            )
            session.add(thread)
            session.flush()
            message = queue_message(session, thread, "Hej, det er Mette.", author="adviser", now=yesterday, due_at=NOW)
            message.send_at = NOW
    wrote(stage, (OTHER, "menneske"))


def _mails(stage: Stage) -> None:
    World(stage.db)
    with stage.db.write() as session:
        homes = list(session.scalars(select(Organisation)))
        for name in ("mette", "peter"):
            adviser = Adviser(email=f"{name}@solgaarden.example", name=name, created_at=NOW, organisations=homes)
            session.add(adviser)
            session.flush()
            queue_mail(session, adviser, "waiting", f"waiting:{adviser.id}", "Der venter", "Der venter nogen.", NOW)


class _Silent:
    """A gateway whose answers are lost; every second SMS is lost as well."""

    def __init__(self, phones: PhoneNetwork) -> None:
        self._phones, self._sent = phones, 0

    def send(self, outgoing: Outgoing) -> Answer:
        self._sent += 1
        if self._sent % 2:
            self._phones.send(outgoing)
        return Unclear("timeout")


def _unclear(stage: Stage) -> None:
    """Two answers were handed over a minute ago, and nobody knows what came of it."""
    World(stage.db, **QUICK).add("1", "2")
    stage.clock.now = NOW - timedelta(minutes=1)
    wrote(stage, (LINE, "boligstøtte?"), (OTHER, "boligstøtte?"))
    silent: Any = _Silent(stage.phones)
    dispatch = Dispatch(stage.db, stage.clock, silent, PUBLIC_URL, machine=stage.clock)
    while stage.turns.take_next() or dispatch.send_next():
        pass


SCENES = [
    Scene("answers that were lost are looked up", _unclear, Stage.work, NOW, later=LATER, on_postgres=True),
    Scene("turns and their answers", _two_wrote, Stage.work, NOW, later=LATER, on_postgres=True),
    Scene("a crisis, its mail and its call", _crisis, Stage.work, NOW, later=LATER),
    Scene("what an adviser wrote to be sent later", _planned, Stage.work, NOW, later=LATER),
    Scene("mails", _mails, Stage.work, NOW, later=LATER, on_postgres=True),
]
