"""An adviser's own views of the inbox, and the switch for single keys."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.models import Adviser, SavedView
from handoff.saved_views import MOST_VIEWS
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.world import NOW, World

ENGLISH = "/inbox/views?folder=all&language=en&order=wait"


def kept(db: Database) -> list[tuple[str, dict[str, object]]]:
    with db.read() as session:
        return [(view.name, view.query) for view in session.scalars(select(SavedView).order_by(SavedView.id))]


def link(page: str, name: str) -> str:
    found = re.search(rf'<a href="([^"]+)"( aria-current="page")?>{name}</a>', page)
    assert found
    return found[1].replace("&amp;", "&")


def test_a_list_is_saved_under_a_name_and_opened_from_the_rail(
    adviser: AdviserAtWork, world: World, sqlite_db: Database
):
    answer = adviser.post(ENGLISH, name=" Engelsk ")
    assert answer.location == "/inbox?folder=all&language=en&order=wait"
    assert kept(sqlite_db) == [("Engelsk", {"folder": "all", "language": "en", "order": "wait"})]
    address = link(adviser.open("/inbox?folder=mine").text, "Engelsk")
    page = adviser.open(address).text
    assert re.findall(r'id="row-(\d+)"', page) == [str(world.ahmad)]
    assert 'aria-current="page">Engelsk</a>' in page
    assert page.count('aria-current="page"') == 1


def test_the_form_above_the_queue_saves_what_is_shown(adviser: AdviserAtWork):
    page = adviser.open("/inbox?folder=bot&reason=media").text
    assert 'action="/inbox/views?folder=bot&amp;reason=media"' in page


def test_a_view_is_its_advisers_alone(adviser: AdviserAtWork, colleague: AdviserAtWork, sqlite_db: Database):
    adviser.post(ENGLISH, name="Engelsk")
    with sqlite_db.read() as session:
        view = session.scalars(select(SavedView.id)).one()
    assert "Engelsk</a>" not in colleague.open().text
    assert colleague.post(f"/inbox/views/{view}/rename", name="Min").status_code == 404
    assert colleague.post(f"/inbox/views/{view}/delete").status_code == 404
    assert kept(sqlite_db)[0][0] == "Engelsk"


def test_a_view_gets_another_name_and_is_thrown_away(adviser: AdviserAtWork, sqlite_db: Database):
    adviser.post(ENGLISH, name="Engelsk")
    page = adviser.open("/inbox/views").text
    rename = re.search(r'action="(/inbox/views/\d+/rename)"', page)
    assert rename
    assert adviser.post(rename[1], name="Skriver på engelsk").location == "/inbox/views"
    assert kept(sqlite_db)[0][0] == "Skriver på engelsk"
    assert adviser.post(rename[1].replace("rename", "delete")).location == "/inbox/views"
    assert kept(sqlite_db) == []
    assert "Du har ingen visninger endnu." in adviser.open("/inbox/views").text


@pytest.mark.parametrize(
    ("name", "why"),
    [(" ", "Giv visningen et navn."), ("x" * 61, "højst have 60 tegn"), ("ENGELSK", "Vælg et andet navn.")],
)
def test_a_name_that_cannot_be_is_refused_and_what_was_written_stays(
    adviser: AdviserAtWork, sqlite_db: Database, name: str, why: str
):
    adviser.post(ENGLISH, name="Engelsk")
    answer = adviser.post("/inbox/views?folder=mine", name=name)
    assert answer.status_code == 422
    assert why in answer.text
    assert 'action="/inbox/views?folder=mine"' in answer.text
    assert f'value="{name}"' in answer.text
    assert len(kept(sqlite_db)) == 1


def test_a_view_may_keep_its_own_name(adviser: AdviserAtWork, sqlite_db: Database):
    adviser.post(ENGLISH, name="Engelsk")
    with sqlite_db.read() as session:
        view = session.scalars(select(SavedView.id)).one()
    assert adviser.post(f"/inbox/views/{view}/rename", name="engelsk").status_code == 303


def test_there_are_no_more_views_than_a_rail_can_hold(adviser: AdviserAtWork, world: World, sqlite_db: Database):
    with sqlite_db.write() as session:
        for number in range(MOST_VIEWS):
            session.add(SavedView(adviser_id=world.mette, name=f"Visning {number}", query={}, at=NOW))
    answer = adviser.post(ENGLISH, name="En til")
    assert answer.status_code == 422
    assert "Slet en, før du gemmer en ny." in answer.text
    assert len(kept(sqlite_db)) == MOST_VIEWS


def test_a_view_of_an_organisation_that_one_has_left_shows_ones_own(
    adviser: AdviserAtWork, world: World, sqlite_db: Database, vest: int
):
    with sqlite_db.write() as session:
        session.add(SavedView(adviser_id=world.mette, name="Vest", query={"organisation": vest}, at=NOW))
    page = adviser.open(link(adviser.open().text, "Vest")).text
    assert "Line Bek" in page
    assert "Fremmed" not in page


def test_single_keys_are_turned_off_and_on(adviser: AdviserAtWork, world: World, sqlite_db: Database):
    assert 'data-keyboard="on"' in adviser.open().text
    assert adviser.post("/me/keyboard", keyboard="off", back="/inbox?folder=mine").location == "/inbox?folder=mine"
    with sqlite_db.read() as session:
        assert session.get_one(Adviser, world.mette).preferences == {"keyboard": False}
    assert 'data-keyboard="off"' in adviser.open().text
    assert "Slå genvejene til" in adviser.open("/me").text
    adviser.post("/me/keyboard", keyboard="on", back="//evil.example")
    assert 'data-keyboard="on"' in adviser.open().text
