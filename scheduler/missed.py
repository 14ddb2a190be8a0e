"""A wave whose month went by and that nobody started: it waits for a human's word, and is told until then. Pure.

A fortnight later an SMS is no longer the one that was planned: somebody who knows looks at it first. Who came too late
for the wave day, or could not wait for it, is none of these: their ladders begin at once, as ever.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from scheduler.calendar import day_of_wave, wave_month
from scheduler.ladder import due_from
from scheduler.waves import Candidate, Rules, case_month

_COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def missed_months(candidates: Iterable[Candidate], rules: Rules, now: datetime) -> list[str]:
    """The months that are over, with cases that waited for a wave which never came; not those that are dealt with.

    Where a second person has yet to release it, that word is waited for anyhow.
    """
    at_hand = wave_month(_day(now), rules.wave_day)
    told = rules.started | rules.paused | rules.cancelled
    months = {case_month(each, rules) for each in candidates if each.starts_at is None and _waited(each, rules)}
    return sorted(
        month
        for month in months
        if month < at_hand and month not in told and (month in rules.released or not rules.needs_release)
    )


def _waited(candidate: Candidate, rules: Rules) -> bool:
    """True for a case that was here before its wave day, and was to begin on it."""
    day = day_of_wave(case_month(candidate, rules), rules.wave_day)
    starts_on = due_from(candidate.arrived, candidate.deadline, rules.wave_day)
    return candidate.status == "open" and starts_on == day and _day(candidate.opened_at) <= day


def _day(moment: datetime) -> date:
    return moment.astimezone(_COPENHAGEN).date()
