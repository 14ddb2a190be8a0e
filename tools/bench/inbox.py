"""How fast the inbox answers an adviser when there are years of talks: every page by Flask's own client."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from bench import inbox_words
from bench.inbox_world import EMAIL, NOW, PASSWORD, Made, Size, fill, phone_of, ref_of
from bench.page import Section, Table
from bench.timing import Times, timed
from bench.waves import NewDatabase, postgres, sqlite
from bot.db import Database
from bot.models import CaseWord, Conversation, ConversationWord
from bot.search_build import build_some
from bot.search_index import SearchIndex
from handoff.folders import FOLDERS
from handoff.web import register
from scheduler.desk import Desk

_FULL = Size()


@dataclass(frozen=True)
class Effort:
    """How much is measured: enough for steady figures, or, in a test, just enough to see that it can be."""

    size: Size = _FULL
    rounds: int = 40


def measure() -> Section:
    """Everything, on SQLite and on a PostgreSQL server of its own."""
    with sqlite() as sqlite_url, postgres() as postgres_url:
        return measured({"SQLite": sqlite_url, "PostgreSQL": postgres_url}, Effort())


def measured(databases: Mapping[str, NewDatabase], effort: Effort) -> Section:
    """The section of the page."""
    pages, builds, found = list[Sequence[str]](), list[Sequence[str]](), list[Sequence[str]]()
    for name, new in databases.items():
        with _world(new, effort.size) as (db, made):
            client = _logged_in(db)
            pages += [_row(f"{name}, {what}", client, asked, effort.rounds) for what, asked in _pages(db, made)]
            builds.append((name, *_built(db)))
            found += [_row(f"{name}, {what}", client, asked, effort.rounds) for what, asked in _searches(effort.size)]
    size = effort.size
    return Section(
        "The inbox",
        [
            f"{size.conversations} conversations with {size.conversations * size.messages} messages, nine of ten of "
            "the adviser's own organisation, four of ten still open. Each page is asked for by Flask's own client, one "
            "after the other, with all that is done for it from the session's cookie to the last line of HTML. Asked "
            "for: 95 of 100 within 150 ms on PostgreSQL, within 300 ms on SQLite.",
            Table(("a page, ms", "p50", "p95", "longest"), pages),
            "A search, from the form sent to the page it leads to, and while one types. Asked for: the same.",
            Table(("a search, ms", "p50", "p95", "longest"), found),
            "Making all of it findable, in small batches, as after a change of DATA_KEY; and what that takes.",
            Table(("an index", "s", "words of cases", "words of conversations"), builds),
        ],
    )


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
    yield "the live parts of a conversation", _get(lambda number: f"/inbox/{shown[number % len(shown)]}/live")


def _built(db: Database) -> tuple[str, str, str]:
    db.index = SearchIndex("an invented key")
    (seconds,) = timed(lambda _: build_some(db, lambda: NOW, batches=10**9), [None])
    with db.write() as session:
        session.execute(text("ANALYZE"))
        words = [session.scalar(select(func.count()).select_from(table)) for table in (CaseWord, ConversationWord)]
    print(f"  indexed in {seconds:.0f} s", flush=True)
    return f"{seconds:.0f}", str(words[0]), str(words[1])


def _searches(size: Size) -> Iterator[tuple[str, Ask]]:
    """What is looked for: every time something else, where there is something else."""

    def someone(number: int) -> int:
        return number * 7919 % size.conversations // 10 * 10  # of the organisation that is seen

    def named(number: int) -> str:
        return inbox_words.name(someone(number))

    yield "a word that most have", _look(lambda _: "huslejen")
    yield "a word that few have", _look(lambda number: inbox_words.rare(number * 613))
    yield "two words that most have", _look(lambda _: "betale huslejen")
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


def _row(name: str, client: FlaskClient, ask: Ask, rounds: int) -> Sequence[str]:
    def answered(number: int) -> None:
        if (status := ask(client, number)) != 200:
            raise RuntimeError(f"{name}: {status}")

    answered(0)  # the first one compiles its template
    times = Times(timed(answered, range(1, rounds + 1)))
    milliseconds = [1000 * each for each in (times.percentile(50), times.percentile(95), max(times.seconds))]
    print(f"  {name}: {' '.join(f'{each:.0f}' for each in milliseconds)}", flush=True)
    return name, *(f"{each:.1f}" for each in milliseconds)
