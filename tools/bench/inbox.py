"""How fast the inbox answers an adviser when there are years of talks: every page by Flask's own client."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from bench import inbox_index, inbox_words
from bench.charts import Bars, Picture, drawn
from bench.inbox_index import Words
from bench.inbox_world import EMAIL, NOW, PASSWORD, Made, Size, fill, phone_of, ref_of
from bench.page import Section, Table
from bench.timing import Times, timed
from bench.waves import NewDatabase, postgres, sqlite
from bot.db import Database
from bot.models import Conversation
from bot.search_build import build_some
from bot.search_index import SearchIndex
from handoff.folders import FOLDERS
from handoff.web import register
from scheduler.desk import Desk

_KEY = "an invented key"
_PICTURED = ("a conversation", "the live parts of the queue", "the board", "tasks")


@dataclass(frozen=True)
class Effort:
    """How much is measured: enough for steady figures, or, in a test, just enough to see that it can be."""

    sizes: Sequence[Size] = (Size(100), Size(10_000), Size(100_000))
    rounds: int = 20
    indexed: int = 1_000  #: conversations made findable by the product itself, batch by batch


def measure() -> Section:
    """Everything, on SQLite and on a PostgreSQL server of its own."""
    with sqlite() as sqlite_url, postgres() as postgres_url:
        return measured({"SQLite": sqlite_url, "PostgreSQL": postgres_url}, Effort())


def measured(databases: Mapping[str, NewDatabase], effort: Effort) -> Section:
    """The section of the page."""
    pages, searches, words = _Grown(effort.sizes), _Grown(effort.sizes), list[Sequence[str]]()
    for size in effort.sizes:
        known: Words | None = None
        for name, new in databases.items():
            print(f"  {_messages(size)} messages, {name}", flush=True)
            with _world(new, size) as (db, made):
                known = known or inbox_index.reckoned(db, SearchIndex(_KEY))
                words.append((f"{name}, {_messages(size)} messages", *_indexed(db, known)))
                client = _logged_in(db)
                for what, asked in _pages(db, made):
                    pages.add(f"{name}, {what}", _times(what, client, asked, effort.rounds))
                for what, asked in _searches(size):
                    searches.add(f"{name}, {what}", _times(what, client, asked, effort.rounds))
    builds = [(name, str(effort.indexed), _built(new, effort.indexed)) for name, new in databases.items()]
    return Section(
        "The inbox",
        [
            f"Conversations with {effort.sizes[-1].messages} messages each, nine of ten of the adviser's own "
            "organisation, four of ten still open. Each page is asked for by Flask's own client, one after the other, "
            "with all that is done for it from the session's cookie to the last line of HTML; 95 of 100 stay within "
            "the p95. The columns are how many messages there are. Asked for: 150 ms on PostgreSQL, 300 ms on SQLite.",
            Table(("a page, p95, ms", *pages.columns), pages.rows),
            pages.picture("inbox", "The inbox by its messages", _PICTURED),
            "A search, from the form sent to the page it leads to, and while one types. Asked for: the same.",
            Table(("a search, p95, ms", *searches.columns), searches.rows),
            "What is searched by: words under a key. Here they are written in one go, which is what is timed; the "
            "product writes them with each SMS, and after a change of DATA_KEY in small batches.",
            Table(("words", "s", "of cases", "of conversations"), words),
            Table(("in small batches", "conversations", "ms each"), builds),
        ],
    )


class _Grown:
    """The same asked at every size."""

    def __init__(self, sizes: Sequence[Size]) -> None:
        self._sizes, self._times = [_messages(size) for size in sizes], dict[str, list[Times]]()

    def add(self, name: str, times: Times) -> None:
        self._times.setdefault(name, []).append(times)

    @property
    def columns(self) -> Sequence[str]:
        return *self._sizes, "p50 there", "longest there"

    @property
    def rows(self) -> list[Sequence[str]]:
        return [
            (name, *map(_p95, each), _ms(each[-1].median), _ms(max(each[-1].seconds))) for name, each in self._all()
        ]

    def picture(self, name: str, title: str, shown: Sequence[str]) -> Picture:
        wanted = [(who, each) for who, each in self._all() if who.split(", ", 1)[1] in shown]
        bars = [
            Bars(who, {f"{size} messages": 1000 * times.percentile(95)})
            for who, each in wanted
            for size, times in zip(self._sizes, each, strict=True)
        ]
        return drawn(name, title, "Milliseconds that 95 of 100 stay within, by how many messages there are.", bars)

    def _all(self) -> list[tuple[str, list[Times]]]:
        return list(self._times.items())


def _messages(size: Size) -> str:
    return f"{size.conversations * size.messages:,}"


def _p95(times: Times) -> str:
    return _ms(times.percentile(95))


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.1f}"


#: Asks for something; gives the status of the answer.
Ask = Callable[[FlaskClient, int], int]


@contextmanager
def _world(new: NewDatabase, size: Size) -> Iterator[tuple[Database, Made]]:
    db = Database(new())
    db.upgrade()
    began = perf_counter()
    made = fill(db, size)
    print(f"  filled in {perf_counter() - began:.0f} s", flush=True)
    yield db, made
    db.close()


def _logged_in(db: Database) -> FlaskClient:
    app = Flask("bench", static_folder=None)
    app.config.update(WTF_CSRF_ENABLED=False)
    app.secret_key = EMAIL
    register(app, db, lambda: NOW, secure_cookies=False)
    app.extensions["handoff_waves"] = Desk()
    client = app.test_client()
    client.post("/login", data={"email": EMAIL, "password": PASSWORD})
    return client


def _pages(db: Database, made: Made) -> Iterator[tuple[str, Ask]]:
    """What the page is called, and how it is asked for."""
    shown = _some(db, made)
    for folder, (title, *_) in FOLDERS.items():
        yield f"folder “{title}”", _always(f"/inbox?folder={folder}")
    yield "a conversation", _get(lambda number: f"/inbox/{shown[number % len(shown)]}")
    yield "the live parts of the queue", _always("/inbox/live")
    yield "the board", _always("/board")
    yield "tasks", _always("/tasks")
    yield "the live parts of a conversation", _get(lambda number: f"/inbox/{shown[number % len(shown)]}/live")


def _indexed(db: Database, words: Words) -> tuple[str, str, str]:
    """Seconds, and how many words."""
    db.index, began = SearchIndex(_KEY), perf_counter()
    inbox_index.write(db, db.index, words, NOW)
    seconds = perf_counter() - began
    print(f"  indexed in {seconds:.0f} s", flush=True)
    return f"{seconds:.0f}", str(len(words.cases)), str(len(words.conversations))


def _built(new: NewDatabase, conversations: int) -> str:
    """Milliseconds a conversation, as the product does it."""
    with _world(new, Size(conversations)) as (db, _):
        db.index = SearchIndex(_KEY)
        (seconds,) = timed(lambda _: build_some(db, lambda: NOW, batches=10**9), [None])
    return _ms(seconds / conversations)


def _searches(size: Size) -> Iterator[tuple[str, Ask]]:
    """What is looked for: every time something else, where there is something else."""

    def someone(number: int) -> int:
        return number * 7919 % size.conversations // 10 * 10  # of the organisation that is seen

    def named(number: int) -> str:
        return inbox_words.name(someone(number))

    yield "a word that most have", _look(lambda _: "huslejen")
    yield "a word that few have", _look(lambda number: inbox_words.rare(number * 613))
    yield "two words that most have", _look(lambda _: "betale huslejen")
    yield "two words that half have", _look(lambda _: "kommunen arbejde")
    yield (
        "a word that most have and one that few have",
        _look(lambda number: f"huslejen {inbox_words.rare(number * 613)}"),
    )
    yield "the beginning of a name", _look(lambda number: named(number).split()[1][:3])
    yield "a whole name", _look(named)
    yield (
        "a name and a word that most have",
        _look(lambda number: f"{named(number).split()[0]} huslejen"),
    )
    yield "an address", _look(lambda number: inbox_words.address(someone(number)).split(",")[0])
    yield "a number", _look(lambda number: phone_of(someone(number)).removeprefix("+45"))
    yield "a case number", _look(lambda number: ref_of(someone(number)))
    yield "nothing found", _look(lambda number: f"zzqx{number}")
    yield "while one types a name", _suggest(lambda number: named(number).split()[1][:3])


def _look(words: Callable[[int], str]) -> Ask:
    def ask(client: FlaskClient, number: int) -> int:
        return client.post("/search", data={"q": words(number)}, follow_redirects=True).status_code

    return ask


def _suggest(words: Callable[[int], str]) -> Ask:
    return lambda client, number: client.post("/search/suggest", data={"q": words(number)}).status_code


def _some(db: Database, made: Made) -> Sequence[int]:
    """Conversations that wait, of the organisation that is seen."""
    mine = (Conversation.organisation_id == made.organisations[0], Conversation.held_by == "queue")
    with db.read() as session:
        return session.scalars(select(Conversation.id).where(*mine, Conversation.closed_at.is_(None)).limit(200)).all()


def _always(path: str) -> Ask:
    return _get(lambda _: path)


def _get(path: Callable[[int], str]) -> Ask:
    return lambda client, number: client.get(path(number)).status_code


def _times(name: str, client: FlaskClient, ask: Ask, rounds: int) -> Times:
    def answered(number: int) -> None:
        if (status := ask(client, number)) != 200:
            raise RuntimeError(f"{name}: {status}")

    answered(0)  # the first one compiles its template
    return Times(timed(answered, range(1, rounds + 1)))
