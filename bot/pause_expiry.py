"""Tells that SMS of a wave expired while it was paused: nobody would notice what is not sent.

What had expired when the wave was resumed is told by ``bot.wave_state``.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.incidents import report
from bot.models import Message
from bot.wave_state import wave_of_message


def tell_if_paused(session: Session, message: Message, why: str, now: datetime) -> None:
    """Of an SMS that is refused: one notice a wave when the pause was the reason, until somebody has seen it."""
    if why != "expired" or not message.bulk:
        return
    wave = wave_of_message(session, message)
    if wave is not None and wave.paused_at is not None:
        report(session, "pause_expired", now, organisation_id=wave.organisation_id, subject=wave.month)
