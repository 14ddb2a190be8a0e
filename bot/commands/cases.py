"""``redningskrans cases``: the file of cases. What it says of a row is for the terminal alone."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from bot.case_file import CaseFileError, read_case_file
from bot.commands.common import SlugOption, found, open_database
from bot.intake import Report, take
from bot.models import COPENHAGEN

app = typer.Typer(help="The cases that a housing organisation sends us.", no_args_is_help=True)

_COUNTS = ("created", "updated", "reopened", "settled", "unchanged", "rejected")
_NOTHING = 2


@app.callback()
def _group() -> None:
    """The cases that a housing organisation sends us."""


@app.command("import")
def import_cases(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX with headings in Danish or English.")],
    organisation: SlugOption,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen and change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Take a file of cases. Exit 0 when all rows were taken, 1 when some were rejected, 2 when nothing was taken."""
    db, clock = open_database()
    try:
        with db.read() as session:
            organisation_id = found(session, organisation).id
        now = clock()
        read = read_case_file(file, now.astimezone(COPENHAGEN).date())
        report = take(db, organisation_id, read.rows, now, dry_run=dry_run)
    except CaseFileError as error:
        _stop(str(error), dry_run=dry_run, as_json=as_json)
    finally:
        db.close()
    shape, words = _shape(report, read.notices), _words(report, read.notices)
    typer.echo(json.dumps(shape, ensure_ascii=False) if as_json else words)
    raise typer.Exit(_exit_code(report))


def _stop(sentence: str, *, dry_run: bool, as_json: bool) -> NoReturn:
    """Nothing is taken, and why."""
    if as_json:
        empty = _shape(Report(dry_run=dry_run), ())
        wrong = {"row": None, "column": None, "message": sentence}
        typer.echo(json.dumps(empty | {"errors": [wrong]}, ensure_ascii=False))
    else:
        typer.echo(sentence, err=True)
    raise typer.Exit(_NOTHING)


def _exit_code(report: Report) -> int:
    if not report.taken:
        return _NOTHING
    return 1 if report.rejected else 0


def _shape(report: Report, notices: tuple[str, ...]) -> dict[str, Any]:
    counts = {name: getattr(report, name) for name in _COUNTS}
    errors = [{name: asdict(error)[name] for name in ("row", "column", "message")} for error in report.errors]
    return {**counts, "errors": errors, "notices": [*notices, *report.notices], "dry_run": report.dry_run}


def _words(report: Report, notices: tuple[str, ...]) -> str:
    lines = [_summary(report)]
    for heading, sentences in (("Afvist:", report.errors), ("Bemærk:", (*notices, *report.notices))):
        if sentences:
            lines += ["", heading, *(f"  {sentence}" for sentence in sentences)]
    return "\n".join(lines)


def _summary(report: Report) -> str:
    rows = report.taken + report.rejected
    counts = (
        f"{report.created} nye, {report.updated} ændret, {report.reopened} åbnet igen, {report.settled} betalt, "
        f"{report.unchanged} uændret, {report.rejected} afvist."
    )
    trial = "Prøve, intet er ændret. " if report.dry_run else ""
    return f"{trial}{rows} {'sag' if rows == 1 else 'sager'} i filen: {counts}"
