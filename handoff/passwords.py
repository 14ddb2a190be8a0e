"""Passwords: argon2id hashes, a comparison that takes as long for a stranger as for an adviser, and which will do.
Secrets that nobody has to remember are drawn here too.

Length and a short list of the worst are the rule, as in NIST SP 800-63B-4 (2025): no demands for special characters, no
change every so often.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from functools import cache
from pathlib import Path
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 200
Fault = Literal["short", "long", "common", "own"]

HASHER = PasswordHasher()
_WORST = Path(__file__).parent / "texts" / "worst_passwords.txt"
#: Verified in place of a stranger's, so that the time tells nothing. The secret was thrown away, the parameters are the
#: same; drawn anew, it would cost the start of every process and every command a hash.
NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$cqduCOl8ezkpLJAlpO5BSQ$ddgyCZu/KUeNMaafZvBgEeu3iWdd1UJAUuvd1RK5cmY"


def hash_password(password: str, hasher: PasswordHasher = HASHER) -> str:
    """What is stored of a password."""
    return hasher.hash(password)


def is_password(password_hash: str | None, password: str) -> bool:
    """True when the password belongs to the hash; False, and as slow, when there is no hash."""
    try:
        return HASHER.verify(password_hash or NOBODYS, password) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str, hasher: PasswordHasher = HASHER) -> bool:
    """True when it was hashed with other parameters than are used today."""
    try:
        return hasher.check_needs_rehash(password_hash)
    except InvalidHashError:
        return True


def fault_of(password: str, *about: str) -> Fault | None:
    """Why a password will not do; ``about`` is what everybody knows of its owner: e-mail and name."""
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    if _is_common(password.lower()):
        return "common"
    own = {part for text in about for part in re.split(r"[\W_]+", text.lower()) if len(part) > 2}
    return "own" if len(_without(password.lower(), own)) < SHORTEST // 2 else None


def invent_password() -> str:
    """A new password that can be read aloud and typed: four groups, without signs that look alike."""
    letters = "abcdefghijkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))


def new_secret() -> str:
    """256 bits of chance, for a cookie or an address: of a log-in, an invitation, a door, a token."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """What is stored of such a secret. Nobody can guess 256 bits, so that it needs no slower hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


@cache
def worst() -> frozenset[str]:
    """The words that the worst passwords are made of."""
    lines = _WORST.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _is_common(password: str) -> bool:
    """One of the worst, alone, repeated or with figures and signs about it; or hardly any different characters."""
    return len(set(password)) < 5 or len(_without(password, worst())) < SHORTEST // 2


def _without(password: str, words: frozenset[str] | set[str]) -> str:
    """What is left to guess: the letters and figures beside these words, each counted once, and no row of figures."""
    for word in sorted(words, key=len, reverse=True):
        password = password.replace(word, "")
    return re.sub(r"[\W_]|(?:19|20)\d\d", "", password)
