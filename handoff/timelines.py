"""A case's way in words: the five stops, and the days of the law behind them. Told and reckoned are kept apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.models import Case
from bot.organisations import read_settings
from bot.rent_calendar import READ_ON, SOURCES, KnownCase, Mark, Stop, stops, timeline
from handoff.formats import day
from handoff.wording import word


@dataclass(frozen=True, slots=True)
class StopWords:
    """One stop of the rail."""

    name: str
    place: str  #: past, now or future
    when: str


@dataclass(frozen=True, slots=True)
class MarkWords:
    """One day of the law: what, when, and what it rests on."""

    name: str
    when: str
    basis: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The rail, and the list under it."""

    stops: tuple[StopWords, ...]
    marks: tuple[MarkWords, ...]
    read_on: str  #: when the law was looked up


def read_timeline(case: Case, today: date) -> Timeline:
    """The case's way as it is known today."""
    known = KnownCase(case.stage, case.received, case.deadline, case.eviction_date)
    settings = read_settings(case.organisation.settings)
    marks = timeline(known, settings.wave_day, settings.wave_day_moves)
    return Timeline(
        stops=tuple(
            StopWords(word("stages", stop.stage), stop.place, _stop_when(stop, today)) for stop in stops(known)
        ),
        marks=tuple(_mark(mark, today) for mark in marks),
        read_on=day(READ_ON, today),
    )


def _stop_when(stop: Stop, today: date) -> str:
    if stop.day is None:
        return word("stop_when", "unknown")
    if stop.place == "future" and stop.when == "earliest" and stop.day <= today:
        return word("stop_when", "any_day")
    return word("stop_when", stop.when, day=day(stop.day, today))


def _mark(mark: Mark, today: date) -> MarkWords:
    when = word("mark_when", mark.bound, day=day(mark.day, today)) if mark.day else word("stop_when", "unknown")
    told = "told" if mark.is_told else "reckoned"
    return MarkWords(word("marks", mark.kind), when, word("mark_basis", told, source=SOURCES[mark.basis]))
