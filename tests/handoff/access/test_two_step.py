"""The second step: set up by admins before anything else, good for its half minute, never twice."""

from __future__ import annotations

from collections.abc import Callable

import pyotp
import pytest

from bot.db import Database
from bot.models import Adviser
from handoff.access import two_step
from handoff.access.ways import Ways
from tests.handoff.access.conftest import PETER, Hands, Person, codes_on, secret_on
from tests.handoff.world import EASY, NOW, PASSWORD, World


@pytest.fixture
def admin_before(person: Callable[[], Person], sqlite_db: Database, world: World) -> Person:
    """An admin who has given the password, and has no second step."""
    with sqlite_db.write() as session:
        session.get_one(Adviser, world.peter).role = "admin"
    somebody = person()
    assert somebody.login(PETER).location == "/login/two-step"
    return somebody


def test_an_admin_sets_it_up_before_anything_else(admin_before: Person, hands: Hands):
    for path in ("/inbox", "/me", "/admin/users", "/tasks"):
        assert admin_before.open(path).status_code == 303
    secret = secret_on(admin_before.open("/login/two-step").text)
    assert secret == secret_on(admin_before.open("/login/two-step").text), "the same one until it is used"
    wrong = admin_before.post("/login/two-step", "/login/two-step", code="000000")
    assert wrong.status_code == 422
    done = admin_before.post("/login/two-step", "/login/two-step", code=pyotp.TOTP(secret).at(hands.now))
    assert len(codes_on(done.text)) == 10
    assert admin_before.is_in()


def test_setting_it_up_takes_a_quarter_of_an_hour_at_most(admin_before: Person, hands: Hands):
    hands.move(minutes=15)
    assert admin_before.open("/login/two-step").location == "/login"


def test_from_then_on_the_password_alone_is_not_enough(peter: Person, person: Callable[[], Person], hands: Hands):
    other = person()
    assert other.login(PETER).location == "/login/code"
    assert not other.is_in()
    assert other.open("/login/two-step").location == "/login", "and it is not set up anew"
    assert other.code("000000").status_code == 401
    assert not other.is_in()


def test_an_adviser_may_have_it_and_needs_the_password_for_that(
    mette: Person, person: Callable[[], Person], hands: Hands
):
    assert mette.post("/me/two-step", "/me", code="000000").location == "/me", "nothing was begun"
    assert mette.post("/me/two-step/begin", "/me", password="forkert").status_code == 422
    secret = secret_on(mette.post("/me/two-step/begin", "/me", password=PASSWORD).text)
    assert len(codes_on(mette.post("/me/two-step", "/me", code=pyotp.TOTP(secret).at(hands.now)).text)) == 10
    hands.move(seconds=30)
    other = person()
    assert other.login().location == "/login/code"
    assert other.code(pyotp.TOTP(secret).at(hands.now)).location == "/inbox"
    assert mette.post("/me/two-step/off", "/me", password="forkert").status_code == 422
    mette.post("/me/two-step/off", "/me", password=PASSWORD)
    assert not other.is_in()
    assert person().login().location == "/inbox"


def test_an_admin_who_gets_a_new_phone_sets_it_up_at_once(peter: Person):
    assert peter.post("/me/two-step/off", "/me", password=PASSWORD).location == "/login/two-step"
    assert not peter.is_in()


def test_new_codes_for_paper_void_the_old_ones(peter: Person, person: Callable[[], Person]):
    new = codes_on(peter.post("/me/two-step/codes", "/me", password=PASSWORD).text)
    other = person()
    other.login(PETER)
    assert other.code(peter.paper[0]).status_code == 401
    assert other.code(new[0].upper().replace("-", " ")).location == "/inbox"


def test_each_code_for_paper_works_once(peter: Person, person: Callable[[], Person]):
    first, second = person(), person()
    first.login(PETER)
    second.login(PETER)
    assert first.code(peter.paper[3]).location == "/inbox"
    assert second.code(peter.paper[3]).status_code == 401
    assert "Du har 9 koder" in first.open("/me").text


def test_codes_may_not_be_guessed(peter: Person, person: Callable[[], Person], hands: Hands):
    other = person()
    other.login(PETER)
    assert [other.code(f"00000{n}").status_code for n in range(6)] == [401] * 5 + [429]
    assert other.code(peter.paper[0]).status_code == 429
    hands.move(minutes=1)
    assert other.code(peter.paper[0]).location == "/inbox"


def on(db: Database, ways: Ways) -> tuple[int, str]:
    """An adviser with codes, on any database."""
    secret = two_step.new_secret()
    with db.write() as session:
        adviser = Adviser(email="a@a.example", name="A", created_at=NOW)
        session.add(adviser)
        session.flush()
        assert two_step.turn_on(session, ways, adviser, secret, pyotp.TOTP(secret).at(NOW), NOW)
        return adviser.id, secret


@pytest.mark.parametrize(
    ("steps", "good"), [(-2, False), (-1, False), (0, False), (1, True), (2, True), (3, True), (4, False)]
)
def test_a_code_is_good_for_its_half_minute_and_the_one_on_either_side_unless_it_is_old(
    db: Database, steps: int, good: bool
):
    """Two steps have gone since it was set up, with the code of step 0."""
    ways, hands = Ways(data_key="k", hasher=EASY), Hands()
    adviser, secret = on(db, ways)
    hands.move(seconds=60)
    code = pyotp.TOTP(secret).at(NOW, counter_offset=steps)
    with db.write() as session:
        assert two_step.check(session, ways, adviser, code, hands.now) is good
    with db.write() as session:
        assert two_step.check(session, ways, adviser, code, hands.now) is False, "never twice"


def test_an_older_code_does_not_work_after_a_newer_one(sqlite_db: Database):
    ways, hands = Ways(data_key="k", hasher=EASY), Hands()
    adviser, secret = on(sqlite_db, ways)
    hands.move(seconds=90)
    with sqlite_db.write() as session:
        assert two_step.check(session, ways, adviser, pyotp.TOTP(secret).at(hands.now, counter_offset=1), hands.now)
        assert two_step.check(session, ways, adviser, pyotp.TOTP(secret).at(hands.now), hands.now) is False


def test_the_secret_is_stored_encrypted_and_opens_with_the_data_key_alone(sqlite_db: Database):
    ways = Ways(data_key="k", hasher=EASY)
    adviser, secret = on(sqlite_db, ways)
    with sqlite_db.read() as session:
        kept = session.get_one(Adviser, adviser).totp_secret or ""
    assert secret not in kept
    assert ways.unseal(kept) == secret
    assert Ways(data_key="another", hasher=EASY).unseal(kept) is None
