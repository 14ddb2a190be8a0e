"""What the scheduler does for every organisation, and when it has something to do next. May run twice, or at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.alarm_calls import call_again, next_call_moment
from bot.db import Database
from bot.left_behind import release_left_behind
from bot.left_waiting import next_left_waiting, release_left_waiting
from bot.meters import timed_job
from bot.models import Organisation
from bot.snoozing import next_waking, wake_snoozed
from bot.uploads import forget_old, next_forgetting
from scheduler.check_ins import next_check_in_moment, send_check_ins
from scheduler.close_silent import close_silent, next_silent_moment
from scheduler.keep_plans import keep_plans, next_plan_moment
from scheduler.keep_promises import keep_promises, next_promise_moment
from scheduler.run_waves import next_wave_moment, run_waves
from scheduler.thanks import take_back_unsent

log = structlog.get_logger()

#: In this order, at every tick; the word stands in the log when one fails.
JOBS: tuple[tuple[str, Callable[[Database, int, datetime], None]], ...] = (
    ("alarms_failed", call_again),  # first: nothing waits less
    ("wave_failed", run_waves),
    ("thanks_failed", take_back_unsent),
    ("promises_failed", keep_promises),
    ("plans_failed", keep_plans),
    ("check_ins_failed", send_check_ins),
    ("silence_failed", close_silent),
    ("waking_failed", wake_snoozed),  # before the next: what has just come up again is waited for anew
    ("waiting_failed", release_left_waiting),
    ("leaving_failed", release_left_behind),
    ("uploads_failed", forget_old),
)
#: What else may have something to do later.
MOMENTS: tuple[Callable[[Session, int, datetime], datetime | None], ...] = (
    next_call_moment,
    next_wave_moment,
    next_promise_moment,
    next_plan_moment,
    next_check_in_moment,
    next_silent_moment,
    next_waking,
    next_left_waiting,
    next_forgetting,
)


def tick(db: Database, now: datetime) -> None:
    """Do for every organisation what is due. What fails for one does not hold up the others."""
    for organisation_id in _organisations(db):
        for action, job in JOBS:
            try:
                with timed_job(action.removesuffix("_failed")):
                    job(db, organisation_id, now)
            except Exception as error:
                log.error("A job failed", action=action, organisation=organisation_id, error=type(error).__name__)


def due_moments(db: Database, now: datetime) -> datetime | None:
    """The next moment later than ``now`` when a tick has something to do."""
    with db.read() as session:
        # Held here, so that nobody has to fetch one again.
        organisations = session.scalars(select(Organisation).order_by(Organisation.id)).all()
        moments = [next_moment(session, each.id, now) for each in organisations for next_moment in MOMENTS]
    return min((moment for moment in moments if moment is not None), default=None)


def _organisations(db: Database) -> list[int]:
    with db.read() as session:
        return list(session.scalars(select(Organisation.id).order_by(Organisation.id)))
