"""When a number may send next: one row a number, held until the commit, so one rate for all workers everywhere."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.models import SenderRate

_RATE = SenderRate.__table__.c
_OF = select(_RATE.next_at).where(_RATE.number == bindparam("sender"))
_HELD, _HELD_IF_FREE = _OF.with_for_update(), _OF.with_for_update(skip_locked=True)
_SET = update(SenderRate).where(_RATE.number == bindparam("sender")).values(next_at=bindparam("next"))
_SET_LATER = _SET.where(_RATE.next_at < bindparam("next"))


def locked_rate(session: Session, sender: str, machine: Clock) -> datetime:
    """When the number may send next. Nobody else sends from it until the transaction ends; waits for who does."""
    found = _ask(session, sender, waits=True)
    if found is not None:
        return found
    try:
        with session.begin_nested():
            session.connection().execute(insert(SenderRate), {"number": sender, "next_at": machine()})
    except IntegrityError:  # another worker came first
        pass
    return _ask(session, sender, waits=True) or machine()


def free_rate(session: Session, sender: str) -> datetime | None:
    """The same, without waiting: None when another worker has it in hand, or nobody ever sent from the number."""
    return _ask(session, sender, waits=False)


def set_rate(session: Session, sender: str, until: datetime) -> None:
    """The number sends again from then on. It must be held."""
    session.connection().execute(_SET, {"sender": sender, "next": until})


def slow_down(session: Session, sender: str, until: datetime) -> None:
    """The gateway has too much of us at once: nobody sends from this number for a moment."""
    session.connection().execute(_SET_LATER, {"sender": sender, "next": until})


def _ask(session: Session, sender: str, *, waits: bool) -> datetime | None:
    found: datetime | None = (
        session.connection().execute(_HELD if waits else _HELD_IF_FREE, {"sender": sender}).scalar()
    )
    return found
