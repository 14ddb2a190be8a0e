"""The first day: a page for whoever has the code that the service printed, and never again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import select
from typer.testing import CliRunner

from bot.cli import app as command
from bot.commands.first_run import tell_first_run
from bot.db import Database
from bot.models import Adviser, Organisation
from bot.settings import Settings
from handoff.access import first_run
from handoff.access.first_run import First, NotMade
from handoff.access.ways import Ways
from handoff.web import register
from tests.handoff.access.conftest import Hands, Person
from tests.handoff.world import EASY, NOW

FIRST = {
    "organisation": "Ærø & Søby Bolig",
    "number": "11 11 00 10",
    "name": "Mette Lind",
    "email": "Mette@aeroe.example",
    "password": "fem grønne både sejler",
}


@pytest.fixture
def newcomer(sqlite_db: Database, hands: Hands, ways: Ways, compiled: FileSystemBytecodeCache) -> Person:
    """Somebody who opens a service that nobody has set up."""
    app = Flask("tests", static_folder=None)
    app.config.update(SECRET_KEY="an invented secret for the tests only", TESTING=True)
    register(app, sqlite_db, hands, secure_cookies=False, ways=ways)
    app.jinja_env.bytecode_cache = compiled
    return Person(app.test_client())


def test_every_way_leads_to_the_page(newcomer: Person):
    for path in ("/", "/inbox", "/login", "/me"):
        assert newcomer.open(path).location == "/setup"


def test_who_has_the_code_makes_the_first_organisation_and_admin(
    newcomer: Person, sqlite_db: Database, ways: Ways, hands: Hands, audited: Callable[[], list[str]]
):
    code = ways.first_run_code().upper().replace("-", " ")
    assert newcomer.post("/setup", "/setup", code=code, **FIRST).location == "/login/two-step"
    newcomer.set_up(hands)
    assert newcomer.is_in()
    with sqlite_db.read() as session:
        organisation = session.scalars(select(Organisation)).one()
        admin = session.scalars(select(Adviser)).one()
    assert (organisation.slug, organisation.number) == ("aeroe-soeby-bolig", "+4511110010")
    assert (admin.email, admin.role) == ("mette@aeroe.example", "admin")
    assert newcomer.open("/setup").status_code == 404
    assert newcomer.client.post("/setup").status_code in (400, 404)
    assert "first_run" in audited()


def test_without_the_code_nothing_is_made(newcomer: Person, sqlite_db: Database):
    for code in ("", "aaaaa-aaaaa-aaaaa-aaaaa"):
        answer = newcomer.post("/setup", "/setup", code=code, **FIRST)
        assert answer.status_code == 422
        assert "Koden passer ikke" in answer.text
        assert 'value="Mette Lind"' in answer.text, "nothing typed is lost"
    with sqlite_db.read() as session:
        assert first_run.is_first(session)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("number", "12", "+45 11 11 00 10"),
        ("email", "ingen", "Skriv en e-mailadresse"),
        ("password", "Password1234", "for let at gætte"),
        ("organisation", "&&&", "boligorganisationens navn"),
        ("name", "", "Skriv dit navn"),
    ],
)
def test_what_is_missing_is_told_and_can_be_mended(
    newcomer: Person, sqlite_db: Database, ways: Ways, field: str, value: str, words: str
):
    code = ways.first_run_code()
    answer = newcomer.post("/setup", "/setup", code=code, **(FIRST | {field: value}))
    assert answer.status_code == 422
    assert words in answer.text
    assert newcomer.post("/setup", "/setup", code=code, **FIRST).status_code == 303


def test_of_two_who_try_one_wins_on_each_database(db: Database):
    """The second begins before the first has committed, as far as the database lets it."""
    first = First.read(FIRST)
    with db.write() as session:
        made = first_run.make(session, first, NOW, EASY)
        assert isinstance(made, Adviser)
    other = First.read(FIRST | {"email": "b@b.example", "number": "11 11 00 11"})
    with db.write() as session:
        assert first_run.make(session, other, NOW, EASY) == NotMade("taken")


def test_an_organisation_that_the_command_line_made_is_taken_over(sqlite_db: Database):
    with sqlite_db.write() as session:
        known = Organisation(slug="aeroe", name="Ærø", number="+4511110010", settings={}, created_at=NOW)
        session.add(known)
    with sqlite_db.write() as session:
        made = first_run.make(session, First.read(FIRST), NOW, EASY)
        assert isinstance(made, Adviser)
        assert [organisation.slug for organisation in made.organisations] == ["aeroe"]


def test_the_service_prints_the_code_until_somebody_has_access(
    sqlite_db: Database, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    url = sqlite_db.url.render_as_string(hide_password=False)
    settings = Settings.model_construct(database_url=url, data_key="k", public_url="https://sms.example")
    tell_first_run(settings)
    told = capsys.readouterr().out
    assert "https://sms.example/setup" in told
    assert Ways(data_key="k").first_run_code() in told
    monkeypatch.setenv("DATABASE_URL", url)
    number = ["organisation", "add", "solgaarden", "--name", "Solgården", "--number", "+4511110010"]
    user = ["user", "add", "a@a.example", "--name", "A", "--organisation", "solgaarden"]
    for words in (number, user):
        assert CliRunner().invoke(command, words, catch_exceptions=False).exit_code == 0
    tell_first_run(settings)
    assert capsys.readouterr().out == ""
