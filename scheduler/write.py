"""Writes what was planned: a few cases a transaction, each step once. The unique keys decide, not who came first.

A case that fails is logged by its id and left; the others are written, and the next tick tries it again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot import models
from bot.contacts import begin_contact
from bot.db import Database
from bot.models import Case, Conversation, Ladder, StepKey, Task
from bot.thread import announce
from bot.wave_state import wave_of
from scheduler.gather import Gathered, gather, rules_of
from scheduler.ladder import DEADLINE_STEP
from scheduler.waves import Contact, Rules, Skip, case_month, plan

log = structlog.get_logger()

_CHUNK = 20
#: These tell when something will be done, not why it is not.
_PASSING = ("not_due", "already_contacted")
_NOTES = {
    "call": "Ring til beboeren. Der er ikke kommet svar på sms.",
    "knock": "Bank på hos beboeren. Der er ikke kommet svar på sms.",
    "postcard": "Læg et kort i postkassen. Der er ikke kommet svar på sms.",
}
_DEADLINE_NOTE = "Fristen er her. Der sendes ikke mere af sig selv."


class _SilentError(Exception):
    """The dialogue had nothing to say after all: somebody took the conversation meanwhile."""


class _TakenError(Exception):
    """Somebody has taken this step already, perhaps in a row that has been erased since."""


def is_new(item: Contact | Skip, gathered: Gathered) -> bool:
    """True when writing would change something."""
    if isinstance(item, Contact):
        return True
    if item.why == "expired" and any(step == item.step for step, _ in gathered.skipped):
        return False  # it is known why this step was not done in time
    begins = item.ladder_starts_at is not None and gathered.candidate.starts_at is None
    return begins or (item.why not in _PASSING and (item.step, item.why) not in gathered.skipped)


def write_cases(
    db: Database, organisation_id: int, case_ids: Iterable[int], now: datetime, until: datetime
) -> list[Contact]:
    """Plan these cases once more and write what is to be done no later than ``until``; the contacts that are new."""
    ids = sorted(case_ids)
    written: list[Contact] = []
    for start in range(0, len(ids), _CHUNK):
        with db.write() as session:
            written += _write_chunk(session, organisation_id, ids[start : start + _CHUNK], now, until)
    return written


def _write_chunk(
    session: Session, organisation_id: int, ids: list[int], now: datetime, until: datetime
) -> list[Contact]:
    organisation = session.get_one(models.Organisation, organisation_id)
    rules = rules_of(session, organisation)
    written: list[Contact] = []
    for gathered in gather(session, organisation_id, now, only=ids):
        items = [item for item in plan([gathered.candidate], rules, now, until) if is_new(item, gathered)]
        if not items:
            continue
        try:
            with session.begin_nested():
                written += _write_case(session, gathered, rules, items, now, until)
        except Exception as error:
            case_id = gathered.candidate.case_id
            log.error("A case failed", action="contact_failed", case=case_id, error=type(error).__name__)
    return written


def _write_case(
    session: Session, gathered: Gathered, rules: Rules, items: list[Contact | Skip], now: datetime, until: datetime
) -> list[Contact]:
    if gathered.candidate.status == "open" and not _is_still_open(session, gathered.candidate.case_id):
        return []  # paid or closed since it was gathered
    month = case_month(gathered.candidate, rules)
    wave_id = gathered.wave_id or wave_of(session, gathered.organisation_id, month).id
    written = [item for item in items if _write(session, gathered, wave_id, item, now, until)]
    return [item for item in written if isinstance(item, Contact)]


def _is_still_open(session: Session, case_id: int) -> bool:
    """Ask again, and keep the answer true until the commit."""
    return session.scalar(select(Case.status).where(Case.id == case_id).with_for_update(key_share=True)) == "open"


def _write(
    session: Session, gathered: Gathered, wave_id: int, item: Contact | Skip, now: datetime, until: datetime
) -> bool:
    """Write one contact or skip; True for a contact that is new."""
    if item.ladder_starts_at is not None and not _begin_ladder(session, gathered, wave_id, item.ladder_starts_at, now):
        return False
    if isinstance(item, Skip):
        if item.why not in _PASSING:
            _write_once(
                session, models.Skip(wave_id=wave_id, case_id=item.case_id, step=item.step, why=item.why, at=now)
            )
        return False
    return item.send_at <= until and _write_contact(session, gathered, wave_id, item, now)


def _begin_ladder(session: Session, gathered: Gathered, wave_id: int, starts_at: datetime, now: datetime) -> bool:
    """True when the ladder counts from this moment; False when another process began it at another one."""
    if gathered.candidate.starts_at is not None:
        return True
    case_id, round_ = gathered.candidate.case_id, gathered.round
    if _write_once(session, Ladder(wave_id=wave_id, case_id=case_id, round=round_, starts_at=starts_at, at=now)):
        return True
    known = session.scalar(select(Ladder).where(Ladder.case_id == case_id, Ladder.round == round_))
    return known is not None and known.wave_id == wave_id


def _write_once(session: Session, row: models.Base) -> bool:
    """False when a row of the same key is there already."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True


def _write_contact(session: Session, gathered: Gathered, wave_id: int, item: Contact, now: datetime) -> bool:
    row = models.Contact(
        wave_id=wave_id,
        case_id=item.case_id,
        round=gathered.round,
        step=item.step,
        kind=item.kind,
        send_at=item.send_at,
        at=now,
    )
    try:
        with session.begin_nested():
            key = StepKey(wave_id=wave_id, case_key=gathered.case_key, round=gathered.round, step=item.step)
            if not (_write_once(session, row) and _write_once(session, key)):
                raise _TakenError
            _act(session, item, row.id, now)
    except (_SilentError, _TakenError):
        return False
    return True


def _act(session: Session, item: Contact, contact_id: int, now: datetime) -> None:
    case = session.get_one(Case, item.case_id)
    if item.sms is None:
        _add_task(session, case, item, contact_id, now)
        return
    message = begin_contact(
        session,
        case,
        step=item.sms,
        contact_id=contact_id,
        now=now,
        send_at=item.send_at,
        expires_at=item.expires_at,
    )
    if message is None:
        raise _SilentError


def _add_task(session: Session, case: Case, item: Contact, contact_id: int, now: datetime) -> None:
    conversation = session.scalar(select(Conversation).where(Conversation.case_id == case.id).limit(1))
    is_last = item.step == DEADLINE_STEP
    session.add(
        Task(
            organisation_id=case.organisation_id,
            case_id=case.id,
            conversation_id=conversation.id if conversation is not None else None,
            type=item.kind,
            due=case.deadline if is_last else item.send_at.date(),
            note=_DEADLINE_NOTE if is_last else _NOTES.get(item.kind, ""),
            origin=f"contact:{contact_id}",
            at=now,
        )
    )
    if conversation is not None:
        announce(session, conversation, "task", now)
