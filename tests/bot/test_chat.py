"""The talk in the terminal: answers, what is done, and the talk as a ready transcript."""

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.chat import invented_case, talk
from bot.cli import app
from bot.commands.chat import FOLDER, begins_with
from bot.dialogs.state import Heard, Intent
from bot.dialogs.transcript import replay
from bot.settings import HOME

TODAY = date(2026, 11, 24)
EARS = {"ja": ("affirm",), "et menneske": ("ask_human",)}


def hear(line: str) -> Heard:
    return Heard(line, tuple(Intent(name, 1.0) for name in EARS.get(line, ())))


def chat(*lines: str) -> list[str]:
    said: list[str] = []
    waiting = iter(lines)

    def ask() -> str:
        try:
            return next(waiting)
        except StopIteration:
            raise EOFError from None

    talk(hear, said.append, ask, TODAY)
    return said


def test_the_talk_goes_from_the_first_sms_to_the_amount():
    said = chat("ja", "14/3")
    assert "Svar JA" in said[1]
    assert any("Du mangler at betale 8.450,50 kr." in line for line in said)
    assert any("MarkVerified" in line for line in said)


def test_a_human_holds_it_until_it_is_given_back():
    said = [line for line in chat("et menneske", "ja", "ja", "/fri", "ja") if "hørt:" not in line]
    assert [line.startswith("Tak, det er skrevet ned.") for line in said[-4:]] == [True, False, False, False]
    assert "(ingen sms)" in said[-3]
    assert "har samtalen igen" in said[-2]
    assert "(ingen sms)" not in said[-1]


def test_the_talk_can_be_printed_as_a_transcript_that_replays_to_itself():
    printed = chat("ja", "1/1", "14/3", "/ud", "/slut", "never read")[-1]
    assert replay(printed) == printed


def test_the_whole_talk_comes_back_as_a_transcript():
    waiting = iter(["ja", "/slut"])
    talked = talk(hear, lambda _line: None, lambda: next(waiting), TODAY)
    assert replay(talked) == talked
    assert 'resident = "ja"' in talked


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["chat", *words])


@pytest.mark.parametrize("which", ["6", "06", "mange-ting", str(FOLDER / "06-mange-ting-i-en-sms.toml")])
def test_a_written_talk_is_played_turn_by_turn(which: str):
    done = run("--play", which)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.splitlines()[0].startswith("Flere ting på én gang")
    assert "Amina: tusind tak" in done.stdout
    assert "Vi: Selv tak." in done.stdout
    assert "8.450,50 kr., frist torsdag d. 3. december, paakrav, genkendt" in done.stdout


def test_every_written_talk_can_be_played():
    assert [file.name for file in FOLDER.glob("*.toml") if run("--play", str(file)).exit_code] == []


@pytest.mark.parametrize(
    ("which", "sentence"),
    [
        ("nothing-like-it", "no talk fits. There are:"),
        ("9999", "no talk fits"),
        ("plan", "several talks fit. There are:"),
        ("README.md", "README.md cannot be read"),
        ("pyproject.toml", "pyproject.toml is no talk"),
    ],
)
@pytest.mark.parametrize("option", ["--play", "--case"])
def test_what_is_no_talk_is_told_in_words(which: str, sentence: str, option: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(HOME)
    done = run(option, which)
    assert done.exit_code == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_talk_that_goes_otherwise_than_written_says_so(tmp_path: Path):
    written = (FOLDER / "06-mange-ting-i-en-sms.toml").read_text(encoding="utf-8")
    assert "på en anden måde" not in run("--play", "6").stdout
    (tmp_path / "other.toml").write_text(written.replace("Selv tak.", "Tak selv."), encoding="utf-8")
    assert "på en anden måde" in run("--play", str(tmp_path / "other.toml")).stdout


def test_a_talk_begins_with_the_case_and_the_day_of_a_written_one():
    case, today = begins_with(FOLDER / "02-forkert-to-gange.toml")
    assert (case.case_ref, today) == ("2026-118", TODAY)


def test_the_invented_resident_has_a_deadline_ahead():
    assert invented_case(TODAY).deadline == date(2026, 12, 2)
