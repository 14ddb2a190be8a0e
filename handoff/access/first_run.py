"""The first day: no adviser exists; who can read what the service printed makes the first organisation and its admin.

Afterwards nothing of it is left. Of two who try at once one wins.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from argon2 import PasswordHasher
from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.models import Adviser, AuditEvent, LoginTry, Organisation
from bot.sms import is_e164
from handoff.advisers import add_adviser, is_address
from handoff.passwords import Fault, fault_of

Why = Literal["taken", "organisation", "number", "name", "email"] | Fault

_LONGEST = 120
_SPELLED = {"æ": "ae", "ø": "oe", "å": "aa", "é": "e", "ö": "oe", "ä": "ae", "ü": "u"}
#: A row that only one can write.
_ONCE = "first run"


@dataclass(frozen=True, slots=True)
class NotMade:
    """Nothing was made, and why."""

    why: Why


@dataclass(frozen=True, slots=True)
class First:
    """What is told on the first day."""

    organisation: str
    number: str
    name: str
    email: str
    password: str

    @classmethod
    def read(cls, form: Mapping[str, str]) -> First:
        """What was typed, without blanks about it; a Danish number needs no country."""
        told = {key: " ".join(form.get(key, "").split()) for key in ("organisation", "number", "name", "email")}
        number = re.sub(r"[\s().-]", "", told["number"])
        told["number"] = f"+45{number}" if re.fullmatch(r"\d{8}", number) else re.sub(r"^00", "+", number)
        return cls(**told, password=form.get("password", ""))


def is_first(session: Session) -> bool:
    """True while there is no adviser at all."""
    return not session.scalar(select(exists().select_from(Adviser)))


def make(session: Session, first: First, now: datetime, hasher: PasswordHasher) -> Adviser | NotMade:
    """The first organisation and its admin; ``taken`` when there is an adviser by now."""
    if why := _fault(first):
        return NotMade(why)
    try:
        with session.begin_nested():
            session.add(LoginTry(key=_ONCE, count=0, at=now, locked_until=None))
    except IntegrityError:
        return NotMade("taken")
    if not is_first(session):
        return NotMade("taken")
    organisation = _organisation(session, first, now)
    admin = add_adviser(session, first.email, first.name, "admin", [organisation], first.password, now, hasher)
    subject = f"adviser:{admin.id}"
    session.add(AuditEvent(at=now, adviser_id=admin.id, organisation_id=organisation.id, action="first_run",
                           subject=subject))  # fmt: skip
    return admin


def _fault(first: First) -> Why | None:
    if not 0 < len(first.organisation) <= _LONGEST or not slug_of(first.organisation):
        return "organisation"
    if not is_e164(first.number):
        return "number"
    if not 0 < len(first.name) <= _LONGEST:
        return "name"
    if len(first.email) > _LONGEST or not is_address(first.email):
        return "email"
    return fault_of(first.password, first.email, first.name)


def slug_of(name: str) -> str:
    """A short name made of a name: small letters, figures and hyphens."""
    letters = (_SPELLED.get(letter, letter) for letter in name.lower())
    return re.sub(r"[^a-z0-9]+", "-", "".join(letters)).strip("-")[:60].strip("-")


def _organisation(session: Session, first: First, now: datetime) -> Organisation:
    """The one that the command line has made already, where there is one with this number, else a new one."""
    known = session.scalar(select(Organisation).where(Organisation.number == first.number))
    if known is not None:
        return known
    slug = slug_of(first.organisation)
    taken = set(session.scalars(select(Organisation.slug).where(Organisation.slug.startswith(slug))))
    free = next(s for s in (slug, *(f"{slug[:56]}-{n}" for n in range(2, 99))) if s not in taken)
    made = Organisation(slug=free, name=first.organisation, number=first.number, settings={}, created_at=now)
    session.add(made)
    session.flush()
    return made
