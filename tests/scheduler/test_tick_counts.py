"""A tick in which nothing is due asks the same few questions however many cases and conversations there are."""

from datetime import timedelta

from sqlalchemy import select

from bot.db import Database
from bot.models import Conversation, Resident
from scheduler.jobs import JOBS, tick
from tests.counting import Counted, counting
from tests.scheduler.world import NOW, World

#: Long before the wave day, in the send window: nothing falls due.
EARLY = NOW - timedelta(days=6)
#: Statements of one idle organisation's jobs.
MOST = 34


def idle(world: World) -> Counted:
    with counting(world.db) as counted:
        for _, job in JOBS:
            job(world.db, world.organisation_id, EARLY)
    return counted


def add(world: World, first: int, count: int) -> None:
    """Cases with a thread each, of which every third has been taken by nobody yet."""
    numbers = range(first, first + count)
    ids = world.add(*map(str, numbers), phone=None, opened_at=EARLY - timedelta(days=1))
    with world.db.write() as session:
        for number, case_id in zip(numbers, ids, strict=True):
            phone, at = f"+45{11130000 + number}", EARLY - timedelta(hours=2)
            session.add(
                Conversation(
                    organisation_id=world.organisation_id,
                    case_id=case_id,
                    phone=phone,
                    created_at=at,
                    last_message_at=at,
                    held_by="queue" if number % 3 == 0 else "bot",
                )
            )
        for number, resident in zip(
            numbers, session.scalars(select(Resident).order_by(Resident.id.desc())), strict=False
        ):
            resident.phone = f"+45{11130000 + number}"


def test_an_idle_tick_asks_as_much_for_a_hundred_cases_as_for_ten(db: Database):
    world = World(db)
    add(world, 100, 10)
    few = idle(world)
    assert few.commits == 0
    assert len(few) <= MOST, few.statements
    add(world, 200, 90)
    assert len(idle(world)) == len(few)


def test_a_tick_asks_each_organisation_the_same(db: Database):
    world = World(db)
    add(world, 100, 10)
    with counting(db) as counted:
        tick(db, EARLY)
    assert len(counted) <= 1 + 2 * MOST
