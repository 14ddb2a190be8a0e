"""What is asked to go wrong: plan it, take the next one, list, clear. The caller's transaction holds it all.

Errors are Twilio's codes as text ("30003") or one of ``BEHAVIOURS``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from bot.simulator.tables import SimFault

#: The SMS is not taken. ``429_later`` says when to come back; ``html`` is a page with status 200 from something else.
NOT_TAKEN = frozenset({"500", "502", "503", "429", "429_later", "html", "reset"})
#: It is taken, and arrives; the answer is lost, late, or another's, or the receipts are not as they should be.
TAKEN = frozenset({"timeout", "slow", "504", "lost_receipt", "double_receipt", "swapped_receipt", "early_receipt"})
_ON_INBOUND = frozenset({"duplicate", "lost_inbound", "late_inbound"})
#: When the API is asked what it has.
_ON_LOOK = frozenset({"look_503", "look_html", "look_reset"})
BEHAVIOURS = NOT_TAKEN | TAKEN | _ON_INBOUND | _ON_LOOK

Occasion = Literal["create", "inbound", "look"]


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
    query = select(SimFault).where(_fits(occasion), or_(SimFault.phone.is_(None), SimFault.phone == phone))
    fault = session.scalars(query.order_by(SimFault.id).limit(1).with_for_update()).first()
    if fault is None:
        return None
    fault.remaining -= 1
    if not fault.remaining:
        session.delete(fault)
    return fault.error


def is_planned(session: Session, occasion: Occasion) -> bool:
    """True when something is to go wrong on such an occasion: a look that costs nobody a turn."""
    return session.scalar(select(SimFault.id).where(_fits(occasion)).limit(1)) is not None


def _fits(occasion: Occasion) -> ColumnElement[bool]:
    if occasion == "create":
        return SimFault.error.not_in(_ON_INBOUND | _ON_LOOK)
    return SimFault.error.in_(_ON_INBOUND if occasion == "inbound" else _ON_LOOK)


def listed(session: Session) -> list[dict[str, Any]]:
    """What is still to go wrong, in the words in which it was asked for."""
    faults = session.scalars(select(SimFault).order_by(SimFault.id))
    return [{"next": f.remaining, "error": _as_asked(f.error), "phone": f.phone} for f in faults]


def _as_asked(error: str) -> str | int:
    return int(error) if len(error) == 5 and error.isdigit() else error
