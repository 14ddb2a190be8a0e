"""/board as an adviser meets it: own organisations only, empty and small months, the file, the looks."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page

from bot.db import Database
from tests.handoff.board.world import Courses, november
from tests.handoff.browsing import assert_accessible_in_every_look, assert_fits_a_phone
from tests.handoff.conftest import AdviserAtWork


@pytest.fixture
def november_of_sol(sqlite_db: Database, sol: int, vest: int) -> None:
    with sqlite_db.write() as session:
        november(Courses(session, sol))
        Courses(session, vest, "V").add(3)


def test_an_adviser_sees_the_board_of_the_newest_wave(adviser: AdviserAtWork, november_of_sol: None):
    page = adviser.open("/board").text

    assert "Tavlen, november 2026" in page
    assert "26 af 38" in page
    assert '<a href="/board" aria-current="true">' in page


@pytest.mark.parametrize(
    "path",
    [
        "/board?organisation=vestbo",
        "/board.csv?organisation=vestbo",
        "/board?organisation=nobody",
        "/board?period=2026-13",
        "/board?from=2026-11&to=2026-10",
        "/board?from=1&to=2",
    ],
)
def test_what_is_not_ones_own_or_no_period_is_not_there(adviser: AdviserAtWork, november_of_sol: None, path: str):
    assert adviser.open(path).status_code == 404


def test_nobody_sees_it_without_logging_in(visitor: AdviserAtWork):
    for path in ("/board", "/board.csv", "/board/method"):
        assert visitor.open(path).status_code == 303


def test_before_the_first_wave_the_page_says_what_will_come(adviser: AdviserAtWork):
    assert "Her kommer tallene" in adviser.open("/board").text


def test_a_month_of_few_cases_shows_no_figure_anywhere(app: Flask, november_of_sol: None, sqlite_db: Database):
    fie = AdviserAtWork(app.test_client())
    fie.login("fie@vestbo.example")

    assert "For få sager til at vise tal" in fie.open("/board").text
    assert "Nået" not in fie.open("/board.csv").text


def test_the_file_has_the_figures_of_the_page(adviser: AdviserAtWork, november_of_sol: None):
    answer = adviser.open("/board.csv?period=2026-Q4")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="tavlen-2026-Q4.csv"'
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert "Hovedtal;Nået;26;for få" in lines
    assert "Sådan endte sagerne;Betalt;12;32 %" in lines


def test_own_months_and_the_method_are_pages(adviser: AdviserAtWork, november_of_sol: None):
    assert "Tavlen, oktober til november 2026" in adviser.open("/board?from=2026-10&to=2026-11").text
    assert "Solgården Bolig: 50.000 kr." in adviser.open("/board/method").text


@pytest.mark.browser
def test_the_board_is_for_everybody(page: Page, november_of_sol: None):
    page.goto("/board")
    page.wait_for_selector(".board-stats")
    assert page.locator("[data-print]").is_visible()
    page.get_by_text("Vis som tabel").first.click()
    assert page.get_by_role("rowheader", name="SMS kom frem").is_visible()
    assert_accessible_in_every_look(page, "board")
    assert_fits_a_phone(page)
