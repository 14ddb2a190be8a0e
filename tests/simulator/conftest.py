"""A phone network on a real port, and a service at the other end that writes down what it is told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from flask import Flask, request
from twilio.request_validator import RequestValidator
from werkzeug.serving import make_server

from bot.db import Database
from bot.models import COPENHAGEN, Organisation, Resident
from bot.simulator import Network, register
from bot.simulator.faults import Wish, plan
from bot.simulator.network import Submission
from bot.simulator.phones import messages

ACCOUNT = "AC" + "0a" * 16
TOKEN = "an-invented-token"
LINE, OSKAR, STRANGER = "+4511114027", "+4511115208", "+4511119999"
HAVNEPARKEN, SOEPARKEN = "+4511110010", "+4511110020"
START = datetime(2026, 12, 1, 10, 42, tzinfo=COPENHAGEN)
_PATIENCE = 20.0


@dataclass
class Told:
    """One webhook as the service got it."""

    path: str
    form: dict[str, str]
    token: str


@dataclass
class Service:
    """The other end of the webhooks. It keeps only what Twilio's own validator calls genuine."""

    url: str = ""
    told: list[Told] = field(default_factory=list)
    forged: int = 0
    status: int = 204
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def take(self) -> tuple[str, int]:
        url = self.url + request.full_path.removesuffix("?")
        form = request.form.to_dict()
        is_genuine = RequestValidator(TOKEN).validate(url, form, request.headers.get("X-Twilio-Signature", ""))
        with self._changed:
            if is_genuine:
                token = request.headers["I-Twilio-Idempotency-Token"]
                self.told.append(Told(request.full_path.removesuffix("?"), form, token))
            else:
                self.forged += 1
            self._changed.notify_all()
        return "", self.status

    def wait_for(self, count: int) -> list[Told]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.told) >= count, _PATIENCE), f"only {self.told}"
            return list(self.told)

    def receipts(self, sid: str) -> list[str]:
        return [t.form["MessageStatus"] for t in self.told if t.path.startswith("/sms/status") and sid in str(t.form)]


@contextmanager
def serve(app: Flask, port: int = 0) -> Iterator[str]:
    """The app on a real port of this machine."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Watch:
    """A clock that a test moves by hand."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


def furnish(db: Database) -> Database:
    """Two organisations, two residents with handsets and one without."""
    with db.write() as session:
        havneparken = Organisation(slug="havneparken", name="Havneparken", number=HAVNEPARKEN, created_at=START)
        soeparken = Organisation(slug="soeparken", name="Søparken", number=SOEPARKEN, created_at=START)
        session.add_all([havneparken, soeparken])
        session.flush()
        for name, phone, home in (
            ("Line Bek Sørensen", LINE, havneparken),
            ("Oskar Friis", OSKAR, soeparken),
            ("Uden Telefon", None, soeparken),
        ):
            session.add(Resident(organisation_id=home.id, name=name, phone=phone, created_at=START))
    return db


@pytest.fixture
def store(sqlite_db: Database) -> Database:
    return furnish(sqlite_db)


@pytest.fixture
def watch() -> Watch:
    return Watch()


def service_app(service: Service) -> Flask:
    app = Flask("service")
    app.add_url_rule("/sms/inbound", "inbound", service.take, methods=["POST"])
    app.add_url_rule("/sms/status", "status", service.take, methods=["POST"])
    return app


@pytest.fixture
def service() -> Iterator[Service]:
    told = Service()
    with serve(service_app(told)) as url:
        told.url = url
        yield told


NetworkMaker = Callable[..., Network]


@pytest.fixture
def network(store: Database, watch: Watch, service: Service) -> Iterator[Network]:
    """The network with its postman at work; a lost answer cuts the connection at once."""
    made = Network(store, watch, ACCOUNT, TOKEN, service.url, hold=0)
    made.start()
    yield made
    made.stop()


@dataclass
class Moves:
    """What the clock's buttons asked of the product."""

    watch: Watch
    to: list[datetime] = field(default_factory=list)
    next_step: datetime | None = None

    def advance(self, later: datetime) -> None:
        self.to.append(later)
        self.watch.now = later

    def following(self) -> datetime | None:
        return self.next_step


@pytest.fixture
def moves(watch: Watch) -> Moves:
    return Moves(watch)


@pytest.fixture
def app(network: Network, moves: Moves) -> Flask:
    made = Flask("simulated")
    made.testing = True
    register(made, network, moves.advance, moves.following)
    return made


def sms(service: Service, to: str = LINE, body: str = "Hej Line") -> Submission:
    return Submission(to, HAVNEPARKEN, body, f"{service.url}/sms/status?message=17")


def let(network: Network, error: str, times: int = 1, phone: str | None = None) -> None:
    with network.db.write() as session:
        plan(session, Wish(times, error, phone))


def on_phone(network: Network, phone: str = LINE) -> list[tuple[str, str, str]]:
    with network.db.read() as session:
        return [(m["direction"], m["body"], m["status"]) for m in messages(session, phone)]
