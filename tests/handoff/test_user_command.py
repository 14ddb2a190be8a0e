"""``redningskrans user add``: an adviser who can log in with what is printed."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from typer.testing import CliRunner, Result

from bot.clock import machine_clock
from bot.commands.users import app
from bot.db import Database
from bot.models import Adviser
from handoff.access import invitations
from handoff.passwords import is_password
from tests.handoff.world import World

NEW = ["add", "Ny@Solgaarden.example", "--name", "Nina Ny"]


@pytest.fixture
def run(sqlite_db: Database, world: World, monkeypatch: pytest.MonkeyPatch):
    """The command on the world's database."""
    monkeypatch.setenv("DATABASE_URL", sqlite_db.url.render_as_string(hide_password=False))

    def command(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments), catch_exceptions=False)

    return command


def test_it_prints_the_password_alone_on_the_last_line_and_keeps_only_its_hash(run, sqlite_db: Database):
    done = run(*NEW, "--role", "admin", "--organisation", "solgaarden", "vestbo")
    assert done.exit_code == 0
    password = done.stdout.splitlines()[-1]
    with sqlite_db.read() as session:
        wanted = select(Adviser).where(Adviser.email == "ny@solgaarden.example")
        nina = session.scalars(wanted.options(selectinload(Adviser.organisations))).one()
    assert (nina.name, nina.role) == ("Nina Ny", "admin")
    assert [organisation.slug for organisation in nina.organisations] == ["solgaarden", "vestbo"]
    assert is_password(nina.password_hash, password)
    assert password not in nina.password_hash


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([*NEW, "--organisation", "findes-ikke"], "There is no organisation 'findes-ikke'. Known: solgaarden"),
        (["add", "METTE@solgaarden.example", "--name", "M", "--organisation", "solgaarden"], "is an adviser already"),
        (["add", "ingen-adresse", "--name", "M", "--organisation", "solgaarden"], "is not an e-mail address"),
        ([*NEW, "--organisation", "solgaarden", "--role", "chef"], "chef"),
    ],
)
def test_what_cannot_be_added_is_told_and_nothing_is_written(run, sqlite_db: Database, arguments: list[str], says: str):
    done = run(*arguments)
    assert done.exit_code == 2
    assert says in " ".join(done.output.replace("│", " ").split())
    with sqlite_db.read() as session:
        assert len(session.scalars(select(Adviser)).all()) == 3


def test_the_same_organisation_twice_is_once(run, sqlite_db: Database):
    assert run(*NEW, "--organisation", "solgaarden", "--organisation", "solgaarden").exit_code == 0


def test_a_link_is_printed_alone_on_the_last_line_and_opens_the_account(run, sqlite_db: Database, monkeypatch):
    monkeypatch.setenv("PUBLIC_URL", "https://sms.example")
    done = run("link", "Mette@solgaarden.example")
    assert done.exit_code == 0
    address, _, token = done.stdout.splitlines()[-1].rpartition("/")
    assert address == "https://sms.example/login/link"
    with sqlite_db.read() as session:
        found = invitations.find(session, token, machine_clock())
    assert found is not None
    assert found.email == "mette@solgaarden.example"


def test_an_admin_who_has_lost_phone_and_paper_is_let_in_without_a_code(run, sqlite_db: Database, world: World):
    with sqlite_db.write() as session:
        session.get_one(Adviser, world.peter).totp_secret = "sealed"
    assert run("link", "peter@solgaarden.example").exit_code == 0
    with sqlite_db.read() as session:
        assert session.get_one(Adviser, world.peter).totp_secret == "sealed"
    assert run("link", "peter@solgaarden.example", "--without-code").exit_code == 0
    with sqlite_db.read() as session:
        assert session.get_one(Adviser, world.peter).totp_secret is None


def test_nobody_is_given_a_link_who_has_no_access(run, sqlite_db: Database, world: World):
    with sqlite_db.write() as session:
        session.get_one(Adviser, world.mette).is_active = False
    for email in ("mette@solgaarden.example", "ingen@solgaarden.example"):
        done = run("link", email)
        assert done.exit_code == 2
        assert "No adviser with an open access" in done.output
