"""What the wave itself says about one of its SMS at the moment of sending, and how long that SMS may be on its way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Case, Contact, Ladder, Message
from bot.organisations import read_settings
from bot.wave_state import wave_of_message
from bot.workdays import closing

#: What Twilio takes as ValidityPeriod (its OpenAPI description of Messages; errors 21624 and 90007).
SHORTEST, LONGEST = 1, 36_000


@dataclass(frozen=True, slots=True)
class WaveStanding:
    """Why a wave's SMS must not go now, or never."""

    cancelled: bool = False
    come_again: bool = False  #: the case has been opened again since: this SMS is of its ladder before
    paused: bool = False
    feed_too_old: bool = False


def wave_standing(session: Session, message: Message, case: Case | None, now: datetime) -> WaveStanding:
    """Nothing is so for an SMS that is of no wave."""
    wave = wave_of_message(session, message)
    if wave is None or case is None:
        return WaveStanding()
    hours = read_settings(message.conversation.organisation.settings).feed_max_age_hours
    return WaveStanding(
        cancelled=wave.cancelled_at is not None,
        come_again=_has_come_again(session, message, case),
        paused=wave.paused_at is not None,
        feed_too_old=hours is not None and now - case.updated_at > timedelta(hours=hours),
    )


def valid_seconds(message: Message, now: datetime) -> int | None:
    """How long the gateway may try what we start: until it expires or the window closes. Answers may come at any hour.

    It is asked only while the window is open.
    """
    if not message.bulk:
        return None
    ends = closing(read_settings(message.conversation.organisation.settings).window, now)
    if message.expires_at is not None:
        ends = min(ends, message.expires_at)
    return max(SHORTEST, min(int((ends - now).total_seconds()), LONGEST))


def _has_come_again(session: Session, message: Message, case: Case) -> bool:
    tries = [each for each in (message.id, message.first_try_id) if each is not None]
    ladder = select(Ladder.at).join(Contact, (Contact.case_id == Ladder.case_id) & (Contact.round == Ladder.round))
    begun = session.scalar(ladder.join(Message, Message.contact_id == Contact.id).where(Message.id.in_(tries)))
    return begun is not None and begun.timestamp() < case.opened_at.timestamp()
