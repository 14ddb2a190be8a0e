"""PostgreSQL restarted, gone, read-only, its connections cut: 503 meanwhile, then on by itself; nothing lost, twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import NullPool, create_engine, func, make_url, select

from bot.app import Service
from bot.clock import machine_clock
from bot.db import Database
from bot.gateway import Arrived
from bot.models import Message
from bot.settings import Settings
from bot.turns import TRIES
from tests.faults.carrier import OURS, Carrier
from tests.faults.postgres import OwnServer
from tests.rig import eventually, understand
from tests.scheduler.world import World

pytestmark = pytest.mark.postgres

_CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'"
PHONES = [f"+451111{n}" for n in range(4001, 4013)]


class Running:
    """The service with its threads, the webhooks called as a web server would."""

    def __init__(self, db: Database, server: OwnServer) -> None:
        self.db, self.server = db, server
        World(db)
        self.carrier = Carrier(machine_clock)
        settings = Settings.model_construct().model_copy(
            update={
                "database_url": db.url.render_as_string(hide_password=False),
                "secret_key": "invented",
                "data_key": "invented",
                "public_url": "https://here.example",
            }
        )
        self.service = Service(settings, db=db, gateway=self.carrier, understand=understand)
        self.service.start()
        eventually(lambda: self.service.scheduler.leads)

    def stop(self) -> None:
        self.service.stop()

    def webhook(self, phone: str, body: str = "menneske") -> int:
        """A resident writes; the status that the gateway gets. It keeps the SMS whatever that is."""
        it = self.carrier.write(phone, body)
        return self.call(it.sid, phone, body)

    def call(self, sid: str, phone: str, body: str = "menneske") -> int:
        form = {"MessageSid": sid, "From": phone, "To": OURS, "Body": body}
        return self.service.app.test_client().post("/sms/inbound", data=form).status_code

    def gets_through(self, it: Arrived) -> None:
        """The gateway repeats it until it is taken."""
        eventually(lambda: self.call(it.sid, it.sender, it.body) == 200, 120)

    def ready(self) -> int:
        return self.service.app.test_client().get("/health/ready").status_code

    def answered(self) -> list[str]:
        """Who got an answer; once for each."""
        return sorted(each.to for each in self.carrier.left)

    def all_answered_once(self) -> None:
        eventually(lambda: len(self.carrier.left) >= len(self.carrier.arrived), 120)
        eventually(self.nothing_waits, 120)
        assert self.answered() == sorted(each.sender for each in self.carrier.arrived)

    def nothing_waits(self) -> bool:
        with self.db.read() as session:
            waiting = select(Message.id).where(Message.status.in_(("received", "queued", "sending")))
            return session.scalar(waiting.limit(1)) is None

    def cut(self) -> None:
        """As a pooler does, or a network between; but not a turn's last try, after which it is a human's."""
        with self.db.read() as session:
            tries = session.scalar(select(func.max(Message.attempts)).where(Message.status == "received"))
        if (tries or 0) < TRIES:
            say(self.server, _CUT.format(self.db.url.database) + " AND random() < 0.8")

    def threads(self) -> set[str]:
        return {each.name for each in threading.enumerate() if each.is_alive()}


@pytest.fixture(scope="module")
def server(postgres_url: str) -> Iterator[OwnServer]:
    """Beside the one of all tests, which goes on."""
    assert postgres_url
    own = OwnServer()
    yield own
    own.remove()


@pytest.fixture
def running(server: OwnServer, request: pytest.FixtureRequest) -> Iterator[Running]:
    name = f"t{abs(hash(request.node.name)) % 10**9}"
    say(server, f"CREATE DATABASE {name}")
    db = Database(make_url(server.url).set(database=name).render_as_string(hide_password=False))
    db.upgrade()
    made = Running(db, server)
    yield made
    made.stop()


def say(server: OwnServer, *statements: str) -> None:
    engine = create_engine(server.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def test_while_the_database_is_away_webhooks_get_503_and_afterwards_all_goes_on_by_itself(
    server: OwnServer, running: Running
):
    assert running.webhook(PHONES[0]) == 200
    running.all_answered_once()
    threads = running.threads()

    server.stop()
    try:
        statuses = [running.webhook(phone) for phone in PHONES[1:]]
        assert set(statuses) == {503}
        assert running.ready() == 503
        assert running.service.app.test_client().get("/health/live").status_code == 200
        running.service.scheduler.tick()  # by the clock it would try, too
        running.service.scheduler.poll()
    finally:
        server.start()

    eventually(lambda: running.ready() == 200)
    for arrived in running.carrier.arrived[1:4]:  # Twilio repeats where a fallback address is set
        running.gets_through(arrived)
    running.service.scheduler.poll()  # and the rest is fetched
    running.all_answered_once()
    assert threads <= running.threads()


def test_a_restart_and_cut_connections_in_the_middle_of_traffic_lose_nothing_and_send_nothing_twice(
    server: OwnServer, running: Running
):
    """First the one, then the other, and a look at the end: who lost a turn waits for its lease, 20 s."""
    first_done = threading.Event()

    def write(phones: list[str]) -> None:
        for phone in phones:
            running.gets_through(running.carrier.write(phone, "menneske"))
            first_done.set()

    writers = [threading.Thread(target=write, args=(PHONES[n:8:3],)) for n in range(3)]
    for each in writers:
        each.start()
    assert first_done.wait(60)
    server.stop()
    server.start()
    for each in writers:
        each.join(120)

    for phone in PHONES[8:]:
        it = running.carrier.write(phone, "menneske")
        running.cut()
        running.gets_through(it)
        running.cut()

    assert len(running.carrier.arrived) == len(PHONES)
    running.all_answered_once()


def test_a_database_that_takes_no_writes_is_said_so_and_lived_through(
    server: OwnServer, running: Running, capsys: pytest.CaptureFixture[str]
):
    """A standby after a fail-over: it reads, and refuses to write."""
    name = running.db.url.database
    end = _CUT.format(name)
    say(server, f"ALTER DATABASE {name} SET default_transaction_read_only = on", end)

    assert [running.webhook(phone) for phone in PHONES[:3]] == [503] * 3
    written = capsys.readouterr()
    assert "takes no writes" in written.out + written.err

    say(server, f"ALTER DATABASE {name} SET default_transaction_read_only = off", end)
    eventually(lambda: running.call(running.carrier.arrived[0].sid, PHONES[0]) == 200)
    running.service.scheduler.poll()
    running.all_answered_once()
