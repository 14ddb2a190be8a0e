"""``redningskrans simulate``: a year of virtual residents against the real code, and what may never happen checked."""

from __future__ import annotations

import gc
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot.commands.common import complain
from bot.commands.year.figures import as_json, words
from bot.commands.year.outcome import Outcome, run_year
from bot.commands.year.page import render
from bot.db import Database
from bot.settings import Settings
from bot.turns import Understand

Months = Annotated[int, typer.Option(min=1, max=24, help="How many months of new arrears.")]
Cases = Annotated[int, typer.Option(min=1, max=2000, help="How many residents fall behind, some of them again.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same year.")]
Out = Annotated[Path | None, typer.Option(help="Write a page with pictures here.")]
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
RulesOnly = Annotated[bool, typer.Option("--rules-only", help="Hear by rule alone, without the classifier: quicker.")]
Url = Annotated[
    str, typer.Option("--database-url", help="An empty database to use, else SQLite in a temporary folder.")
]


def simulate(
    months: Months = 12,
    cases: Cases = 60,
    seed: Seed = 1,
    out: Out = None,
    as_json_: Json = False,
    rules_only: RulesOnly = False,
    database_url: Url = "",
) -> None:
    """Let a year happen with faults on, and check the rules as it goes. Exit 1 when one is broken. Nothing is sent."""
    with tempfile.TemporaryDirectory(prefix="redningskrans-year-") as folder, _without_old_garbage():
        url = _ground(database_url) if database_url else f"sqlite:///{Path(folder) / 'year.db'}"
        outcome = run_year(months, cases, seed, _ears(rules_only), Path(folder), url, _tell)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(render(outcome), encoding="utf-8")
    typer.echo(json.dumps(as_json(outcome), ensure_ascii=False, indent=1) if as_json_ else words(outcome))
    raise typer.Exit(1 if outcome.broken else 0)


def _ground(url: str) -> str:
    """A database in which nothing stands, and which is not the service's own; else the command ends here."""
    try:
        db = Database(url)
    except (ArgumentError, ImportError) as error:
        complain(f"that is no database's address ({type(error).__name__}).")
    try:
        if _place(db) == _place(Database(Settings.from_env().database_url)):
            complain("DATABASE_URL is the service's own. Let the year happen in another database.")
        if not db.is_bare():
            complain("that database holds something. Let the year happen in a new one.")
    except SQLAlchemyError as error:
        complain(f"that database cannot be used ({type(error).__name__}).")
    finally:
        db.close()
    return url


def _place(db: Database) -> tuple[object, ...]:
    name = Path(str(db.url.database)).resolve() if db.is_sqlite else db.url.database
    return db.url.host, db.url.port, name


def _ears(rules_only: bool) -> Understand:
    from bot.app import by_rule_alone, load_understanding
    from bot.nlu.embedded import cache_path

    if rules_only:
        return by_rule_alone()
    settings = Settings.from_env()
    if settings.nlu == "embedded" and not cache_path(settings.models).exists():
        complain("the understanding is not trained yet. Run redningskrans nlu train, or take --rules-only.")
    return load_understanding(settings)


def _tell(day: date, outcome: Outcome) -> None:
    """What has been so far, to a person who waits; never among the JSON."""
    typer.echo(f"{day:%Y-%m-%d}: {len(outcome.record.arrived)} SMS, {len(outcome.broken)} broken", err=True)


@contextmanager
def _without_old_garbage() -> Iterator[None]:
    """What was loaded before is not looked through again and again."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
