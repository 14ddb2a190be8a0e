"""Every figure of a board whose courses are known by hand, on both databases; another organisation counts nowhere."""

from __future__ import annotations

from datetime import date

import pytest

from bot.case_ends import keep_end
from bot.db import Database
from bot.models import Case, Ladder, Organisation
from handoff.board.periods import read_period
from handoff.board.reading import Board, Shelf, read_board
from handoff.board.shown import show
from tests.handoff.board.world import BEGAN, NOW, Courses, at, may, november


@pytest.fixture
def world(db: Database) -> Database:
    with db.write() as session:
        made = [
            Organisation(slug=slug, name=slug, number=number, settings=settings, created_at=BEGAN)
            for slug, number, settings in (
                ("sol", "+4511110010", {}),
                ("vest", "+4511110020", {"eviction_cost": 40_000}),
            )
        ]
        session.add_all(made)
        session.flush()
        november(Courses(session, made[0].id))
        noise = Courses(session, made[1].id, "V")
        november(noise)
        noise.add(9, "2026-10", at(27, 9, 10), status="settled", closed_at=at(1, 9, 11))
    return db


def board_of(db: Database, period: str, *slugs: str) -> Board:
    found = read_period(period)
    assert found is not None
    with db.read() as session:
        mine = session.query(Organisation).filter(Organisation.slug.in_(slugs)).order_by(Organisation.name).all()
        return read_board(session, mine, found, NOW, Shelf())


def told(blocks) -> list[tuple[str, int]]:
    return [("+".join(block.keys), block.number) for block in blocks if block.number]


def test_every_figure_of_a_month(world: Database):
    board = board_of(world, "2026-11", "sol")
    now = board.now

    assert now.cases == 38
    assert now.stages == {
        "agreed": 20, "reached": 26, "delivered": 31, "answered": 20, "recognised": 20, "talked": 26,
    }  # fmt: skip
    assert told(now.reach) == [("sms1", 12), ("sms2", 8), ("call", 6), ("nobody", 12)]
    assert told(now.endings) == [("paid", 12), ("plan_agreed", 8), ("no_contact", 12), ("open", 6)]
    assert now.averted == (12, 20, 27)
    assert now.hours == 2.0  # twelve waited an hour on Friday and one on Monday, eight waited four
    assert now.human_hours == 17.0  # twelve had 7, eight 17, six 20
    assert now.reasons == [("ask_human", 20)]
    assert now.facts == [("inform_job_loss", 12), ("boligstoette_estimate", 8)]
    assert told(now.promises) == [("kept", 12), ("broken", 8)]
    assert told(now.plans) == [("young", 8)]
    assert [(unit.keys, unit.cases, unit.reached, unit.agreed) for unit in board.units] == [
        (("Lindegården",), 18, 6, 0),
        (("Søparken",), 20, 20, 20),
    ]
    assert board.line[-1] == ("2026-11", 2.0)
    assert board.before.cases == 0


def test_the_words_are_those_of_the_figures(world: Database):
    shown = show(board_of(world, "2026-11", "sol"), "Afdeling")

    assert [(stat.figure, stat.told.replace("\xa0", " ")) for stat in shown.stats] == [
        ("26 af 38", "68 %, i oktober 2026 ingen sager"),
        ("2\xa0timer", "median i kontortid, i oktober 2026 for få"),
        ("20", "53 % af sagerne, i oktober 2026 ingen sager"),
        ("12 til 20", "sparet 600.000 kr. til 1.000.000 kr."),
    ]
    assert [(bar.label, bar.number) for bar in shown.funnel] == [
        ("I bølgen", "38"), ("SMS kom frem", "31"), ("Svarede", "20"), ("Genkendt", "20"),
        ("Talte med et menneske", "26"), ("Aftale eller betalt", "20"),
    ]  # fmt: skip


def test_all_organisations_are_the_sum_of_each(world: Database):
    board = board_of(world, "2026-11", "sol", "vest")

    assert (board.now.cases, board.now.reached, board.now.agreed, board.now.averted) == (76, 52, 40, (24, 40, 54))
    assert [(unit.keys, unit.cases) for unit in board.units] == [(("sol",), 38), (("vest",), 38)]
    assert (board.cost, board.costs_differ) == (40_000, True)
    assert board_of(world, "2026-Q4", "vest").now.cases == 47


def test_who_came_again_counts_in_both_months(world: Database):
    with world.write() as session:
        sol = session.query(Organisation).filter_by(slug="sol").one()
        courses = Courses(session, sol.id)
        courses.count = 50
        may(courses)

    board = board_of(world, "2026-11", "sol")

    assert board.now.cases == 43
    assert told(board_of(world, "2026-05", "sol").now.endings) == [("paid", 10)]
    assert [(each.months, each.again, each.of) for each in board.relapse] == [(6, 5, 10), (12, None, None)]


def test_a_case_that_comes_again_keeps_how_it_had_ended(world: Database):
    with world.write() as session:
        case = session.query(Case).filter_by(status="settled").first()
        assert case is not None
        case_id = case.id
        keep_end(session, case, NOW)
    with world.read() as session:
        ladder = session.query(Ladder).filter_by(case_id=case_id).one()

    assert (ladder.ended_as, ladder.ended_at, ladder.stage) == ("settled", at(4, 9), "foged")
    assert ladder.eviction_date == date(2026, 12, 20)


def test_old_months_are_kept_for_some_minutes_and_new_ones_are_counted_each_time(world: Database):
    shelf, period = Shelf(), read_period("2026-11")
    assert period is not None
    with world.read() as session:
        mine = session.query(Organisation).filter_by(slug="sol").all()
        read_board(session, mine, period, NOW, shelf)

    assert {month for _, month in shelf.cells} == {f"2026-{month:02}" for month in range(6, 11)}
    assert all(shelf.find(key, NOW) is not None for key in shelf.cells)
    assert all(shelf.find(key, NOW.replace(hour=8)) is None for key in shelf.cells)
