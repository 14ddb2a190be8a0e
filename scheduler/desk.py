"""The waves as the other rooms see them: the real ``bot.wave_desk.WaveDesk``. Whoever acts is written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.db import Database
from bot.models import COPENHAGEN, Organisation, Wave
from bot.organisations import read_settings
from bot.wave_desk import Rung, Started, WavePreview, WaveRefusedError, WaveView
from bot.wave_state import pause_wave, resume_wave, wave_of
from scheduler.calendar import wave_month
from scheduler.cancel import cancel_wave
from scheduler.gather import rules_of, waves_of
from scheduler.ladder import DEADLINE_STEP, steps_of, timetable
from scheduler.look_ahead import look_ahead
from scheduler.run_waves import WaveReport, release_wave, start_wave
from scheduler.views import views


class Desk:
    """What can be seen of the waves, and done about them."""

    def preview(self, session: Session, organisation: Organisation, now: datetime) -> WavePreview:
        """This month's wave as it would go; nothing is written."""
        return look_ahead(session, organisation, now)

    def waves(self, session: Session, organisation: Organisation, now: datetime) -> list[WaveView]:
        """The organisation's waves, newest first; the month at hand is always there."""
        return views(session, organisation, now)

    def rungs(self, organisation: Organisation, starts: datetime, deadline: date) -> list[Rung]:
        """The ladder as a case that starts then would go through it, the adviser's task last."""
        settings = read_settings(organisation.settings)
        table = timetable(steps_of(settings.ladder), starts, deadline, settings.window)
        return [
            Rung(each.step.number, each.step.kind, each.at, is_last=each.step.number == DEADLINE_STEP) for each in table
        ]

    def start(self, db: Database, organisation_id: int, now: datetime, by: int | None) -> Started:
        """Start this month's wave now, which also releases it. Raises WaveRefusedError."""
        return _told(start_wave(db, organisation_id, now, _named(by)))

    def release(self, db: Database, organisation_id: int, now: datetime, by: int | None) -> Started:
        """Release the cases that have come up to now; from the wave day on that starts it. Raises WaveRefusedError."""
        return _told(release_wave(db, organisation_id, now, _named(by)))

    def pause(self, db: Database, organisation_id: int, month: str, now: datetime, by: int | None) -> None:
        """Nothing more of it is started or sent until it is resumed. Raises WaveRefusedError."""
        _change(db, organisation_id, month, now, by, pause_wave)

    def resume(self, db: Database, organisation_id: int, month: str, now: datetime, by: int | None) -> None:
        """Go on; what has expired meanwhile is dropped. Raises WaveRefusedError."""
        _change(db, organisation_id, month, now, by, resume_wave)

    def cancel(self, db: Database, organisation_id: int, month: str, now: datetime, by: int | None) -> None:
        """End it for good. Its ladders stop; advisers keep the deadline's task."""
        _change(db, organisation_id, month, now, by, cancel_wave, also_cancelled=True)


def _change(
    db: Database,
    organisation_id: int,
    month: str,
    now: datetime,
    by: int | None,
    act: Callable[[Session, Wave, datetime, str], bool],
    *,
    also_cancelled: bool = False,
) -> None:
    """What is so already is left as it is: whoever did it first stands there."""
    with db.write() as session:
        rules = rules_of(session, session.get_one(Organisation, organisation_id))
        at_hand = wave_month(now.astimezone(COPENHAGEN).date(), rules.wave_day)
        if month not in {at_hand, *(wave.month for wave in waves_of(session, organisation_id))}:
            raise WaveRefusedError("unknown_wave")
        wave = wave_of(session, organisation_id, month)
        if wave.cancelled_at is not None and not also_cancelled:
            raise WaveRefusedError("cancelled")
        act(session, wave, now, _named(by))


def _told(report: WaveReport) -> Started:
    return Started(report.month, report.is_first_start, report.sms, report.tasks, report.waits_until)


def _named(by: int | None) -> str:
    return "command" if by is None else str(by)
