"""``redningskrans boligstoette``, as a person and as a script meets it."""

import json
from datetime import datetime

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.clock import set_clock
from bot.db import Database

HOME = {"scheme": "boligsikring", "adults": "1", "children": "0", "income-month": "20000", "rent-month": "5000"}


def run(*words: str, **home: str) -> Result:
    told = {**HOME, "area": "60"} | {name.replace("_", "-"): value for name, value in home.items()}
    options = [word for name, value in told.items() for word in (f"--{name}", value)]
    return CliRunner().invoke(app, ["boligstoette", *options, *words])


def test_a_script_gets_whole_kroner_with_how_it_was_worked_out_and_the_rates_source():
    said = json.loads(run("--year", "2026", "--json").stdout)
    assert said["monthly"] == 776
    assert {"step": "cost", "words": "Boligudgift, der tæller med", "kroner": 62_100} in said["worked_out"]
    assert said["rates"]["source"] == "VEJ nr. 9336 af 24.3.2026, tabel 2"
    assert (said["rates"]["valid_to"], said["rates"]["checked"]) == ("2026-12-31", "2026-11-22")


def test_a_person_gets_it_in_danish():
    words = run("--year", "2026", heat="included_with_hotwater").stdout
    assert words.startswith("Ca. 660 kr. om måneden i boligsikring.")
    assert "Uden børn i hjemmet kan det højst blive 15 %" in words
    assert "Udbetaling Danmark beregner og bestemmer" in words


def test_sums_are_read_as_danes_write_them():
    dotted = run("--year", "2026", "--json", income_month="20.000,00", rent_month="5.000")
    assert json.loads(dotted.stdout)["monthly"] == 776


def test_foertidspension_lifts_the_limit_for_homes_without_children():
    said = run("--year", "2026", "--json", "--foertidspension", income_month="19000", rent_month="6500", area="65")
    assert json.loads(said.stdout)["monthly"] == 3148


@pytest.mark.parametrize(
    ("words", "home", "sentence"),
    [
        (("--year", "2025"), {}, "ikke fuldstændige satser for boligsikring i 2025"),
        (("--year", "2027"), {}, "Der er satser for 2026"),
        ((), {"wealth": "a lot"}, "--wealth 'a lot' is no amount"),
        ((), {"rent_month": "0"}, "at least one adult"),
        ((), {"adults": "0"}, "--adults"),
        ((), {"children": "-1"}, "--children"),
        ((), {"scheme": "huslejehjælp"}, "boligydelse"),
        ((), {"heat": "none"}, "included_with_hotwater"),
    ],
)
def test_a_mistake_or_a_year_without_rates_gets_words_and_exit_code_2(words, home, sentence):
    result = run(*words, **home)
    assert result.exit_code == 2
    assert sentence in result.output
    assert "Traceback" not in result.output
    assert "om måneden" not in result.output


@pytest.mark.parametrize(("clock", "code"), [("2026-12-31T23:00:00+01:00", 0), ("2027-01-01T00:05:00+01:00", 2)])
def test_without_a_year_this_years_rates_count_by_the_demos_clock(tmp_path, monkeypatch, clock, code):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/t.db")
    monkeypatch.setenv("REDNINGSKRANS_DEMO", "1")
    db = Database(f"sqlite:///{tmp_path}/t.db")
    db.upgrade()
    set_clock(db, datetime.fromisoformat(clock))
    db.close()
    assert run().exit_code == code
