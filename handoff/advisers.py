"""Make an adviser known: who they are, which organisations they see, and a password that is shown once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Adviser, Organisation
from handoff.passwords import HASHER, hash_password

Role = Literal["adviser", "admin"]


class AdviserError(ValueError):
    """The adviser cannot be added; the message says why."""


def is_address(email: str) -> bool:
    """True for what can be an e-mail address; whether it is one, a mail shows."""
    return "@" in email.strip("@") and not any(c.isspace() for c in email)


def add_adviser(
    session: Session,
    email: str,
    name: str,
    role: Role,
    organisations: Sequence[Organisation],
    password: str | None,
    now: datetime,
    hasher: PasswordHasher = HASHER,
) -> Adviser:
    """Add an adviser who sees these organisations. An address is used once, in lower case.

    Without a password they choose one by a link (``handoff.access.invitations``) or come by a provider.
    """
    address = email.strip().lower()
    if not is_address(address):
        raise AdviserError(f"{email!r} is not an e-mail address.")
    if session.scalar(select(Adviser.id).where(Adviser.email == address)) is not None:
        raise AdviserError(f"{address} is an adviser already.")
    kept = hash_password(password, hasher) if password else ""
    adviser = Adviser(email=address, name=name.strip(), role=role, password_hash=kept, created_at=now)
    adviser.organisations = list(organisations)
    session.add(adviser)
    session.flush()
    return adviser
