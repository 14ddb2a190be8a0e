"""Who lets a month's wave go: the clock, the command, or an adviser; and never who laid up its cases, where two must
see them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Case, Ladder, Upload, Wave
from bot.wave_desk import WaveRefusedError
from bot.wave_state import note_down, wave_of
from scheduler.waves import Rules


def release(
    session: Session, organisation_id: int, rules: Rules, month: str, now: datetime, by: str, *, starts: bool
) -> bool:
    """Release the cases that have come up to now, and start the wave if it ``starts``; True for the first who does.

    ``by`` is an adviser's id or "command". Raises WaveRefusedError.
    """
    wave = locked_wave(session, organisation_id, month)
    adviser_id = int(by) if by.isdecimal() else None
    why = _objection(session, wave, rules, adviser_id)
    if why is not None:
        raise WaveRefusedError(why)
    wave.released_at, wave.released_by_id = now, adviser_id
    is_first = starts and mark_started(session, wave, now, by)
    note_down(session, wave, "wave_started" if is_first else "wave_released", now, by)
    return is_first


def locked_wave(session: Session, organisation_id: int, month: str) -> Wave:
    """The wave's row as it is now, held against whoever would change it."""
    wave = wave_of(session, organisation_id, month)
    session.refresh(wave, with_for_update={"key_share": True})
    return wave


def mark_started(session: Session, wave: Wave, now: datetime, by: str) -> bool:
    """True for the first who starts this wave."""
    if wave.started_at is not None or wave.cancelled_at is not None or wave.paused_at is not None:
        return False
    wave.started_at, wave.started_by = now, by
    return True


def _objection(session: Session, wave: Wave, rules: Rules, adviser_id: int | None) -> str | None:
    if wave.cancelled_at is not None:
        return "cancelled"
    if wave.paused_at is not None:
        return "paused"
    is_own = rules.needs_release and adviser_id is not None and _laid_up(session, wave, rules, adviser_id)
    return "own_upload" if is_own else None


def _laid_up(session: Session, wave: Wave, rules: Rules, adviser_id: int) -> bool:
    """True when one of the cases that wait for release came with a file of this adviser."""
    begun = select(Ladder.id).where(Ladder.case_id == Case.id, Ladder.at >= Case.opened_at)
    mine = select(Case.id).join(Upload, Upload.id == Case.upload_id).where(Upload.adviser_id == adviser_id)
    mine = mine.where(Case.organisation_id == wave.organisation_id, Case.status == "open", ~begun.exists())
    if rules.released_at is not None:
        mine = mine.where(Case.opened_at > rules.released_at)
    return session.scalar(mine.limit(1)) is not None
