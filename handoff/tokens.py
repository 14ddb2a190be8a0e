"""API tokens: invented here and shown once. Only a SHA-256 is stored; 256 random bits need no slower hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from bot.models import Organisation, Token

Scope = Literal["read", "write"]

#: What every token begins with, so that one left lying in a file is found by those who look for secrets.
_PREFIX = "rk_"


def issue(session: Session, organisation: Organisation, scope: Scope, now: datetime) -> str:
    """A new token of this organisation; ``write`` includes ``read``. It cannot be shown again."""
    token = _PREFIX + secrets.token_urlsafe(32)
    session.add(Token(organisation_id=organisation.id, scope=scope, token_hash=_hash(token), created_at=now))
    return token


def find(session: Session, token: str) -> Token | None:
    """The row of this token, with its organisation; None when it is unknown or revoked."""
    return session.scalar(
        select(Token)
        .where(Token.token_hash == _hash(token), Token.revoked_at.is_(None))
        .options(joinedload(Token.organisation))
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
