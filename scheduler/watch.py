"""What should have happened and has not: facts and now, to incidents that begin and incidents that are over. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.silence import silent
from bot.workdays import is_open, next_opening
from scheduler.calendar import day_of_wave, wave_month
from scheduler.waves import Rules

Kind = Literal["no_wave", "not_released", "no_tick", "no_poll", "outbox_old"]

#: So long after its day's window has opened a wave may take to start.
_STARTS_WITHIN = timedelta(hours=2)
_COPENHAGEN = ZoneInfo("Europe/Copenhagen")


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong; with an organisation, and a wave's month, where it is about one."""

    kind: Kind
    organisation_id: int | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class OfOrganisation:
    """What the watch knows of an organisation. ``is_stuck``: SMS wait in vain; ``is_stale``: its feed is too old.
    ``missed``: the months that went by with a wave that nobody has started, and nobody has let go on or ended."""

    organisation_id: int
    rules: Rules
    has_cases: bool
    is_stuck: bool = False
    is_stale: bool = False
    missed: tuple[str, ...] = ()


def missing_wave(here: OfOrganisation, now: datetime) -> str | None:
    """The month whose wave should run by now, and nobody has started, paused or cancelled it; else None.

    Where a second person has yet to release it, where nobody is to be written to, and where the feed is too old, none
    is missed.
    """
    month = _idle_wave(here, now)
    return None if month is None or _waits_for_release(here, month) else month


def unreleased_wave(here: OfOrganisation, now: datetime) -> str | None:
    """The month whose wave should run by now, but waits for a second person: nobody else would tell them; else None."""
    month = _idle_wave(here, now)
    return month if month is not None and _waits_for_release(here, month) else None


def _waits_for_release(here: OfOrganisation, month: str) -> bool:
    return here.rules.needs_release and month not in here.rules.released


def _idle_wave(here: OfOrganisation, now: datetime) -> str | None:
    rules = here.rules
    month = wave_month(now.astimezone(_COPENHAGEN).date(), rules.wave_day)
    if here.is_stale or not here.has_cases:
        return None
    if month in rules.started | rules.paused | rules.cancelled:
        return None
    morning = datetime.combine(day_of_wave(month, rules.wave_day), time(), _COPENHAGEN)
    return month if now >= next_opening(rules.window, morning) + _STARTS_WITHIN else None


def wrong_now(beats: Mapping[str, datetime], organisations: list[OfOrganisation], now: datetime) -> dict[Wrong, bool]:
    """What is wrong; and whether an incident may begin with it now.

    While its window is closed a wave that has not started is none: it begins when the window opens.
    """
    kinds = silent(beats, now)
    found: dict[Wrong, bool] = {Wrong(kind): True for kind in ("no_tick", "no_poll") if kind in kinds}
    for here in organisations:
        if here.is_stuck:
            found[Wrong("outbox_old", here.organisation_id)] = True
        at_hand = missing_wave(here, now)
        for late in (*here.missed, *([at_hand] if at_hand else [])):
            found[Wrong("no_wave", here.organisation_id, late)] = is_open(here.rules.window, now)
        if month := unreleased_wave(here, now):
            found[Wrong("not_released", here.organisation_id, month)] = is_open(here.rules.window, now)
    return found


def changes(found: Mapping[Wrong, bool], open_now: frozenset[Wrong]) -> tuple[list[Wrong], list[Wrong]]:
    """The incidents to open, and those that are over."""
    begin = [wrong for wrong, may_begin in found.items() if may_begin and wrong not in open_now]
    return begin, sorted((wrong for wrong in open_now if wrong not in found), key=str)
