"""What ``make bench`` measures can be measured, and its page has its shape. Never how long anything takes."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench import waves
from bench.page import Section, Table, write
from bench.timing import Times, timed
from bench.understanding import Effort, is_there, measured
from bot.nlu.embedded import EmbeddedClassifier, cache_path
from bot.nlu.examples import Example
from bot.nlu.rasa import Rasa
from bot.settings import Settings
from tests.nlu.fake_rasa import TOKEN, answers, fake_rasa

ROOT = Path(__file__).parent.parent
SMALL = [
    Example("hej", ("greet",)),
    Example("kan jeg betale 500 om måneden og få lidt mere tid", ("ask_payment_plan",)),
    Example("ord " * 50, ("out_of_scope",)),
]
FIGURE = re.compile(r"\d+(\.\d+)?")


@pytest.fixture(scope="module")
def models() -> Path:
    """The folder of a trained model."""
    folder = Settings.from_env().models
    EmbeddedClassifier.load(folder)
    return folder


def train(models: Path, folder: Path) -> None:
    """What was trained before stands in for the training."""
    shutil.copy(cache_path(models), folder)


@pytest.fixture(scope="module")
def section(models: Path) -> Section:
    """The understanding measured as little as can be."""
    return measured(SMALL, models, None, lambda folder: train(models, folder), Effort(rounds=2, starts=1))


def tables(section: Section) -> list[Table]:
    return [part for part in section.parts if isinstance(part, Table)]


def test_every_figure_of_the_understanding_is_a_number(section: Section):
    found = tables(section)
    assert [table.columns[0] for table in found] == ["one SMS, ms", "a process", "in batches", "messages"]
    for table in found:
        for row in table.rows:
            assert len(row) == len(table.columns)
            assert [cell for cell in row[1:] if not FIGURE.fullmatch(cell)] == []


def test_both_views_are_measured_by_length_and_a_length_that_no_message_has_is_left_out(section: Section):
    names = [row[0] for row in tables(section)[0].rows]
    each = ["– 1 to 4 words", "– 5 to 14 words", "– more than 40 words"]
    assert names == ["words and sentence vectors", *each, "words alone", *each]
    assert [row[0] for row in tables(section)[1].rows] == ["words and sentence vectors", "words alone"]


def test_it_is_told_that_rasa_did_not_answer(section: Section):
    assert "Rasa did not answer when this was measured." in section.parts


def test_rasa_is_measured_where_it_answers(models: Path):
    told = {"model_file": "one", "intent_ranking": [{"name": "deny", "confidence": 0.9}]}
    with fake_rasa() as server:
        rasa = Rasa(server.url, lambda: TOKEN)
        is_there_without_a_model = is_there(rasa)
        server.do = answers(json.dumps(told).encode())
        assert (is_there_without_a_model, is_there(rasa)) == (False, True)
        section = measured(SMALL[:1], models, rasa, lambda folder: train(models, folder), Effort(rounds=1, starts=1))
    assert [row[0] for row in tables(section)[0].rows if row[0].startswith("Rasa")] == ["Rasa, over HTTP"]
    assert not any("did not answer" in str(part) for part in section.parts)


def test_a_wave_is_measured_on_a_database_of_its_own_each_time():
    with waves.sqlite() as new:
        assert new() != new()
        sizes = waves.Sizes(planned=(20, 30), previewed=20, started=(15,))
        section = waves.measured({"SQLite": new}, sizes)
    planning, preview, start, sending = tables(section)
    assert [row[:2] for row in planning.rows] == [("SQLite", "20"), ("SQLite", "30")]
    assert (preview.rows[0][1], start.rows[0][1], sending.rows[0][1]) == ("20", "15", "15")
    for row in (row for table in tables(section) for row in table.rows):
        assert [cell for cell in row[1:] if not FIGURE.fullmatch(cell)] == []


def test_a_section_takes_its_old_place_and_leaves_the_others(tmp_path: Path):
    page = tmp_path / "docs" / "benchmarks.md"
    for subject, title in (("one", "First"), ("two", "Second"), ("one", r"First \1 again")):
        write(page, subject, Section(title, ["Words.", Table(("what", "ms"), [("it", "1.0")])]))
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)", text, re.MULTILINE) == [r"First \1 again", "Second"]
    assert text.startswith("# Benchmarks\n")
    assert "\n\n| what | ms |\n| --- | ---: |\n| it | 1.0 |\n" in text


def test_the_machine_is_named_in_every_section(tmp_path: Path):
    write(tmp_path / "page.md", "one", Section("First", []))
    assert re.search(
        r"Measured on \d+ \w+ \d{4}, version .* cores, \d+ GiB\).*, Python 3\.", (tmp_path / "page.md").read_text()
    )


@pytest.mark.parametrize(("share", "within"), [(50, 51), (95, 96), (99, 100)])
def test_a_percentile_is_what_so_many_of_a_hundred_stay_within(share, within):
    assert Times([float(second) for second in range(1, 102)]).percentile(share) == within


def test_one_time_is_its_own_percentile():
    assert Times([3.0]).percentile(99) == 3.0


def test_every_call_is_timed_by_itself():
    called: list[int] = []
    assert len(timed(called.append, [1, 2, 3])) == 3
    assert called == [1, 2, 3]


def test_a_subject_that_is_not_there_is_told_in_words():
    command = [sys.executable, "-m", "bench", "weather"]
    done = subprocess.run(command, cwd=ROOT / "tools", capture_output=True, text=True)
    assert done.returncode == 2
    assert "no such subject: weather" in done.stderr
