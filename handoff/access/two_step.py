"""The second step of the log-in: codes of an app on the phone (TOTP, RFC 6238), and ten codes on paper for the day the
phone is gone.

The secret is stored sealed. A code is good for its half minute and the one on either side, and never twice: the newest
step used is kept with the adviser, whose row is locked meanwhile.
"""

from __future__ import annotations

import hmac
import re
import secrets
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.models import Adviser, RecoveryCode
from handoff.access.tries import ACCOUNT
from handoff.access.ways import Ways

ISSUER = "Redningskrans"
CODES = 10
_SKEW = (0, -1, 1)
#: Without signs that look alike: twice five of them, 49 bits.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_secret() -> str:
    """A secret for the phone and us."""
    return pyotp.random_base32()


def address(secret: str, email: str) -> str:
    """What the QR code holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def turn_on(session: Session, ways: Ways, adviser: Adviser, secret: str, code: str, now: datetime) -> list[str] | None:
    """Ask for codes from now on, once the phone has shown that it has the secret. Gives the codes for paper."""
    step = _step_of(secret, code, None, now)
    if step is None:
        return None
    adviser.totp_secret, adviser.totp_step = ways.seal(secret), step
    return new_codes(session, ways, adviser)


def turn_off(session: Session, adviser: Adviser) -> None:
    """Ask for no codes any more."""
    adviser.totp_secret = adviser.totp_step = None
    adviser.failed_logins, adviser.locked_until = 0, None
    session.execute(delete(RecoveryCode).where(RecoveryCode.adviser_id == adviser.id))


def new_codes(session: Session, ways: Ways, adviser: Adviser) -> list[str]:
    """Ten codes, shown once; the older ones are void."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.adviser_id == adviser.id))
    codes = [f"{_drawn()}-{_drawn()}" for _ in range(CODES)]
    session.add_all(RecoveryCode(adviser_id=adviser.id, code_hash=_hash(ways, adviser, code)) for code in codes)
    return codes


def codes_left(session: Session, adviser_id: int) -> int:
    """How many of the ten have not been used."""
    unused = RecoveryCode.adviser_id == adviser_id, RecoveryCode.used_at.is_(None)
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


def check(session: Session, ways: Ways, adviser_id: int, code: str, now: datetime) -> bool | datetime:
    """True for a code that is good, from the phone or from paper; else False, or until when nobody may try.

    Only who knows the password comes this far, so a lock here keeps no colleague out.
    """
    adviser = session.scalars(select(Adviser).where(Adviser.id == adviser_id).with_for_update()).one()
    if adviser.locked_until is not None and now < adviser.locked_until:
        return adviser.locked_until
    if _is_good(session, ways, adviser, code, now):
        adviser.failed_logins, adviser.locked_until = 0, None
        return True
    adviser.failed_logins += 1
    wait = ACCOUNT.wait(adviser.failed_logins)
    adviser.locked_until = now + wait if wait else None
    return False


def _is_good(session: Session, ways: Ways, adviser: Adviser, code: str, now: datetime) -> bool:
    secret = ways.unseal(adviser.totp_secret or "")
    step = _step_of(secret, code, adviser.totp_step, now) if secret else None
    if step is not None:
        adviser.totp_step = step
        return True
    return _use_paper(session, ways, adviser, code, now)


def _step_of(secret: str, code: str, newest: int | None, now: datetime) -> int | None:
    """The half minute that the code belongs to, when it is near and newer than the newest one used."""
    typed, totp = re.sub(r"\s", "", code), pyotp.TOTP(secret)
    for skew in _SKEW:
        step = totp.timecode(now) + skew
        is_newer = newest is None or step > newest
        if is_newer and hmac.compare_digest(totp.generate_otp(step).encode(), typed.encode()):
            return step
    return None


def _use_paper(session: Session, ways: Ways, adviser: Adviser, code: str, now: datetime) -> bool:
    unused = RecoveryCode.adviser_id == adviser.id, RecoveryCode.used_at.is_(None)
    row = session.scalar(select(RecoveryCode).where(*unused, RecoveryCode.code_hash == _hash(ways, adviser, code)))
    if row is not None:
        row.used_at = now
    return row is not None


def _hash(ways: Ways, adviser: Adviser, code: str) -> str:
    return ways.fingerprint("paper", str(adviser.id), re.sub(r"[\W_]", "", code.lower()))


def _drawn() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(5))
