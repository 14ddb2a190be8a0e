"""``redningskrans nlu``: JSON lines in and out in the same order; an evaluation refuses what was trained on."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from bot.commands.nlu import app
from bot.nlu.examples import training_examples
from tests.nlu.fake_rasa import TOKEN, fake_rasa, says


@pytest.fixture
def run(models, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'some.db'}")
    return lambda *arguments, **kwargs: CliRunner().invoke(app, [*arguments], **kwargs)


def line(**message: object) -> str:
    return json.dumps({"id": "a", "text": "hej", "now": "2026-11-25T10:00:00+01:00"} | message) + "\n"


def test_parse_answers_every_line_in_order(run):
    lines = line(id=1, text="jeg betaler 500 på fredag") + line(id="to", text="mit cpr er 010203-1234")
    result = run("parse", input=lines)
    first, second = (json.loads(answer) for answer in result.stdout.splitlines())
    assert result.exit_code == 0
    assert (first["id"], second["id"]) == (1, "to")
    assert first["entities"] == [{"entity": "amount", "value": 500}, {"entity": "date", "value": "2026-11-27"}]
    assert first["language"] == "da"
    assert [intent["name"] for intent in first["intents"]] == ["promise_to_pay"]
    assert second["masked_text"] == "mit cpr er [cpr fjernet]"


def test_the_day_is_copenhagens(run):
    result = run("parse", input=line(text="i morgen", now="2026-11-25T23:30:00+00:00"))
    assert json.loads(result.stdout)["entities"] == [{"entity": "date", "value": "2026-11-27"}]


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        ("{", "not JSON"), ("[]", "not a JSON object"), ('{"id": 1}', "missing text, now"), (line(text=3),
        "text is no string"),
        (line(now="i går"), "now is no ISO time"),
    ],
)  # fmt: skip
def test_a_bad_line_is_named_and_the_others_are_done(run, bad, complaint):
    result = run("parse", input=line(id=1) + bad.strip() + "\n" + line(id=3))
    assert result.exit_code == 2
    assert [json.loads(answer)["id"] for answer in result.stdout.splitlines()] == [1, 3]
    assert f"line 2: {complaint}" in result.stderr


def test_evaluate_prints_scores(run, tmp_path):
    file = tmp_path / "own.yml"
    file.write_text("nlu:\n- intent: ask_boligstoette\n  examples: |\n    - kan min kusine få boligstøtte\n")
    result = run("evaluate", str(file))
    assert result.exit_code == 0
    assert "micro-F1" in result.stdout
    assert "ask_boligstoette" in result.stdout


def test_evaluate_refuses_what_was_trained_on(run, tmp_path):
    file = tmp_path / "own.yml"
    known = next(example.text for example in training_examples() if example.intents == ("ask_boligstoette",))
    file.write_text(f"nlu:\n- intent: ask_boligstoette\n  examples: |\n    - {known.upper()}\n")
    result = run("evaluate", str(file))
    assert result.exit_code == 2
    assert "in the training set" in result.stderr


@pytest.fixture
def own(tmp_path):
    file = tmp_path / "own.yml"
    file.write_text("nlu:\n- intent: ask_boligstoette\n  examples: |\n    - kan min kusine få boligstøtte\n")
    return file


def test_evaluate_writes_a_page_that_says_which_engine_did_not_answer(run, own, tmp_path, monkeypatch):
    monkeypatch.setenv("RASA_URL", "http://127.0.0.1:9")  # discard: nobody listens there
    pages = [tmp_path / "new" / f"{name}.html" for name in ("one", "two")]
    for page in pages:
        result = run("evaluate", str(own), "--engine", "both", "--report", str(page), "--date", "2026-11-27")
        assert result.exit_code == 0
        assert "Rasa cannot be reached. Run: make rasa" in result.stderr
    html = pages[0].read_text(encoding="utf-8")
    assert "Rasa is not on this page." in html
    assert "<dd>2026-11-27</dd>" in html
    assert pages[0].read_bytes() == pages[1].read_bytes()


def test_evaluate_says_that_no_engine_answered(run, own, tmp_path, monkeypatch):
    monkeypatch.setenv("RASA_URL", "http://127.0.0.1:9")
    result = run("evaluate", str(own), "--engine", "rasa", "--report", str(tmp_path / "page.html"))
    assert result.exit_code == 2
    assert "Rasa cannot be reached" in result.stderr
    assert not (tmp_path / "page.html").exists()


def test_evaluate_puts_both_engines_on_one_page_and_in_the_terminal(run, own, tmp_path, monkeypatch):
    page = tmp_path / "page.html"
    with fake_rasa() as rasa:
        rasa.do = says({"deny": 0.9})
        monkeypatch.setenv("RASA_URL", rasa.url)
        monkeypatch.setenv("RASA_TOKEN", TOKEN)
        result = run("evaluate", str(own), "--engine", "rasa", "--engine", "embedded", "--report", str(page))
    assert result.exit_code == 0
    assert result.stdout.index("Heard by embedded:") < result.stdout.index("Heard by Rasa:")
    html = page.read_text(encoding="utf-8")
    assert "<dd>embedded, Rasa</dd>" in html
    assert "<strong>ask_boligstoette (missed)</strong>" in html
    assert rasa.texts == ["kan min kusine faa boligstoette"]  # once, however many ways to split are compared
