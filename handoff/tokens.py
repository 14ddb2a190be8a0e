"""API tokens: invented here and shown once. Only their hash is stored."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from bot.models import Organisation, Token
from handoff.passwords import hash_secret, new_secret

Scope = Literal["read", "write"]

#: What every token begins with, so that one left lying in a file is found by those who look for secrets.
_PREFIX = "rk_"


def issue(session: Session, organisation: Organisation, scope: Scope, now: datetime) -> str:
    """A new token of this organisation; ``write`` includes ``read``. It cannot be shown again."""
    token = _PREFIX + new_secret()
    session.add(Token(organisation_id=organisation.id, scope=scope, token_hash=hash_secret(token), created_at=now))
    return token


def find(session: Session, token: str) -> Token | None:
    """The row of this token, with its organisation; None when it is unknown or revoked."""
    return session.scalar(
        select(Token)
        .where(Token.token_hash == hash_secret(token), Token.revoked_at.is_(None))
        .options(joinedload(Token.organisation))
    )
