"""Sessions: they end by themselves, from another browser, and with what changes about the adviser, in every process."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from bot.db import Database
from bot.models import Adviser, LoginSession
from handoff.access.agents import named
from tests.handoff.access.conftest import METTE, Hands, Person
from tests.handoff.world import PASSWORD, World

NEW = "fem grønne både sejler"


def test_who_works_is_logged_out_after_twelve_hours(mette: Person, hands: Hands):
    for _ in range(11):
        hands.move(hours=1)
        assert mette.is_in()
    hands.move(hours=1)
    assert not mette.is_in()


def test_who_does_nothing_for_two_hours_is_logged_out_though_the_page_asks_for_itself(mette: Person, hands: Hands):
    for _ in range(4):
        hands.move(minutes=29)
        assert mette.open("/inbox/live").status_code == 200
    hands.move(minutes=4)
    assert not mette.is_in()


def test_the_cookie_says_nothing_and_the_table_keeps_only_a_hash(app: Flask, mette: Person, sqlite_db: Database):
    with mette.client.session_transaction() as kept:
        token = kept["_user_id"]
    assert len(token) == 43
    with sqlite_db.read() as session:
        assert token not in session.scalars(select(LoginSession.token_hash)).all()


def test_each_log_in_has_a_secret_of_its_own_and_ends_the_browsers_last_one(mette: Person, sqlite_db: Database):
    with mette.client.session_transaction() as kept:
        first = dict(kept)
    mette.post("/logout", "/me")
    mette.login()
    with mette.client.session_transaction() as kept:
        assert kept["_user_id"] != first["_user_id"]
        kept.clear()
        kept.update(first)
    assert not mette.is_in(), "an old cookie is worth nothing"


def test_a_session_that_is_ended_from_another_browser_ends_there_and_in_every_process(
    make_app: Callable[..., Flask], mette: Person, hands: Hands
):
    elsewhere = Person(make_app().test_client())
    elsewhere.login()
    assert elsewhere.is_in()
    page = mette.open("/me").text
    assert page.count("Log ud her") == 1, "this one has no button"
    path = page.split('action="/me/browsers/')[1].split('"')[0]
    mette.post(f"/me/browsers/{path}", "/me")
    assert not elsewhere.is_in()
    assert mette.is_in()


def test_all_others_can_be_ended_at_once(mette: Person, person: Callable[[], Person]):
    others = [person(), person()]
    for other in others:
        other.login()
    mette.post("/me/browsers/end", "/me")
    assert [other.is_in() for other in others] == [False, False]
    assert mette.is_in()


def test_nobody_ends_the_sessions_of_another(mette: Person, peter: Person, sqlite_db: Database, world: World):
    with sqlite_db.read() as session:
        theirs = session.scalars(select(LoginSession.id).filter_by(adviser_id=world.peter, ended_at=None)).all()
    for session_id in theirs:
        mette.post(f"/me/browsers/{session_id}/end", "/me")
    assert peter.is_in()


def test_a_new_password_takes_the_old_one_and_ends_every_other_session(mette: Person, person: Callable[[], Person]):
    other = person()
    other.login()
    assert mette.post("/me/password", "/me", password="forkert", new=NEW).status_code == 422
    assert "12 tegn" in mette.post("/me/password", "/me", password=PASSWORD, new="kort").text
    assert mette.post("/me/password", "/me", password=PASSWORD, new=NEW).location == "/me?done=password"
    assert mette.is_in()
    assert not other.is_in()
    assert other.login(METTE, PASSWORD).status_code == 401
    assert other.login(METTE, NEW).status_code == 303


def test_the_password_once_more_may_not_be_guessed_either(mette: Person):
    codes = [mette.post("/me/password", "/me", password="forkert", new=NEW).text for _ in range(6)]
    assert "passer ikke" in codes[4]
    assert "For mange forsøg" in codes[5]


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36", "Chrome, Android"),
        ("curl/8.0", ""),
    ],
)
def test_a_browser_is_named_so_that_its_owner_knows_it(agent: str, name: str):
    assert named(agent) == name


@pytest.mark.parametrize(
    "path", ["/me/password", "/me/two-step/begin", "/me/two-step/off", "/me/two-step/codes", "/me/provider"]
)
def test_who_finds_the_open_inbox_of_somebody_without_a_password_gives_it_none(
    mette: Person, sqlite_db: Database, world: World, path: str
):
    """The page has no form for it; the address is there."""
    with sqlite_db.write() as session:
        session.get_one(Adviser, world.mette).password_hash = ""

    assert mette.post(path, "/me", password="", new="fem grønne både sejler").status_code == 422
    with sqlite_db.read() as session:
        assert session.get_one(Adviser, world.mette).password_hash == ""
