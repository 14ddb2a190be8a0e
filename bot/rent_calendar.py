"""What the law says about the days of a case: rent due, the earliest demand, its fourteen days, termination. Pure.

Reckoned from the newest rent that the case can be about: older rent in it may put everything earlier. A day that the
rent system told is marked as told; any other is a bound, never a fact.

A weekday (hverdag) of this law is no Sunday and no public holiday. A Saturday counts when the three weekdays before a
demand are counted (Vestre Landsret, UfR 2022.1586 V), but nothing falls due on one, nor on 5 June.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from bot.workdays import is_public_holiday, working_day_near

Kind = Literal["rent_due", "last_timely_day", "demand", "demand_deadline", "wave", "deadline", "termination", "foged"]
Stage = Literal["rykker", "paakrav", "advokat", "ophaevet", "foged"]
STAGES: tuple[Stage, ...] = ("rykker", "paakrav", "advokat", "ophaevet", "foged")

#: What each day rests on. The law was read on danskelove.dk; ``demand`` and ``fourteen_days`` as amended from 2013.
SOURCES: Mapping[str, str] = {
    "usual_due_day": "Den 1. er den dag, de fleste opkræver husleje",
    "timely": "Almenlejeloven § 44, stk. 2: på forfaldsdagen, eller næste hverdag",
    "demand": "Almenlejeloven § 90, stk. 2: efter tredje hverdag. Lørdag tæller med (UfR 2022.1586 V)",
    "fourteen_days": "Almenlejeloven § 90, stk. 2: flytter fra weekend, helligdag og 5. juni til næste hverdag",
    "termination": "Almenlejeloven § 90, stk. 2: først når fristen er gået",
    "wave_setting": "Jeres egen indstilling",
    "rent_system": "Huslejesystemet",
}
READ_ON = date(2026, 11, 22)
_DAY = timedelta(days=1)
_FOURTEEN = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Mark:
    """One day of the case. No ``day``: nobody knows it. ``bound``: on that day, not before it, or not after it."""

    kind: Kind
    day: date | None
    basis: str  #: a key of SOURCES
    bound: Literal["on", "earliest", "latest"] = "on"

    @property
    def is_told(self) -> bool:
        """True for what the rent system told; else it is reckoned."""
        return self.basis == "rent_system"


@dataclass(frozen=True, slots=True)
class KnownCase:
    """What a case knows of its own days."""

    stage: str
    received: date
    deadline: date
    eviction_date: date | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """One of the five stops on the way. ``when``: on the day, not before it, before it, or nobody knows."""

    stage: Stage
    place: Literal["past", "now", "future"]
    day: date | None
    when: Literal["on", "earliest", "before", "unknown"]


def timeline(case: KnownCase, wave_day: int = 27, wave_day_moves: str = "before") -> tuple[Mark, ...]:
    """The days of a case in the order in which the law has them."""
    rent = newest_rent(case)
    demand = earliest_demand(rent)
    return (
        Mark("rent_due", rent, "usual_due_day"),
        Mark("last_timely_day", last_timely_day(rent), "timely"),
        Mark("demand", demand, "demand", "earliest"),
        Mark("demand_deadline", demand_deadline(demand), "fourteen_days", "earliest"),
        Mark("wave", _wave_after(demand, wave_day, wave_day_moves), "wave_setting"),
        Mark("deadline", case.deadline, "rent_system"),
        _termination(case),
        Mark("foged", case.eviction_date, "rent_system"),
    )


def stops(case: KnownCase) -> tuple[Stop, ...]:
    """The five stops, each with what is known of its day. An unknown stage counts as the first."""
    at = _index(case.stage)
    demand, further = earliest_demand(newest_rent(case)), _earliest_termination(case)
    begins = last_timely_day(newest_rent(case)) + _DAY
    earliest: dict[Stage, date] = {"rykker": begins, "paakrav": demand, "advokat": further, "ophaevet": further}
    return tuple(_stop(case, stage, index - at, earliest.get(stage)) for index, stage in enumerate(STAGES))


def _stop(case: KnownCase, stage: Stage, ahead: int, earliest: date | None) -> Stop:
    place: Literal["past", "now", "future"] = "now" if ahead == 0 else "past" if ahead < 0 else "future"
    if stage == "foged":  # what counts there is the day in court, not the day the case came
        return Stop(stage, place, case.eviction_date, "on" if case.eviction_date else "unknown")
    if place == "now":
        return Stop(stage, place, case.received, "on")
    if place == "past" and stage in ("advokat", "ophaevet"):
        return Stop(stage, place, case.received, "before")
    if place == "future" and earliest is not None:
        earliest = max(earliest, case.received)
    return Stop(stage, place, earliest, "earliest")


def newest_rent(case: KnownCase) -> date:
    """The 1st of the newest month whose rent can have brought the case to its stage by the day it came."""
    return next(rent for rent in _firsts_back(case.received) if _reached(rent, case.stage) <= case.received)


def last_timely_day(rent: date) -> date:
    """Rent is timely on its due day at the latest; there are no days of grace."""
    return _next_banking_day(rent)


def earliest_demand(rent: date) -> date:
    """After the third weekday after the last timely day."""
    day = last_timely_day(rent)
    for _ in range(4):
        day = _next_weekday(day)
    return day


def demand_deadline(reached: date) -> date:
    """The last day to pay all of it and the fee: fourteen days after the demand reached the tenant."""
    return _next_banking_day(reached + _FOURTEEN)


def _reached(rent: date, stage: str) -> date:
    """The first day on which this month's rent alone can be at a stage."""
    if _index(stage) == 0:
        return last_timely_day(rent) + _DAY
    demand = earliest_demand(rent)
    return demand if stage == "paakrav" else demand_deadline(demand) + _DAY


def _termination(case: KnownCase) -> Mark:
    if _index(case.stage) >= STAGES.index("ophaevet"):
        return Mark("termination", case.received, "rent_system", "latest")
    return Mark("termination", _earliest_termination(case), "termination", "earliest")


def _earliest_termination(case: KnownCase) -> date:
    """Not before the deadline that was given is over; without a demand yet, not before one could have run out."""
    after_deadline = case.deadline + _DAY
    if _index(case.stage) > 0:
        return after_deadline
    demand = max(earliest_demand(newest_rent(case)), case.received)
    return max(after_deadline, demand_deadline(demand) + _DAY)


def _wave_after(day: date, wave_day: int, moves: str) -> date:
    year, month = day.year, day.month
    found = working_day_near(year, month, wave_day, moves)
    while found < day:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        found = working_day_near(year, month, wave_day, moves)
    return found


def _index(stage: str) -> int:
    return next((index for index, each in enumerate(STAGES) if each == stage), 0)


def _firsts_back(day: date) -> Iterator[date]:
    first = day.replace(day=1)
    while True:
        yield first
        first = (first - _DAY).replace(day=1)


def _is_weekday(day: date) -> bool:
    return day.weekday() != 6 and not is_public_holiday(day)


def _next_weekday(day: date) -> date:
    day += _DAY
    while not _is_weekday(day):
        day += _DAY
    return day


def _next_banking_day(day: date) -> date:
    """``day``, or the first one after it that is no Saturday, Sunday, public holiday or 5 June."""
    while not _is_weekday(day) or day.weekday() == 5 or (day.month, day.day) == (6, 5):
        day += _DAY
    return day
