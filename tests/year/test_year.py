"""Some weeks with faults on, by rule alone: nothing that may not be, the same twice, and a page that shows it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from bot.app import by_rule_alone
from bot.cli import app
from bot.commands.year.figures import as_json
from bot.commands.year.outcome import Outcome, run_year
from bot.commands.year.page import render
from bot.db import Database


def year(folder: Path, cases: int, seed: int, tail_days: int) -> Outcome:
    url = f"sqlite:///{folder / 'year.db'}"
    return run_year(1, cases, seed, by_rule_alone(), folder, url, tail_days=tail_days)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return year(tmp_path_factory.mktemp("year"), 12, 1, tail_days=8)


def test_no_rule_is_broken_though_much_goes_wrong(outcome: Outcome):
    assert outcome.broken == []
    assert outcome.kills > 0
    assert {spell.kind for spell in outcome.spells} >= {"gateway_down", "killed"}


def test_residents_are_written_to_and_answer_and_are_answered(outcome: Outcome):
    sms = as_json(outcome)["sms"]
    assert sms["started"] >= 10
    assert sms["from_residents"] >= 10
    assert sms["answers"] >= 10


def test_every_case_came_and_steps_were_taken(outcome: Outcome):
    assert len(outcome.record.ended) == 12
    assert {step.kind for step in outcome.happened.steps} >= {"sms", "call"}
    assert outcome.record.due


def test_the_page_has_every_picture_a_title_and_nobody_elses_file(outcome: Outcome):
    page = render(outcome)
    assert page.count('<svg class="picture"') == page.count("<title id=") == 4
    assert not any(word in page for word in ("http:", "https:", "src=", "href=", "<script"))
    assert "Ingen regel er brudt" in page
    assert render(outcome) == page


def test_the_same_seed_gives_the_same_weeks_to_the_byte(tmp_path_factory: pytest.TempPathFactory):
    once, again = (year(tmp_path_factory.mktemp("weeks"), 4, 1, tail_days=-2) for _ in range(2))
    assert once.record.arrived
    assert json.dumps(as_json(once)) == json.dumps(as_json(again))


def test_the_command_refuses_no_months():
    answer = CliRunner().invoke(app, ["simulate", "--months", "0"])
    assert answer.exit_code == 2


def simulate(url: str) -> Result:
    return CliRunner().invoke(app, ["simulate", "--rules-only", "--months", "1", "--cases", "1", "--database-url", url])


def test_a_database_that_holds_anything_is_refused_and_left_as_it_is(db: Database):
    url = db.url.render_as_string(hide_password=False)
    with db.write() as session:
        session.execute(text("DELETE FROM alembic_version"))  # bare of rows, and somebody's all the same
    answer = simulate(url)
    assert (answer.exit_code, "holds something" in answer.output) == (2, True)
    with db.read() as session:
        assert session.scalar(text("SELECT count(*) FROM organisation")) == 0


def test_the_services_own_database_is_refused_also_when_it_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    own = tmp_path / "own.db"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{own}")
    answer = simulate(f"sqlite:///{tmp_path}/a/../own.db")
    assert (answer.exit_code, "the service's own" in answer.output) == (2, True)
    assert not own.exists()


def test_what_is_no_database_is_told_in_a_sentence():
    assert "no database's address" in simulate("nothing://x").output
