"""``redningskrans cases import``: what the person at the terminal sees, and what a script reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner, Result

from bot.clock import set_clock
from bot.commands.cases import app
from bot.db import Database
from bot.models import COPENHAGEN, Case, Organisation
from bot.settings import Settings

SAMPLE = Path(__file__).parents[2] / "docs" / "sample-cases.csv"
BROKEN = (
    "sagsnr;navn;telefon;restance;sagsbehandler\n"
    "SB-1;Søren Ærø;11 11 40 27;8.450,50;mb\n"
    "SB-2;Line Bek;33 12 34 56;1.200;\n"
    "SB-3;Åse Lund;11114028;otte tusind;\n"
    "SB-1;Per Dam;11114029;300;\n"
)

Run = Callable[..., Result]


@pytest.fixture
def run(sqlite_db: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command with one organisation in the store."""
    now = datetime(2026, 11, 27, 9, 0, tzinfo=COPENHAGEN)
    with sqlite_db.write() as session:
        for slug, number in (("solgaarden", "+4511110010"), ("fjordbo", "+4511110020")):
            session.add(Organisation(slug=slug, name=slug, number=number, settings={}, created_at=now))
    monkeypatch.setenv("DATABASE_URL", sqlite_db.url.render_as_string(hide_password=False))

    def run(file: Path, *more: str, organisation: str = "solgaarden") -> Result:
        return CliRunner().invoke(app, ["import", str(file), "--organisation", organisation, *more])

    return run


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    file = tmp_path / "sager.csv"
    file.write_bytes(BROKEN.encode("cp1252"))
    return file


def said(result: Result) -> dict[str, Any]:
    """The JSON; a log line may stand before it where the test's two outputs are one."""
    found: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return found


def cases(db: Database) -> int | None:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(Case))


def test_the_sample_file_is_taken_whole(run: Run, sqlite_db: Database):
    result = run(SAMPLE)

    assert result.exit_code == 0
    assert "10 sager i filen: 9 nye, 0 ændret, 0 åbnet igen, 1 betalt, 0 uændret, 0 afvist." in result.stdout
    assert "Række 6, telefon: der er intet nummer." in result.stdout
    assert cases(sqlite_db) == 10
    assert "0 nye, 0 ændret, 0 åbnet igen, 0 betalt, 10 uændret" in run(SAMPLE).stdout


def test_a_broken_file_gives_exit_1_its_good_rows_and_a_list_of_the_others(run: Run, broken: Path, sqlite_db: Database):
    result = run(broken)

    assert result.exit_code == 1
    assert cases(sqlite_db) == 2
    assert result.stdout.endswith(
        "4 sager i filen: 2 nye, 0 ændret, 0 åbnet igen, 0 betalt, 0 uændret, 2 afvist.\n"
        "\n"
        "Afvist:\n"
        '  Række 4, restance: "otte tusind" er ikke et beløb. Skriv fx 8450,50.\n'
        "  Række 5, sagsnr: SB-1 står i både række 2 og række 5. Lad kun én af dem blive stående.\n"
        "\n"
        "Bemærk:\n"
        "  Disse kolonner kendes ikke og bruges ikke: sagsbehandler.\n"
        '  Række 3, telefon: "33 12 34 56" er et fastnetnummer, som ikke kan få sms. Sagen tages, og det bliver '
        "en opgave at finde et nummer. Skriv et mobilnummer, og indlæs filen igen.\n"
    )


def test_the_report_as_json(run: Run, broken: Path):
    result = run(broken, "--json")

    report = said(result)
    assert result.exit_code == 1
    assert report.pop("notices")[0] == "Disse kolonner kendes ikke og bruges ikke: sagsbehandler."
    assert report == {
        "created": 2,
        "updated": 0,
        "reopened": 0,
        "settled": 0,
        "unchanged": 0,
        "rejected": 2,
        "errors": [
            {"row": 4, "column": "restance", "message": '"otte tusind" er ikke et beløb. Skriv fx 8450,50.'},
            {
                "row": 5,
                "column": "sagsnr",
                "message": "SB-1 står i både række 2 og række 5. Lad kun én af dem blive stående.",
            },
        ],
        "dry_run": False,
    }


def test_a_dry_run_says_the_same_and_stores_nothing(run: Run, broken: Path, sqlite_db: Database):
    result = run(broken, "--dry-run")

    assert result.exit_code == 1
    assert "Prøve, intet er ændret. 4 sager i filen: 2 nye" in result.stdout
    assert cases(sqlite_db) == 0
    assert said(run(broken, "--dry-run", "--json"))["dry_run"] is True


def test_a_missing_column_stops_it_all_with_one_sentence(run: Run, tmp_path: Path, sqlite_db: Database):
    file = tmp_path / "sager.csv"
    file.write_text("sagsnr;navn;beløb\nSB-1;Line Bek;100\n", encoding="utf-8")
    sentence = 'Kolonnen "restance" mangler. Fundne overskrifter: sagsnr, navn, beløb.'

    result, as_json = run(file), run(file, "--json")

    assert (result.exit_code, result.stderr) == (2, sentence + "\n")
    assert (as_json.exit_code, said(as_json)["errors"]) == (2, [{"row": None, "column": None, "message": sentence}])
    assert cases(sqlite_db) == 0


def test_rows_that_are_all_wrong_are_nothing_taken(run: Run, tmp_path: Path):
    file = tmp_path / "sager.csv"
    file.write_text("sagsnr;navn;restance\nSB-1;;100\n", encoding="utf-8")
    assert run(file).exit_code == 2


def test_a_file_that_is_not_there_is_told_in_a_sentence(run: Run, tmp_path: Path):
    result = run(tmp_path / "mangler.csv")
    assert (result.exit_code, result.stderr) == (2, 'Der er ingen fil med navnet "mangler.csv".\n')


def test_an_unknown_organisation_is_told_with_those_that_are_known(run: Run, sqlite_db: Database):
    result = run(SAMPLE, organisation="solgarden")

    assert result.exit_code == 2
    assert "fjordbo, solgaarden" in result.stderr
    assert cases(sqlite_db) == 0


def test_in_a_demo_today_is_the_demos_day(run: Run, sqlite_db: Database):
    Settings.from_env().with_demo(8000)
    set_clock(sqlite_db, datetime(2031, 5, 2, 10, 0, tzinfo=COPENHAGEN))

    run(SAMPLE)

    with sqlite_db.read() as session:
        assert {str(case.received) for case in session.scalars(select(Case))} == {"2031-05-02"}
