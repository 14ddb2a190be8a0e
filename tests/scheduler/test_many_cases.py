"""What a wave asks the database does not grow with its cases, and no number of them is too large to ask about."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import event, select

from bot.db import Database
from bot.models import Organisation, Resident
from scheduler.gather import gather
from scheduler.look_ahead import look_ahead
from scheduler.run_waves import run_waves, start_wave
from tests.scheduler.world import NOW, World


@contextmanager
def counting(db: Database) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def previewed(world: World) -> int:
    """How many statements a preview sends."""
    with counting(world.db) as sent, world.db.read() as session:
        look_ahead(session, session.get_one(Organisation, world.organisation_id), NOW)
    return len(sent)


def test_a_preview_asks_as_much_for_thirty_cases_as_for_two(db: Database):
    world = World(db)
    world.add("1", "2")
    few = previewed(world)
    world.add(*map(str, range(10, 40)))
    assert previewed(world) == few


def asked(world: World) -> tuple[int, int]:
    """How many SMS a start queues, and how many statements it asks; SQLite is told row by row what is new."""
    with counting(world.db) as sent:
        sms = start_wave(world.db, world.organisation_id, NOW, "command").sms
    return sms, sum(not statement.startswith("INSERT") for statement in sent)


def test_a_start_asks_as_much_for_thirty_cases_as_for_two(db: Database):
    world = World(db)
    start_wave(db, world.organisation_id, NOW, "command")  # the wave has its row
    world.add("1", "2")
    few = asked(world)
    world.add(*map(str, range(10, 40)), phone="+4511114500")
    with db.write() as session:
        for number, resident in enumerate(session.scalars(select(Resident).where(Resident.phone == "+4511114500"))):
            resident.phone = f"+45{11115000 + number}"
    many = asked(world)
    assert (few[0], many[0]) == (2, 30)
    assert many[1] == few[1]


def test_more_cases_than_a_statement_takes_can_be_asked_about(sqlite_db: Database):
    """SQLite takes fewest: 32,766."""
    world = World(sqlite_db)
    ids = world.add("1", "2", "3")
    with sqlite_db.read() as session:
        found = gather(session, world.organisation_id, NOW, only=range(max(ids) + 32_767))
    assert [each.candidate.case_id for each in found] == ids


def test_what_speaks_against_contact_is_only_asked_when_a_step_is_due(sqlite_db: Database):
    world = World(sqlite_db)
    world.add("1")

    def asks_who_said_stop(now: datetime) -> bool:
        with counting(sqlite_db) as sent:
            run_waves(sqlite_db, world.organisation_id, now)
        return any("consent" in statement for statement in sent)

    assert not asks_who_said_stop(NOW - timedelta(days=2))
    assert asks_who_said_stop(NOW)
    assert not asks_who_said_stop(NOW + timedelta(minutes=1))
