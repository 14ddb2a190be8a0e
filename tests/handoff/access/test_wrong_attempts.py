"""Wrong log-ins: they wait, in every process; they tell nothing; they keep no colleague out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from bot.db import Database
from bot.models import Adviser, LoginTry
from handoff.access import tries
from handoff.passwords import fault_of, hash_password, is_outdated
from tests.handoff.access.conftest import METTE, Hands, Person
from tests.handoff.world import EASY, NOW, PASSWORD, World


@pytest.mark.parametrize("email", [METTE, "ingen@solgaarden.example"])
def test_each_wait_is_longer_up_to_a_quarter_whether_anybody_has_the_address(
    person: Callable[[], Person], hands: Hands, email: str
):
    stranger = person()
    assert [stranger.login(email, "forkert").status_code for _ in range(6)] == [401] * 5 + [429]
    for minutes in (1, 5, 15, 15):
        words = "et minut" if minutes == 1 else f"{minutes} minutter"
        assert f"Prøv igen om {words}" in stranger.login(email, "forkert").text
        hands.move(minutes=minutes, seconds=-1)
        assert stranger.login(email, "forkert").status_code == 429
        hands.move(seconds=1)
        assert stranger.login(email, "forkert").status_code == 401


def test_the_count_holds_for_all_processes(make_app: Callable[..., Flask]):
    processes = [Person(make_app().test_client()) for _ in range(2)]
    for number in range(5):
        assert processes[number % 2].login(METTE, "forkert").status_code == 401
    assert [process.login().status_code for process in processes] == [429, 429]


def test_strangers_do_not_lock_out_who_has_been_logged_in_in_this_browser(mette: Person, person: Callable[[], Person]):
    mette.post("/logout", "/me")
    stranger = person()
    for _ in range(6):
        stranger.login(METTE, "forkert")
    assert stranger.login().status_code == 429
    assert mette.login().status_code == 303
    own = [mette.post("/logout", "/me")] + [mette.login(METTE, "forkert") for _ in range(6)]
    assert own[-1].status_code == 429, "even in her own browser nobody guesses for ever"


def test_the_mark_of_a_known_browser_is_no_use_for_another_address(mette: Person, person: Callable[[], Person]):
    mette.post("/logout", "/me")
    for _ in range(5):
        person().login("peter@solgaarden.example", "forkert")
    assert mette.login("peter@solgaarden.example").status_code == 429


def test_what_is_counted_holds_no_address(person: Callable[[], Person], sqlite_db: Database):
    person().login(METTE, "forkert")
    with sqlite_db.read() as session:
        keys = session.scalars(select(LoginTry.key)).all()
    assert len(keys) == 2
    assert all(len(key) == 64 and set(key) <= set("0123456789abcdef") for key in keys)


def test_one_place_has_thirty_wrong_attempts_in_five_minutes(person: Callable[[], Person], hands: Hands):
    stranger = person()
    codes = [stranger.login(f"{n}@solgaarden.example", "forkert").status_code for n in range(31)]
    assert codes == [401] * 30 + [429]
    hands.move(minutes=5)
    assert stranger.login().status_code == 303


def test_a_try_is_counted_before_it_is_looked_at_and_once_on_each_database(db: Database):
    limit = tries.Limit(free=3, waits=(timedelta(minutes=1),), forgotten_after=timedelta(hours=1))
    for expected in (None, None, None, NOW + timedelta(minutes=1)):
        with db.write() as session:
            assert tries.take(session, "a", limit, NOW) == expected
    with db.write() as session:
        tries.give_back(session, "a", NOW)
        assert tries.take(session, "a", limit, NOW) is None
        tries.forget(session, "a")
        tries.sweep(session, NOW + timedelta(days=3))
        assert session.scalars(select(LoginTry)).all() == []


def test_a_hash_of_yesterdays_parameters_is_made_anew_at_the_log_in(
    person: Callable[[], Person], sqlite_db: Database, world: World
):
    old = hash_password(PASSWORD)
    with sqlite_db.write() as session:
        session.get_one(Adviser, world.mette).password_hash = old
    assert is_outdated(old, EASY)
    assert person().login().status_code == 303
    with sqlite_db.read() as session:
        new = session.get_one(Adviser, world.mette).password_hash
    assert new != old
    assert not is_outdated(new, EASY)
    assert person().login().status_code == 303


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("kort", "short"),
        ("x" * 201, "long"),
        ("Password1234!", "common"),
        ("Sommer2026!!", "common"),
        ("kodeordkodeord", "common"),
        ("qwertyuiop12", "common"),
        ("aaaaaaaaaaaaaa", "common"),
        ("redningskrans1", "common"),
        ("mette.lind.2026", "own"),
        ("solgaarden123", "own"),
        ("fem grønne både sejler", None),
        ("en-lang-og-god-sætning", None),
        ("nq6ce-n2z2p-rip92-d9ni7", None),
    ],
)
def test_a_password_has_twelve_characters_and_is_not_one_of_the_worst(password: str, fault: str | None):
    assert fault_of(password, "mette.lind@solgaarden.example", "Mette Lind") == fault
