"""The command, as a person at a terminal meets it: what it prints, what it exits with."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app


class Terminal:
    """Runs commands against a database of its own."""

    def run(self, *words: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(app, words, input=stdin)

    def add(self, slug: str = "solgaarden", number: str = "+4511110010") -> Result:
        return self.run("organisation", "add", slug, "--name", "Solgården Bolig", "--number", number)


@pytest.fixture
def terminal(tmp_path, monkeypatch) -> Terminal:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/t.db")
    return Terminal()


def test_every_command_explains_itself(terminal: Terminal):
    assert terminal.run("--help").exit_code == 0
    for group in ("organisation", "user", "token", "cases", "wave", "nlu", "db"):
        assert terminal.run(group, "--help").exit_code == 0


def test_the_database_is_made_and_making_it_again_is_harmless(terminal: Terminal):
    assert terminal.run("db", "upgrade").exit_code == 0
    assert terminal.run("db", "upgrade").exit_code == 0


def test_an_organisation_is_added_changed_and_shown(terminal: Terminal):
    assert terminal.add().exit_code == 0
    assert terminal.run("organisation", "set", "solgaarden", "wave_day=25", "accepts_plan=no").exit_code == 0

    shown = json.loads(terminal.run("organisation", "show", "solgaarden", "--json").stdout)
    assert (shown["name"], shown["number"]) == ("Solgården Bolig", "+4511110010")
    assert (shown["settings"]["wave_day"], shown["settings"]["accepts_plan"]) == (25, False)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("organisation", "add", "solgaarden", "--name", "X", "--number", "+4511110099"), "already"),
        (("organisation", "add", "other", "--name", "X", "--number", "+4511110010"), "another organisation"),
        (("organisation", "add", "Not A Slug", "--name", "X", "--number", "+4511110099"), "short name"),
        (("organisation", "add", "other", "--name", "X", "--number", "123"), "no number"),
        (("organisation", "add", "other", "--name", "  ", "--number", "+4511110099"), "1 to 120 characters"),
        (("organisation", "set", "solgaarden", "send_from=09:00Z"), "like this: 09:00"),
        (("organisation", "set", "nobody", "wave_day=25"), "Known: solgaarden"),
        (("organisation", "set", "solgaarden", "wave_day=99"), "wave_day"),
        (("organisation", "show", "nobody"), "Known: solgaarden"),
        (("user", "add", "a@b.invalid", "--name", "A", "--organisation", "nobody"), "nobody"),
        (("user", "add", "no address", "--name", "A", "--organisation", "solgaarden"), "e-mail"),
        (("wave", "preview", "--organisation", "nobody"), "nobody"),
        (("cases", "import", "no-such-file.csv", "--organisation", "solgaarden"), "no-such-file.csv"),
        (("token", "add", "--organisation", "nobody", "--scope", "read"), "nobody"),
    ],
)
def test_a_mistake_gets_one_sentence_and_exit_code_2(terminal: Terminal, words: tuple[str, ...], sentence: str):
    terminal.add()

    result = terminal.run(*words)

    assert result.exit_code == 2
    assert sentence in result.output
    assert "Traceback" not in result.output


def test_a_new_adviser_gets_a_password_alone_on_the_last_line(terminal: Terminal):
    terminal.add()
    result = terminal.run(
        "user", "add", "mette@b.invalid", "--name", "Mette Lind", "--role", "adviser", "--organisation", "solgaarden"
    )

    assert result.exit_code == 0
    assert " " not in result.stdout.strip().splitlines()[-1]


def test_a_token_is_printed_alone_on_the_last_line_and_stored_only_as_a_hash(terminal: Terminal, tmp_path):
    terminal.add()
    token = (
        terminal.run("token", "add", "--organisation", "solgaarden", "--scope", "read").stdout.strip().splitlines()[-1]
    )

    assert len(token) >= 32
    assert token.encode() not in (tmp_path / "t.db").read_bytes()


def test_the_doctor_says_what_is_missing_and_what_to_do(terminal: Terminal):
    result = terminal.run("doctor")

    assert result.exit_code == 1
    assert "SECRET_KEY" in result.output
    assert "redningskrans db upgrade" in result.output
    assert "TWILIO_ACCOUNT_SID" in result.output


def test_without_its_secrets_the_service_does_not_start(terminal: Terminal):
    result = terminal.run("web")

    assert result.exit_code != 0
    assert "SECRET_KEY" in str(result.exception)


def test_the_clock_can_only_be_moved_in_the_demo(terminal: Terminal):
    assert "--demo" in str(terminal.run("serve", "--clock", "2026-10-27T09:05").exception)
