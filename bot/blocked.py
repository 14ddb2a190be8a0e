"""When the gateway takes nothing more of an organisation, or of one of its texts: what stops, and how it goes on.

A human is told by an incident, and the waves that write are paused. Answers go on being tried: the first SMS that gets
through says that the account works. A text that operators filter is for a human to change. See
docs/decisions/0015-what-an-error-stops.md.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from bot.delivery import codes_of, error_class
from bot.incidents import end, report
from bot.models import Conversation, Incident, Message
from bot.wave_state import live_waves, pause_wave, resume_wave, wave_of_message

#: The operator's own word that it filters a text. 30004 may be one handset that has blocked us.
_OPERATORS_WORD = frozenset({"30007"})
#: So many different numbers within a day are no chance.
NUMBERS = 3
WITHIN = timedelta(days=1)
#: Beside a row of ``conversation``: whether its organisation's account is refused.
IS_BLOCKED = (
    select(Incident.id)
    .where(Incident.organisation_id == Conversation.organisation_id, Incident.kind == "account_blocked")
    .where(Incident.ended_at.is_(None))
    .exists()
    .label("is_blocked")
)


def block_account(session: Session, organisation_id: int, code: str | None, now: datetime) -> None:
    """Our log-in, number or account is refused: no more of a wave until it works again, and a human is told."""
    for wave in live_waves(session, organisation_id):  # always the wave before the incident: who resumes does so too
        pause_wave(session, wave, now, "account_blocked")
    report(session, "account_blocked", now, organisation_id=organisation_id, code=code)


def account_works(session: Session, message: Message, now: datetime) -> None:
    """An SMS that was handed over since got through: it is over, and what has not expired goes."""
    organisation_id = message.conversation.organisation_id
    since = session.scalar(
        select(func.max(Incident.at)).where(*_open(organisation_id), Incident.kind == "account_blocked")
    )
    if since is None or message.attempted_at is None or message.attempted_at <= since:
        return
    for wave in live_waves(session, organisation_id):
        if wave.paused_by == "account_blocked":
            resume_wave(session, wave, now, "account_blocked")
    end(session, "account_blocked", now, organisation_id=organisation_id)
    threads = select(Conversation.id).where(Conversation.organisation_id == organisation_id)
    held = (Message.status == "queued", Message.error.in_(codes_of("our_settings")), Message.due_at > now)
    session.execute(update(Message).where(*held, Message.conversation_id.in_(threads)).values(due_at=now))


def block_text(session: Session, message: Message, now: datetime) -> None:
    """Stop a text for the whole organisation, and its wave, if this was more than one handset's own block."""
    is_certain = bool(message.text_key) and (
        message.error in _OPERATORS_WORD or error_class(message.error) == "our_text"
    )
    if not is_certain and _numbers_refused(session, message, now) < NUMBERS:
        return
    wave = wave_of_message(session, message)
    if wave is not None:
        pause_wave(session, wave, now, "text_blocked")
    whose, key = message.conversation.organisation_id, message.text_key
    report(session, "text_blocked", now, organisation_id=whose, subject=key, code=message.error)


def is_stopped(session: Session, message: Message) -> bool:
    """True while what we start may not go: the account is refused, or this text of ours is filtered."""
    wrong = select(Incident.kind, Incident.subject).where(*_open(message.conversation.organisation_id))
    return any(
        kind == "account_blocked" or (kind == "text_blocked" and subject and subject == message.text_key)
        for kind, subject in session.execute(wrong)
    )


def _open(organisation_id: int) -> tuple[ColumnElement[bool], ...]:
    return Incident.organisation_id == organisation_id, Incident.ended_at.is_(None)


def _numbers_refused(session: Session, message: Message, now: datetime) -> int:
    """How many numbers this text of the organisation did not reach of late, for the same kind of reason.

    What a human has dealt with since does not count.
    """
    organisation_id, kind = message.conversation.organisation_id, error_class(message.error)
    mine = (Incident.organisation_id == organisation_id, Incident.kind == "text_blocked")
    dealt_with = select(func.max(Incident.ended_at)).where(*mine, Incident.subject == message.text_key)
    since = max(now - WITHIN, session.scalar(dealt_with) or now - WITHIN)
    wanted = (
        select(func.count(func.distinct(Conversation.phone)))
        .join(Message, Message.conversation_id == Conversation.id)
        .where(Conversation.organisation_id == organisation_id)
        .where(Message.direction == "out", Message.text_key == message.text_key)
        .where(Message.error.in_(codes_of(kind)), Message.attempted_at > since)
    )
    return session.scalar(wanted) or 0
