"""Sets a year up: two organisations that want different things, advisers, residents, and the world around them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import select

from bot.commands.year.advisers import Office, team_of
from bot.commands.year.chance import Chance
from bot.commands.year.clock import VirtualClock
from bot.commands.year.driver import House, Year
from bot.commands.year.people import make_people
from bot.commands.year.rent_system import Account, RentSystem
from bot.commands.year.world import World
from bot.models import COPENHAGEN, Adviser, Case, Organisation
from bot.turns import Understand

#: A year that has both nights on which the clock changes, Christmas and Easter; the first month has one of the nights.
FIRST = date(2026, 10, 1)
#: After the last month: for the last cases to end.
TAIL_DAYS = 45
_HOUSES = (
    ("solgaarden", "Solgården Bolig", "+4511110010", {"main_number": "+4511110011", "feed_max_age_hours": 120}),
    (
        "havneparken",
        "Havneparken Almene",
        "+4511110020",
        {
            "main_number": "+4511110021",
            "release": "second_person",
            "wave_day": 1,
            "send_from": "10:00",
            "send_to": "16:00",
            "accepts_plan": False,
            "sms_detail": "neutral",
        },
    ),
)
_ADVISERS = (("mette@example.org", "Mette Lind", "adviser"), ("peter@example.org", "Peter Nygaard", "admin"))


def set_up(
    months: int,
    cases: int,
    seed: int,
    understand: Understand,
    folder: Path,
    url: str,
    on_month: Callable[[date], None],
    tail_days: int,
) -> Year:
    """A year that is ready to begin, in an empty database."""
    chance = Chance(seed)
    clock = VirtualClock(datetime.combine(FIRST, time(), COPENHAGEN))
    world = World(folder, url, understand, chance, clock)
    houses = _make_houses(world)
    slugs = [slug for slug, *_ in _HOUSES]
    people = make_people(chance, cases)
    accounts = [Account(person, slugs[person.number % 3 == 2], person.phone) for person in people]
    last = _month_after(FIRST, months) - timedelta(days=1)
    rent = RentSystem(chance, accounts, months)
    with world.looking.read() as session:
        team = team_of(session)
    office = Office(world.db, chance, team, lambda _: None)
    year = Year(world, rent, houses, office, folder, FIRST, last, last + timedelta(days=tail_days), on_month)
    office.learns_number = lambda case_id: year.learn_number(_ref(world, case_id))
    return year


def _make_houses(world: World) -> dict[str, House]:
    now = world.clock()
    with world.db.write() as session:
        made = [Organisation(slug=s, name=n, number=t, settings=k, created_at=now) for s, n, t, k in _HOUSES]
        session.add_all(made)
        for email, name, role in _ADVISERS:
            adviser = Adviser(email=email, name=name, role=role, created_at=now)
            adviser.organisations = list(made)
            session.add(adviser)
        session.flush()
        return {m.slug: House(m.id, m.slug, m.number, m.settings.get("release") == "second_person") for m in made}


def _ref(world: World, case_id: int) -> str:
    with world.looking.read() as session:
        return str(session.scalar(select(Case.case_ref).where(Case.id == case_id)))


def _month_after(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)
