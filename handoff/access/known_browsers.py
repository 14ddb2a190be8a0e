"""A cookie that says: an adviser has been logged in in this browser. It opens nothing.

Wrong attempts in such a browser are counted by themselves, so that strangers who try an adviser's address lock out
strangers, and not the adviser (a device cookie, as OWASP calls it).
"""

from __future__ import annotations

import secrets

from flask import Response, request

from handoff.login import ways

COOKIE = "known"
_SECONDS = 180 * 24 * 3600


def remember(response: Response, email: str, *, secure: bool) -> Response:
    """Let this browser be known as one of this adviser's."""
    mark = ways().seal(f"{recognised(email) or secrets.token_urlsafe(12)} {_of(email)}")
    response.set_cookie(COOKIE, mark, max_age=_SECONDS, secure=secure, httponly=True, samesite="Lax", path="/login")
    return response


def recognised(email: str) -> str | None:
    """The browser's own mark, when this adviser has been logged in in it."""
    mark, _, owner = (ways().unseal(request.cookies.get(COOKIE, "")) or "").partition(" ")
    return mark if mark and owner == _of(email) else None


def _of(email: str) -> str:
    return ways().fingerprint("known", email)
