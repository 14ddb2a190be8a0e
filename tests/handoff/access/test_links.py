"""Links to choose a password by: good once, for some days, and opened by mail scanners without harm."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from bot.db import Database
from bot.models import Adviser, Invitation, Mail
from handoff.access import invitations
from handoff.access.ways import Ways
from tests.handoff.access.conftest import METTE, PETER, Hands, Person
from tests.handoff.world import EASY, NOW, PASSWORD, World

NEW = "fem grønne både sejler"


@pytest.fixture
def link(sqlite_db: Database, world: World) -> str:
    """A link for Mette."""
    with sqlite_db.write() as session:
        return f"/login/link/{invitations.make(session, world.mette, None, NOW)}"


@pytest.fixture
def mailing(make_app: Callable[..., Flask], hands: Hands) -> Callable[[], Person]:
    """Somebody at a browser, where mail is sent."""
    ways = Ways(data_key="k", clock=hands, hasher=EASY, public_url="https://sms.example", sends_mail=True)
    app = make_app(ways)
    return lambda: Person(app.test_client())


def mails(db: Database) -> list[Mail]:
    with db.read() as session:
        return list(session.scalars(select(Mail).order_by(Mail.id)))


def test_opening_a_link_does_nothing_and_choosing_the_password_uses_it(person: Callable[[], Person], link: str):
    scanner, mette = person(), person()
    for _ in range(3):
        page = scanner.open(link)
        assert page.status_code == 200
        assert METTE in page.text
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
    assert not scanner.is_in()
    assert mette.post(link, link, password="kort").status_code == 422
    assert mette.post(link, link, password=NEW).location == "/inbox"
    assert mette.is_in()
    assert scanner.open(link).status_code == 404
    assert person().login(METTE, NEW).status_code == 303
    assert person().login(METTE, PASSWORD).status_code == 401


def test_a_link_ends_the_sessions_there_were(mette: Person, person: Callable[[], Person], link: str):
    other = person()
    other.post(link, link, password=NEW)
    assert not mette.is_in()


def test_a_link_is_good_for_seven_days(person: Callable[[], Person], link: str, hands: Hands):
    hands.move(days=7, seconds=-1)
    assert person().open(link).status_code == 200
    hands.move(seconds=1)
    assert person().open(link).status_code == 404


def test_a_newer_link_voids_the_older_and_so_does_a_closed_access(
    person: Callable[[], Person], link: str, sqlite_db: Database, world: World
):
    with sqlite_db.write() as session:
        newer = f"/login/link/{invitations.make(session, world.mette, None, NOW)}"
    assert person().open(link).status_code == 404
    assert person().open(newer).status_code == 200
    with sqlite_db.write() as session:
        session.get_one(Adviser, world.mette).is_active = False
    assert person().open(newer).status_code == 404


@pytest.mark.parametrize("token", ["x", "a" * 43, "%00" * 43])
def test_a_link_that_is_none_says_no_more_than_an_old_one(person: Callable[[], Person], world: World, token: str):
    answer = person().open(f"/login/link/{token}")
    assert answer.status_code == 404
    assert "Linket virker ikke mere" in answer.text


def test_only_its_hash_is_kept(link: str, sqlite_db: Database):
    with sqlite_db.read() as session:
        kept = session.scalars(select(Invitation.token_hash)).one()
    assert kept not in link


def test_a_link_does_not_take_the_second_step_away(
    peter: Person, person: Callable[[], Person], sqlite_db: Database, world: World
):
    with sqlite_db.write() as session:
        link = f"/login/link/{invitations.make(session, world.peter, None, NOW)}"
    other = person()
    assert other.post(link, link, password=NEW).location == "/login/code"
    assert not other.is_in()


def test_who_forgot_gets_a_link_by_mail_and_a_stranger_the_same_answer(
    mailing: Callable[[], Person], sqlite_db: Database, world: World, hands: Hands
):
    somebody = mailing()
    known = somebody.post("/login/forgotten", "/login/forgotten", email=" Mette@solgaarden.example")
    unknown = somebody.post("/login/forgotten", "/login/forgotten", email="ingen@solgaarden.example")
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    assert "er der nu et link på vej" in known.text
    (mail,) = mails(sqlite_db)
    assert (mail.adviser_id, mail.kind) == (world.mette, "reset")
    found = re.search(r"https://sms\.example(/login/link/\S+)", mail.body)
    assert found
    assert found[1] not in (mail.key or "")
    assert somebody.open(found[1]).status_code == 200
    assert somebody.login().status_code == 303, "until then the old one works"
    hands.move(hours=2)
    assert somebody.open(found[1]).status_code == 404


def test_nobody_is_mailed_more_than_a_few_times_an_hour(
    mailing: Callable[[], Person], sqlite_db: Database, world: World
):
    somebody = mailing()
    answers = {somebody.post("/login/forgotten", "/login/forgotten", email=METTE).text for _ in range(6)}
    assert len(answers) == 1
    assert len(mails(sqlite_db)) == 3


def test_where_no_mail_is_sent_one_asks_a_colleague(person: Callable[[], Person], world: World):
    somebody = person()
    assert "Spørg den, der styrer jeres brugere" in somebody.open("/login/forgotten").text
    assert "/login/forgotten" not in somebody.open("/login").text


def test_an_invitation_by_mail_is_not_shown_to_the_admin(
    mailing: Callable[[], Person], sqlite_db: Database, world: World, hands: Hands
):
    with sqlite_db.write() as session:
        session.get_one(Adviser, world.peter).role = "admin"
    peter = mailing()
    peter.login(PETER)
    peter.set_up(hands)
    page = peter.post(
        "/admin/users", "/admin/users", email="ny@solgaarden.example", name="Nina Ny", role="adviser", organisation="1"
    )
    (mail,) = mails(sqlite_db)
    assert mail.kind == "invitation"
    assert "Vi har sendt et link til ny@solgaarden.example" in page.text
    assert "/login/link/" not in page.text
