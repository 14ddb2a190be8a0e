"""What is asked to go wrong: plan it, take the next one, list, clear. The caller's transaction holds it all.

Errors are Twilio's codes as text ("30003") or one of ``BEHAVIOURS``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from bot.simulator.tables import SimFault

BEHAVIOURS = frozenset({"timeout", "500", "429", "duplicate", "lost_receipt"})
_ON_INBOUND = frozenset({"duplicate"})

Occasion = Literal["create", "inbound"]


class FaultError(ValueError):
    """The fault asked for is none that the network knows."""


@dataclass(frozen=True, slots=True)
class Wish:
    """The next ``times`` attempts (to ``phone``, if named) are to go wrong with ``error``."""

    times: int
    error: str | None
    phone: str | None = None

    def __post_init__(self) -> None:
        """Refuse what would never come true."""
        if self.error is not None and not is_known(self.error):
            raise FaultError(
                f'Unknown error "{self.error}": a 2xxxx, 3xxxx or 6xxxx code or one of {sorted(BEHAVIOURS)}.'
            )
        if self.times and self.error is None:
            raise FaultError('"error" is missing.')


def is_known(error: str) -> bool:
    """True for a behaviour and for Twilio's five-digit codes that begin with 2, 3 or 6."""
    is_code = len(error) == 5 and error.isascii() and error.isdigit() and error[0] in "236"
    return error in BEHAVIOURS or is_code


def plan(session: Session, wish: Wish) -> None:
    """Write the wish down in the place of an older one like it; no times at all clears (all, or what is named)."""
    old = delete(SimFault)
    if wish.error is not None:
        old = old.where(SimFault.error == wish.error)
    if wish.times:
        old = old.where(SimFault.phone.is_(None) if wish.phone is None else SimFault.phone == wish.phone)
    elif wish.phone is not None:
        old = old.where(SimFault.phone == wish.phone)
    session.execute(old)
    if wish.times:
        session.add(SimFault(error=wish.error, remaining=wish.times, phone=wish.phone))


def take(session: Session, occasion: Occasion, phone: str) -> str | None:
    """Use up one of the oldest fault that fits the occasion and the handset."""
    fits = SimFault.error.in_(_ON_INBOUND) if occasion == "inbound" else SimFault.error.not_in(_ON_INBOUND)
    query = select(SimFault).where(fits, or_(SimFault.phone.is_(None), SimFault.phone == phone))
    fault = session.scalars(query.order_by(SimFault.id).limit(1).with_for_update()).first()
    if fault is None:
        return None
    fault.remaining -= 1
    if not fault.remaining:
        session.delete(fault)
    return fault.error


def listed(session: Session) -> list[dict[str, Any]]:
    """What is still to go wrong, in the words in which it was asked for."""
    faults = session.scalars(select(SimFault).order_by(SimFault.id))
    return [{"next": f.remaining, "error": _as_asked(f.error), "phone": f.phone} for f in faults]


def _as_asked(error: str) -> str | int:
    return int(error) if len(error) == 5 and error.isdigit() else error
