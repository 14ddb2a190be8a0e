"""Old months are counted ahead: what is kept is what counting gives, and it is counted again when it is old."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from bot.db import Database
from bot.models import BoardMonth, Case, Organisation
from handoff.board.counting import old_before
from handoff.board.keeping import AT_ONCE, COUNTED_EACH, keep_months, read, written
from handoff.board.periods import read_period
from handoff.board.reading import Board, Shelf, read_board
from tests.handoff.board.world import BEGAN, NOW, Courses, at, may

#: When the waves of the world are old.
LATER = NOW + timedelta(days=90)


@pytest.fixture
def world(db: Database) -> Database:
    with db.write() as session:
        home = Organisation(slug="sol", name="sol", number="+4511110010", settings={}, created_at=BEGAN)
        session.add(home)
        session.flush()
        courses = Courses(session, home.id)
        may(courses)
        courses.add(12, answered=at(27, 10, 11), handed_over=at(27, 11, 11), adviser=at(27, 14, 11), promise="kept")
        courses.add(6, called=at(2, 11), department="Lindegården")
    return db


def board_of(db: Database, period: str = "2026") -> Board:
    found = read_period(period)
    assert found is not None
    with db.read() as session:
        return read_board(session, session.query(Organisation).all(), found, LATER, Shelf())


def settle_all(db: Database) -> None:
    """Without a word to the board."""
    with db.write() as session:
        for case in session.query(Case).filter(Case.status == "open"):
            case.status, case.closed_at = "settled", LATER


def test_a_year_counted_ahead_is_the_year_that_is_counted(world: Database):
    counted = board_of(world)
    keep_months(world, LATER)
    with world.read() as session:
        assert [each.month for each in session.query(BoardMonth).order_by(BoardMonth.month)] == ["2026-05", "2026-11"]

    assert board_of(world) == counted
    assert counted.now.cases == 33
    settle_all(world)
    assert board_of(world).now == counted.now  # it was not counted anew


def test_what_was_counted_long_ago_is_not_believed_and_is_counted_again(world: Database):
    keep_months(world, LATER - 3 * COUNTED_EACH)
    before = board_of(world)
    settle_all(world)
    assert board_of(world).now != before.now
    keep_months(world, LATER)
    with world.read() as session:
        assert {each.counted_at for each in session.query(BoardMonth)} == {LATER}


def test_the_newest_months_are_never_kept(world: Database):
    assert old_before(NOW) == "2026-11"
    keep_months(world, NOW)
    with world.read() as session:
        assert [each.month for each in session.query(BoardMonth)] == ["2026-05"]


def test_a_round_with_nothing_to_count_asks_once_and_writes_nothing(world: Database):
    keep_months(world, LATER)
    said: list[str] = []
    event.listen(world.engine, "before_cursor_execute", lambda _c, _u, statement, *_: said.append(statement))
    keep_months(world, LATER + timedelta(minutes=1))
    assert [statement.split()[0] for statement in said if statement != "BEGIN"] == ["SELECT"]


def test_a_year_is_read_with_as_many_queries_as_a_month(world: Database):
    keep_months(world, LATER)
    counts = []
    for period in ("2026", "2027-02"):
        said: list[str] = []
        listener = lambda _c, _u, statement, *_, said=said: said.append(statement)  # noqa: E731  to be taken off again
        event.listen(world.engine, "before_cursor_execute", listener)
        board_of(world, period)
        event.remove(world.engine, "before_cursor_execute", listener)
        counts.append(len(said))
    assert counts[0] <= counts[1] <= 25


def test_few_are_counted_at_once_and_the_rest_the_next_time(world: Database):
    with world.write() as session:
        courses = Courses(session, session.query(Organisation.id).scalar(), "T")
        for month in range(1, AT_ONCE + 2):
            courses.add(1, f"2026-0{month}" if month != 5 else "2026-09", at(27, 9, month))
    kept = []
    for turn in range(3):
        keep_months(world, LATER + timedelta(minutes=turn))
        with world.read() as session:
            kept.append(session.query(BoardMonth).count())
    assert kept == [AT_ONCE, AT_ONCE + 3, AT_ONCE + 3]


def test_a_cell_comes_back_as_it_was_written(world: Database):
    keep_months(world, LATER)
    with world.read() as session:
        cell = read(session.query(BoardMonth).filter_by(month="2026-11").one().cell)
    assert cell.counts["cases", "all"] == 23
    assert len(cell.answers) == 12
    assert sorted(cell.departments) == ["Lindegården", "Søparken"]
    assert read(written(cell)) == cell
