"""Users: an admin lets people in and out, within the organisations the admin has, and never locks the last one out."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from bot.db import Database
from bot.models import Adviser, Organisation
from handoff.access import users
from handoff.access.users import Moment, UserRefused
from handoff.handoffs import Acting
from tests.handoff.access.conftest import Hands, Person
from tests.handoff.world import NOW, PASSWORD, World

AT = Moment(NOW, NOW)
NEW = "fem grønne både sejler"


def test_an_adviser_sees_none_of_it(mette: Person, world: World):
    assert mette.open("/admin/users").status_code == 403
    assert mette.open(f"/admin/users/{world.peter}").status_code == 403
    assert "Brugere" not in mette.open("/admin/1/texts").text


def test_an_admin_invites_a_colleague_who_chooses_a_password(
    peter: Person, person: Callable[[], Person], sol: int, audited: Callable[[], list[str]]
):
    form = {"email": "Ny@solgaarden.example", "name": "Nina Ny", "role": "adviser", "organisation": str(sol)}
    page = peter.post("/admin/users", "/admin/users", **form)
    found = re.search(r"https://sms\.example(/login/link/[\w-]+)<", page.text)
    assert found
    nina = person()
    assert nina.post(found[1], found[1], password=NEW).location == "/inbox"
    assert "Nina Ny" in nina.open("/inbox").text
    again = peter.post("/admin/users", "/admin/users", **form)
    assert again.status_code == 409
    assert "allerede i brug" in again.text
    assert 'value="Nina Ny"' in again.text, "nothing typed is lost"
    assert "user_invited" in audited()


def test_closing_an_access_ends_it_at_once_and_it_can_be_opened_again(
    peter: Person, mette: Person, person: Callable[[], Person], world: World
):
    one = f"/admin/users/{world.mette}"
    assert peter.post(f"{one}/close", one).status_code == 303
    assert not mette.is_in()
    assert person().login().status_code == 401
    assert peter.post(f"{one}/link", one).status_code == 409
    peter.post(f"{one}/open", one)
    assert person().login().status_code == 303


def test_a_new_role_ends_the_sessions_and_asks_for_the_second_step(
    peter: Person, mette: Person, person: Callable[[], Person], world: World
):
    one = f"/admin/users/{world.mette}"
    peter.post(f"{one}/role", one, role="admin")
    assert not mette.is_in()
    assert person().login().location == "/login/two-step"


def test_an_admin_puts_a_colleagues_codes_away(
    peter: Person,
    mette: Person,
    person: Callable[[], Person],
    world: World,
    hands: Hands,
    audited: Callable[[], list[str]],
):
    one = f"/admin/users/{world.mette}"
    peter.post(f"{one}/role", one, role="admin")
    mette.login()
    mette.set_up(hands)
    peter.post(f"{one}/two-step", one)
    assert not mette.is_in()
    assert person().login().location == "/login/two-step"
    assert "two_step_reset" in audited()


def test_what_is_done_to_oneself_takes_another(peter: Person, world: World):
    one = f"/admin/users/{world.peter}"
    for path in ("close", "two-step"):
        assert peter.post(f"{one}/{path}", one).status_code == 409
    assert peter.post(f"{one}/role", one, role="adviser").status_code == 409
    assert peter.is_in()


def test_who_shares_no_organisation_is_not_there(peter: Person, world: World):
    assert peter.open(f"/admin/users/{world.fremmed}").status_code == 404
    for path in ("role", "organisations", "close", "open", "two-step", "link"):
        assert peter.post(f"/admin/users/{world.fremmed}/{path}", "/admin/users").status_code == 404


@pytest.fixture
def acting(sqlite_db: Database, world: World, sol: int) -> Acting:
    """Peter, admin of Solgården alone."""
    with sqlite_db.write() as session:
        session.get_one(Adviser, world.peter).role = "admin"
    return Acting(world.peter, "Peter", frozenset({sol}), True)


def share(session: Session, adviser_id: int, vest: int, role: str = "adviser") -> None:
    """Let this one be at Vestbo too."""
    adviser = session.get_one(Adviser, adviser_id)
    adviser.organisations = [*adviser.organisations, session.get_one(Organisation, vest)]
    adviser.role = role


def test_an_admin_gives_no_organisation_that_they_do_not_have(
    sqlite_db: Database, acting: Acting, world: World, sol: int, vest: int
):
    with sqlite_db.write() as session:
        assert users.invite(session, acting, "a@a.example", "A", "adviser", {sol, vest}, AT) == UserRefused("not_yours")
        moved = users.change_organisations(session, acting, world.mette, {vest}, AT)
        assert moved == UserRefused("not_yours")


def test_a_colleague_of_two_is_changed_as_a_whole_only_by_an_admin_of_both(
    sqlite_db: Database, acting: Acting, world: World, sol: int, vest: int
):
    with sqlite_db.write() as session:
        share(session, world.mette, vest)
    both = Acting(world.peter, "Peter", frozenset({sol, vest}), True)
    with sqlite_db.write() as session:
        for refused in (
            users.change_role(session, acting, world.mette, "admin", AT),
            users.deactivate(session, acting, world.mette, AT),
            users.reset_two_step(session, acting, world.mette, AT),
            users.may_have_link(session, acting, world.mette, AT),
        ):
            assert refused == UserRefused("not_all_yours")
        assert isinstance(users.change_role(session, both, world.mette, "admin", AT), Adviser)


def test_an_admin_takes_only_their_own_organisations_away_and_never_the_last(
    sqlite_db: Database, acting: Acting, world: World, sol: int, vest: int
):
    with sqlite_db.write() as session:
        assert users.change_organisations(session, acting, world.mette, set(), AT) == UserRefused("organisation")
        share(session, world.mette, vest)
        moved = users.change_organisations(session, acting, world.mette, set(), AT)
        assert isinstance(moved, Adviser)
        assert [organisation.id for organisation in moved.organisations] == [vest]


def test_no_organisation_is_left_without_an_admin(
    sqlite_db: Database, acting: Acting, world: World, sol: int, vest: int
):
    """Mette is the only admin of Vestbo; Solgården has Peter too."""
    with sqlite_db.write() as session:
        share(session, world.mette, vest, "admin")
    both = Acting(world.peter, "Peter", frozenset({sol, vest}), True)
    last = UserRefused("last_admin")
    with sqlite_db.write() as session:
        assert users.deactivate(session, both, world.mette, AT) == last
        assert users.change_role(session, both, world.mette, "adviser", AT) == last
        assert users.change_organisations(session, both, world.mette, {sol}, AT) == last
        assert isinstance(users.change_organisations(session, both, world.mette, {vest}, AT), Adviser)


def test_nobody_but_an_admin_changes_anything(sqlite_db: Database, world: World, sol: int):
    mette = Acting(world.mette, "Mette", frozenset({sol}), False)
    with sqlite_db.write() as session:
        assert users.invite(session, mette, "a@a.example", "A", "adviser", {sol}, AT) == UserRefused("not_admin")
        assert users.deactivate(session, mette, world.peter, AT) == UserRefused("not_admin")


def test_a_new_link_opens_a_locked_account(peter: Person, person: Callable[[], Person], world: World):
    stranger = person()
    for _ in range(6):
        stranger.login(password="forkert")
    one = f"/admin/users/{world.mette}"
    assert "/login/link/" in peter.post(f"{one}/link", one).text
    assert person().login(password=PASSWORD).status_code == 303, "the old password works until the link is used"


def test_what_somebody_does_about_their_own_way_in_stands_in_the_log_of_each_organisation(
    peter: Person, sqlite_db: Database, world: World, sol: int, vest: int
):
    with sqlite_db.write() as session:
        admin = session.get_one(Adviser, world.peter)
        admin.organisations.append(session.get_one(Organisation, vest))
    again = {"password": PASSWORD, "new": NEW}
    assert peter.post("/me/password", "/me", **again).status_code == 303
    assert peter.post("/me/two-step/codes", "/me", password=again["new"]).status_code == 200

    for organisation in (sol, vest):
        log = peter.open(f"/admin/{organisation}/log").text.lower()
        assert "skiftede kodeord" in log
        assert "lavede nye koder på papir" in log
    assert "slog kode fra telefonen til" in peter.open(f"/admin/{sol}/log").text.lower()
