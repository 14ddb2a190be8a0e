"""Until when something is put off, in the nights in which the clock is put forward and back, too."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.models import COPENHAGEN
from handoff.ownership.moments import choices, is_ahead, until


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 12, 1, 10, 0, tzinfo=COPENHAGEN),
        datetime(2026, 3, 29, 1, 30, tzinfo=COPENHAGEN),
        datetime(2026, 10, 25, 1, 30, tzinfo=COPENHAGEN),
        datetime(2026, 10, 25, 2, 30, tzinfo=COPENHAGEN),
        datetime(2026, 10, 25, 2, 30, tzinfo=COPENHAGEN, fold=1),
    ],
)
def test_an_hour_is_an_hour_and_lies_ahead(now: datetime):
    then = choices(now)["hour"]
    assert then.astimezone(UTC) - now.astimezone(UTC) == timedelta(hours=1)
    assert is_ahead(then, now)


@pytest.mark.parametrize("night", ["2026-03-28", "2026-10-24"])
def test_tomorrow_is_at_nine_on_the_wall_after_a_night_of_23_or_25_hours(night: str):
    day = date.fromisoformat(night)
    then = until("tomorrow", None, datetime.combine(day, time(23), COPENHAGEN))
    assert then is not None
    assert (then.hour, then.date() - day) == (9, timedelta(days=1))
