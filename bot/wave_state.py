"""One month's wave as a row: made, paused, resumed; what was queued of it held back, let go or called off.

Part of the caller's transaction, which for ``pause_wave`` may hold a conversation: pausing waits for no writer of the
wave, and what one of them queues at that very moment meets ``bot.contact_check``. ``by`` is an adviser's id, "command",
"scheduler", MISSED or an incident's kind. See docs/decisions/0018-a-wave-is-paused-ended-and-remembered.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import ColumnElement, case, literal, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from bot.incidents import Kind, end, report
from bot.models import AuditEvent, Case, Contact, Ladder, LiveEvent, Message, Wave
from bot.models.base import Aware
from bot.store import record_status

log = structlog.get_logger()

#: Pauses a wave whose month went by and that nobody had started: whoever lets it go on starts it.
MISSED: Final = "missed"
#: What is wrong with the service that pauses a wave.
_STOPS: tuple[Kind, ...] = ("account_blocked", "text_blocked")


def wave_of(session: Session, organisation_id: int, month: str) -> Wave:
    """The organisation's wave of this month; made when it is the first word of it."""
    wanted = select(Wave).where(Wave.organisation_id == organisation_id, Wave.month == month)
    found = session.scalar(wanted)
    if found is not None:
        return found
    try:
        with session.begin_nested():
            made = Wave(organisation_id=organisation_id, month=month)
            session.add(made)
    except IntegrityError:  # another process came first
        return session.scalars(wanted).one()
    return made


def wave_of_message(session: Session, message: Message) -> Wave | None:
    """The wave that an SMS belongs to, also when it is another try at one; None for anything else."""
    tries = [each for each in (message.id, message.first_try_id) if each is not None]
    wanted = select(Wave).join(Contact, Contact.wave_id == Wave.id).join(Message, Message.contact_id == Contact.id)
    return session.scalar(wanted.where(Message.id.in_(tries)))


def live_waves(session: Session, organisation_id: int) -> Sequence[Wave]:
    """The waves that still write to somebody: not cancelled, and some ladder's case is open; the oldest first."""
    climbing = select(Ladder.wave_id).join(Case, Case.id == Ladder.case_id).where(Case.status == "open")
    wanted = select(Wave).where(Wave.organisation_id == organisation_id, Wave.cancelled_at.is_(None))
    return session.scalars(wanted.where(Wave.id.in_(climbing)).order_by(Wave.month)).all()


def pause_wave(session: Session, wave: Wave, now: datetime, by: str) -> bool:
    """Nothing more of it is started or sent until it is resumed; False when it is paused or cancelled already."""
    session.refresh(wave, with_for_update={"key_share": True})
    if wave.paused_at is not None or wave.cancelled_at is not None:
        return False
    wave.paused_at, wave.paused_by = now, by
    # Out of the sender's way; at its expiry the last look refuses it. A later try keeps its own hour until that comes:
    # the hours between tries are not to be lost.
    held = update(Message).where(*queued_of(wave), Message.expires_at.is_not(None), Message.first_try_id.is_(None))
    session.execute(held.values(due_at=Message.expires_at), execution_options={"synchronize_session": "fetch"})
    note_down(session, wave, "wave_paused", now, by)
    return True


def resume_wave(session: Session, wave: Wave, now: datetime, by: str) -> bool:
    """Go on: what was queued is due again at its own time; False when it is not paused."""
    session.refresh(wave, with_for_update={"key_share": True})
    if wave.paused_at is None or wave.cancelled_at is not None:
        return False
    for kind in _STOPS:  # whoever lets it go on has dealt with what stopped it
        if wave.paused_by == kind:
            end(session, kind, now, organisation_id=wave.organisation_id)
    if wave.paused_by == MISSED and wave.started_at is None:
        wave.started_at, wave.started_by = now, by
    wave.paused_at, wave.paused_by = None, ""
    if refuse_queued(session, wave, "expired", now, Message.expires_at <= now):  # nobody notices what is not sent
        report(session, "pause_expired", now, organisation_id=wave.organisation_id, subject=wave.month)
    planned = select(Contact.send_at).where(Contact.id == Message.contact_id).scalar_subquery()
    moment = literal(now, Aware())
    due = case((planned > moment, planned), else_=moment)
    was_held = or_(Message.first_try_id.is_(None), Message.due_at >= Message.expires_at)
    again = update(Message).where(*queued_of(wave), was_held).values(due_at=due)
    session.execute(again, execution_options={"synchronize_session": "fetch"})
    note_down(session, wave, "wave_resumed", now, by)
    return True


def refuse_queued(session: Session, wave: Wave, why: str, now: datetime, *only: ColumnElement[bool]) -> int:
    """Call off what waits in the outbox; what a worker has in hand is left to its own last look before sending."""
    waiting = select(Message).where(*queued_of(wave), *only).with_for_update(of=Message, skip_locked=True)
    messages = session.scalars(waiting).all()
    for message in messages:
        message.status, message.error = "refused", why
        record_status(session, message, "refused", "us", now, why)
        thread = {"organisation_id": wave.organisation_id, "conversation_id": message.conversation_id}
        session.add(LiveEvent(**thread, kind="status", at=now))
    return len(messages)


def queued_of(wave: Wave) -> tuple[ColumnElement[bool], ...]:
    """The wave's SMS that nobody has handed over yet, and the queued tries at those that did not arrive."""
    contacts, first = select(Contact.id).where(Contact.wave_id == wave.id), aliased(Message)
    again = select(first.id).where(first.contact_id.in_(contacts))
    return Message.status == "queued", or_(Message.contact_id.in_(contacts), Message.first_try_id.in_(again))


def note_down(session: Session, wave: Wave, action: str, now: datetime, by: str) -> None:
    """Who did what to a wave."""
    session.add(
        AuditEvent(
            at=now,
            adviser_id=int(by) if by.isdecimal() else None,
            organisation_id=wave.organisation_id,
            action=action,
            subject=f"wave:{wave.id}",
            detail={"month": wave.month, "by": by},
        )
    )
    log.info("A wave has changed", action=action, organisation=wave.organisation_id, month=wave.month)
