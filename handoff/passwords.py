"""Passwords: argon2id hashes, and a comparison that takes as long for a stranger as for an adviser."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()
#: Verified in place of a stranger's, so that the time tells nothing.
_NOBODYS = _hasher.hash(secrets.token_urlsafe(16))


def hash_password(password: str) -> str:
    """What is stored of a password."""
    return _hasher.hash(password)


def is_password(password_hash: str | None, password: str) -> bool:
    """True when the password belongs to the hash; False, and as slow, when there is no hash."""
    try:
        return _hasher.verify(password_hash or _NOBODYS, password) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False


def invent_password() -> str:
    """A new password that can be read aloud and typed: four groups, without signs that look alike."""
    letters = "abcdefghijkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))
