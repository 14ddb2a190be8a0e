"""The whole service on a local port, with the phone network beside it; only what is told apart is faked.

``hold`` is how long the phone network keeps an answer back, ``seconds`` how long our gateway waits for one, ``post``
how the phone network's webhooks come.
"""

from __future__ import annotations

import itertools
import os
import random
import socket
import threading
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import requests
from sqlalchemy import select
from werkzeug.serving import make_server

from bot.app import Service
from bot.clock import database_clock, set_clock
from bot.db import Database
from bot.dialogs.state import Heard, Intent
from bot.models import COPENHAGEN, Case, Conversation, Message, Organisation, Resident
from bot.settings import Settings
from bot.simulator.network import Network
from bot.simulator.postman import Post, post
from bot.turns import Understand
from bot.twilio_gateway import TIMEOUT_SECONDS, TwilioGateway

OURS = "+4511110010"
LINE = "+4511114027"
#: A Tuesday and wave day, in the send window.
NOW = datetime(2026, 10, 27, 9, 5, tzinfo=COPENHAGEN)

_WORDS = {
    "ja": "affirm",
    "nej": "deny",
    "stop": "opt_out",
    "start": "opt_in",
    "boligstøtte?": "ask_boligstoette",
    "menneske": "ask_human",
    "vil dø": "crisis_self_harm",
}


def understand(text: str, today: date, *, media: int = 0, previous_language: str = "da") -> Heard:
    """An understanding of seven words, for tests that are about something else."""
    name = _WORDS.get(text.strip().lower())
    return Heard(text, intents=(Intent(name, 1.0),) if name else (), media=media)


def _own_ports() -> range:
    """A part for each of the processes that test at once."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    size = 10_000 // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    return range(10_000 + number * size, 10_000 + (number + 1) * size)


#: Not the system's own choice: what it gives out when asked for any, it may give to another one before ours has begun.
_PORTS = _own_ports()
_turn = itertools.count(random.randrange(len(_PORTS)))


def free_port() -> int:
    """A port that nobody listens on, and that no other test is given: a process may take its time to begin there."""
    while True:
        port = _PORTS[next(_turn) % len(_PORTS)]
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


def eventually(check: Callable[[], Any], seconds: float = 60) -> Any:
    """Look until it is so; fail when it does not become so."""
    pause = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if found := check():
            return found
        pause.wait(0.02)
    raise AssertionError(f"Not within {seconds} seconds")


def demo_settings(db: Database, port: int) -> Settings:
    """Settings of a demo whose secrets are written nowhere."""
    return Settings.model_construct().model_copy(
        update={
            "database_url": db.url.render_as_string(hide_password=False),
            "secret_key": "invented",
            "data_key": "invented",
            "public_url": f"http://127.0.0.1:{port}",
            "twilio_account_sid": "AC" + "0" * 32,
            "twilio_auth_token": "invented",
            "twilio_api_url": f"http://127.0.0.1:{port}/simulator/twilio",
            "port": port,
            "demo": True,
        }
    )


class Rig:
    """The service, its web on a real port. ``start`` begins worker and network; the scheduler stays off."""

    def __init__(
        self,
        db: Database,
        understand: Understand = understand,
        now: datetime = NOW,
        hold: float = 0,
        seconds: float = TIMEOUT_SECONDS,
        post: Post = post,
    ) -> None:
        set_clock(db, now)
        self.db = db
        port = free_port()
        settings = demo_settings(db, port)
        account = (settings.twilio_account_sid, settings.twilio_auth_token)
        network = Network(db, database_clock(db), *account, settings.public_url, hold=hold, post=post)
        gateway = TwilioGateway(*account, settings.twilio_api_url, seconds=seconds)
        self.service = Service(settings, db=db, gateway=gateway, understand=understand, network=network)
        self.url = self.service.settings.public_url
        self._server = make_server("127.0.0.1", port, self.service.app, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def start(self, *, worker: bool = True) -> Rig:
        self._thread.start()
        assert self.service.network is not None
        self.service.network.start()
        if worker:
            self.service.worker.start()
        return self

    def stop(self) -> None:
        self.service.worker.stop()
        assert self.service.network is not None
        self.service.network.stop()
        self._server.shutdown()
        self._server.server_close()

    def add_case(self, phone: str = LINE, name: str = "Line Bek", case_ref: str = "", **case: Any) -> int:
        """An open case of the one organisation; gives its id."""
        now = NOW - timedelta(hours=1)
        with self.db.write() as session:
            organisation = session.scalar(select(Organisation)) or Organisation(
                slug="solgaarden", name="Solgården Bolig", number=OURS, settings={}, created_at=now
            )
            resident = Resident(organisation_id=0, name=name, phone=phone, created_at=now, birth_day="14-03")
            session.add(organisation)
            session.flush()
            resident.organisation_id = organisation.id
            session.add(resident)
            session.flush()
            made = Case(
                organisation_id=organisation.id,
                resident_id=resident.id,
                case_ref=case_ref or phone,
                arrears_ore=case.pop("arrears_ore", 845_050),
                received=NOW.date(),
                deadline=NOW.date() + timedelta(days=8),
                opened_at=now,
                updated_at=now,
                **case,
            )
            session.add(made)
            session.flush()
            return made.id

    def write(self, *texts: str, phone: str = LINE, media: Sequence[str] = ()) -> None:
        """The resident writes on the handset, perhaps with pictures."""
        for body in texts:
            sms = {"to": OURS, "body": body, "media": list(media)}
            answer = requests.post(f"{self.url}/simulator/api/phones/{phone}/messages", json=sms, timeout=10)
            assert answer.ok, answer.text

    def phone(self, phone: str = LINE) -> list[dict[str, Any]]:
        """What stands on the handset."""
        listed: list[dict[str, Any]] = requests.get(
            f"{self.url}/simulator/api/phones/{phone}/messages", timeout=10
        ).json()
        return listed

    def got(self, phone: str = LINE) -> list[str]:
        """The texts that arrived at the handset."""
        return [m["body"] for m in self.phone(phone) if m["direction"] == "in" and m["status"] == "delivered"]

    def fault(self, error: str | int, times: int = 1, **more: str) -> None:
        """Let the next attempts go wrong."""
        answer = requests.post(
            f"{self.url}/simulator/api/faults", json={"next": times, "error": error, **more}, timeout=10
        )
        assert answer.ok, answer.text

    def messages(self, direction: str = "out", phone: str = LINE) -> list[Message]:
        """Our own rows of one thread."""
        with self.db.read() as session:
            wanted = select(Message).join(Message.conversation).where(Conversation.phone == phone)
            return list(session.scalars(wanted.where(Message.direction == direction).order_by(Message.id)))

    def conversation(self, phone: str = LINE) -> Conversation:
        """The thread's own row."""
        with self.db.read() as session:
            return session.scalars(select(Conversation).where(Conversation.phone == phone)).one()

    def settled(self) -> bool:
        """True when nothing waits: no SMS in without its turn, none out without a final status."""
        with self.db.read() as session:
            waiting = session.scalars(
                select(Message.id).where(Message.status.in_(["received", "queued", "sending", "sent"])).limit(1)
            ).first()
        assert self.service.network is not None
        return waiting is None and self.service.network.idle()
