"""Make an adviser known: who they are, which organisations they see, and a password that is shown once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Adviser, Organisation
from handoff.passwords import hash_password

Role = Literal["adviser", "admin"]


class AdviserError(ValueError):
    """The adviser cannot be added; the message says why."""


def add_adviser(
    session: Session,
    email: str,
    name: str,
    role: Role,
    organisations: Sequence[Organisation],
    password: str,
    now: datetime,
) -> Adviser:
    """Add an adviser who sees these organisations. An address is used once, in lower case."""
    address = email.strip().lower()
    if "@" not in address.strip("@") or any(c.isspace() for c in address):
        raise AdviserError(f"{email!r} is not an e-mail address.")
    if session.scalar(select(Adviser.id).where(Adviser.email == address)) is not None:
        raise AdviserError(f"{address} is an adviser already.")
    adviser = Adviser(
        email=address, name=name.strip(), role=role, password_hash=hash_password(password), created_at=now
    )
    adviser.organisations = list(organisations)
    session.add(adviser)
    session.flush()
    return adviser
