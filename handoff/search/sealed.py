"""A search in an address without its words: sealed, for one adviser, for as long as a day's work.

The form is a POST, so that no word stands in an address, a log or a browser's history; what it leads to is an address
that can be gone back to, reloaded and paged through. Nothing of a search is kept on our side.
"""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Literal, cast, get_args

from cryptography.fernet import Fernet, InvalidToken

Standing = Literal["", "open", "closed"]
_LASTS_SECONDS = 12 * 3600
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Search:
    """What an adviser looks for: words, in one organisation or all of theirs (0), of which cases."""

    words: str = ""
    organisation: int = 0
    standing: Standing = ""


def read_search(words: str, organisation: str, standing: str) -> Search:
    """A search as a form tells it; what it cannot mean is left out."""
    known = organisation.isascii() and organisation.isdecimal() and len(organisation) < 19
    chosen = cast(Standing, standing) if standing in get_args(Standing) else ""
    return Search(" ".join(words.split())[:_LONGEST], int(organisation) if known else 0, chosen)


def seal(secret: str, adviser_id: int, search: Search, now: datetime) -> str:
    """The search as it stands in an address."""
    told = json.dumps([adviser_id, asdict(search)], ensure_ascii=False)
    return _seal(secret).encrypt_at_time(told.encode(), int(now.timestamp())).decode()


def unseal(secret: str, adviser_id: int, sealed: str, now: datetime) -> Search | None:
    """The search again; None when it is another adviser's, too old, or nothing of ours."""
    try:
        told = _seal(secret).decrypt_at_time(sealed.encode(), _LASTS_SECONDS, int(now.timestamp()))
        whose, search = json.loads(told)
        known = {field.name: search[field.name] for field in fields(Search)}
    except (InvalidToken, UnicodeError, ValueError, KeyError):
        return None
    return Search(**known) if whose == adviser_id else None


def _seal(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hmac.digest(secret.encode(), b"redningskrans search link 1", "sha256")))
