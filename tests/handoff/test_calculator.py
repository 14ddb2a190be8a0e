"""The calculator beside a conversation: what it is filled in with, what it says, what it leaves to a human."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from bot.db import Database
from bot.models import COPENHAGEN, Conversation, Fact, Message
from handoff.estimates import CIRCUMSTANCES, Form, work_out
from handoff.web import register
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.test_inbox import text_of
from tests.handoff.world import NOW, World

HOME: dict[str, Any] = {"scheme": "boligsikring", "adults": "1", "children": "0", "income": "20.000", "rent": "5.000"}
HOME |= {"area": "60", "heat": "separate", "wealth": ""}


def page_of(conversation: int) -> str:
    return f"/inbox/{conversation}/boligstoette"


def fields(html: str) -> dict[str, str]:
    """The text fields of the form with what stands in them."""
    return dict(re.findall(r'<input id="calculator-\w+" name="(\w+)"[^>]*? value="([^"]*)"', html))


def tell(db: Database, conversation: int, **facts: object) -> None:
    with db.write() as session:
        case_id = session.get_one(Conversation, conversation).case_id
        for name, value in facts.items():
            session.add(Fact(conversation_id=conversation, case_id=case_id, name=name, value=value, at=NOW))


def charge(db: Database, conversation: int, rent_ore: int) -> None:
    with db.write() as session:
        case = session.get_one(Conversation, conversation).case
        assert case is not None
        case.rent_ore = rent_ore


def test_it_is_a_link_beside_what_we_know(adviser: AdviserAtWork, world: World):
    assert f'href="{page_of(world.line)}' in adviser.open(world.line).text
    assert f'href="{page_of(world.unknown)}' in adviser.open(world.unknown).text


def test_it_is_filled_in_with_what_was_told_and_with_the_rent_of_the_case(
    adviser: AdviserAtWork, world: World, sqlite_db: Database
):
    charge(sqlite_db, world.line, 650_000)
    tell(sqlite_db, world.line, adults=1, area_m2=72)
    html = adviser.open(page_of(world.line)).text
    assert fields(html) == {
        "adults": "1",
        "children": "2",
        "area": "72",
        "income": "14900",
        "rent": "6500",
        "wealth": "",
    }
    assert "Udfyldt med det, beboeren har fortalt." in html
    assert "Huslejen er fra huslejesystemet." in html
    assert "kan være det, der bliver udbetalt" in html


def test_what_was_told_of_rent_and_income_before_tax_comes_first(
    adviser: AdviserAtWork, world: World, sqlite_db: Database
):
    charge(sqlite_db, world.line, 650_000)
    tell(sqlite_db, world.line, rent=7000, income_before_tax=21_000, income_kind="folkepension")
    html = adviser.open(page_of(world.line)).text
    assert (fields(html)["rent"], fields(html)["income"]) == ("7000", "21000")
    assert 'value="boligydelse" checked' in html
    assert "kan være det, der bliver udbetalt" not in html


def test_an_unknown_number_has_an_empty_form(adviser: AdviserAtWork, world: World):
    assert set(fields(adviser.open(page_of(world.unknown)).text).values()) == {""}


def test_it_says_the_sum_how_it_was_worked_out_and_by_which_rates(adviser: AdviserAtWork, world: World):
    answer = adviser.post(page_of(world.line), **HOME)
    words = text_of(answer.text)
    assert answer.status_code == 200
    assert "Ca. 776" in words.replace("\N{NO-BREAK SPACE}", " ")
    assert "Uden børn i hjemmet kan det højst blive 15 % af boligudgiften." in words
    assert "Boligudgift, der tæller med" in words
    assert "VEJ nr. 9336 af 24.3.2026, tabel 2, gælder 1.1.2026 til 31.12.2026, tjekket 22.11.2026." in words
    assert "Udbetaling Danmark beregner og bestemmer" in words
    assert fields(answer.text)["income"] == "20.000", "what was typed stays"


def test_nothing_is_kept_and_nothing_is_sent(adviser: AdviserAtWork, world: World, sqlite_db: Database):
    def rows() -> list[int | None]:
        with sqlite_db.read() as session:
            return [session.scalar(select(func.count()).select_from(table)) for table in (Fact, Message)]

    before = rows()
    adviser.post(page_of(world.line), **HOME)
    assert rows() == before


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"adults": "0"}, "hvor mange voksne"),
        ({"adults": "to"}, "hvor mange voksne"),
        ({"children": "-1"}, "hvor mange børn"),
        ({"area": ""}, "størrelse"),
        ({"area": "99999"}, "størrelse"),
        ({"income": "meget"}, "indkomsten"),
        ({"income": "-5"}, "indkomsten"),
        ({"rent": "0"}, "huslejen"),
        ({"rent": "9" * 20}, "huslejen"),
        ({"wealth": "x"}, "formuen"),
        ({"scheme": "lotteri"}, "Vælg"),
    ],
)
def test_what_cannot_be_read_is_said_and_what_was_typed_stays(adviser: AdviserAtWork, world: World, typed, words):
    answer = adviser.post(page_of(world.line), **HOME | typed)
    assert answer.status_code == 422
    problem = re.search(r'id="calculator-problem".*?</p>', answer.text, re.DOTALL)
    assert problem
    assert words in problem[0]
    assert fields(answer.text)["area"] == typed.get("area", "60")


@pytest.mark.parametrize("ticked", CIRCUMSTANCES)
def test_what_was_ticked_is_told_a_human_to_look_at(adviser: AdviserAtWork, world: World, ticked: str):
    plain = adviser.post(page_of(world.line), **HOME).text
    html = adviser.post(page_of(world.line), **HOME, ticked=ticked).text
    assert html.count('class="caution"') == plain.count('class="caution"') + 1
    assert f'value="{ticked}" checked' in html


def test_the_ceiling_of_kontanthjaelp_is_told_with_its_sum_and_source():
    words = " ".join(work_out(Form(**HOME, ticked=frozenset({"loft"})), 2026).warnings)
    assert "363" in words
    assert "01.07.2025" in words
    assert "jobcenterskive.dk" in words


def test_foertidspension_lifts_the_limit_of_fifteen_percent():
    home = HOME | {"income": "19.000", "rent": "6.500", "area": "65"}
    result = work_out(Form(**home, ticked=frozenset({"foertidspension"})), 2026).result
    assert result
    assert result.monthly.startswith("3.148")


def test_a_rent_over_half_of_the_income_is_worked_out_and_warned_of():
    calculator = work_out(Form(**HOME | {"income": "12.000", "rent": "11.000"}), 2026)
    assert calculator.result
    assert calculator.result.monthly.startswith("1.194")
    assert any("over halvdelen" in warning for warning in calculator.warnings)


def test_with_children_it_is_said_that_no_official_answer_was_found():
    assert any("officielle beregner" in words for words in work_out(Form(**HOME | {"children": "2"}), 2026).warnings)


def test_a_year_without_rates_is_refused_in_words(sqlite_db: Database, world: World):
    app = Flask("tests", static_folder=None)
    app.config.update(SECRET_KEY="an invented secret for the tests only", TESTING=True)
    register(app, sqlite_db, lambda: datetime(2027, 1, 1, 9, tzinfo=COPENHAGEN), secure_cookies=False)
    mette = AdviserAtWork(app.test_client())
    mette.login()
    answer = mette.post(page_of(world.line), **HOME)
    assert answer.status_code == 422
    assert "ikke fuldstændige satser for boligsikring i 2027" in answer.text
    assert "calculator-result" not in answer.text


@pytest.mark.parametrize("way", ["get", "post"])
def test_in_a_crisis_the_page_stays_about_the_person(adviser: AdviserAtWork, world: World, way: str):
    answer = adviser.open(page_of(world.kirsten)) if way == "get" else adviser.post(page_of(world.kirsten), **HOME)
    assert answer.status_code in (302, 303)
    assert answer.location.split("?")[0] == f"/inbox/{world.kirsten}"
    assert page_of(world.kirsten) not in adviser.open(world.kirsten).text


@pytest.mark.parametrize("way", ["get", "post"])
def test_only_the_own_organisations_conversations_have_one(adviser: AdviserAtWork, world: World, way: str):
    find: Callable[[], int] = {
        "get": lambda: adviser.open(page_of(world.foreign)).status_code,
        "post": lambda: adviser.post(page_of(world.foreign), **HOME).status_code,
    }[way]
    assert find() == 404


def test_it_stands_behind_the_login(visitor: AdviserAtWork, world: World):
    assert visitor.open(page_of(world.line)).status_code == 303
    assert "/login" in visitor.open(page_of(world.line)).location
