"""Reads what is asked of the simulator's JSON API. Whatever is wrong becomes an ``AskedError`` in clear English."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import request

from bot.models import COPENHAGEN
from bot.simulator.faults import FaultError, Wish
from bot.sms import is_e164

_LONGEST = 1600
_MOST_FAULTS = 100_000
_FARTHEST = timedelta(days=5 * 366)


class AskedError(ValueError):
    """The request cannot be understood; the message says what to send instead."""


def document() -> dict[str, Any]:
    """The JSON object of the request, whatever its content type says."""
    asked = request.get_json(force=True, silent=True)
    if not isinstance(asked, dict):
        raise AskedError("The body must be a JSON object.")
    return asked


def phone_number(text: object, name: str = "phone") -> str:
    """A number with its country, as +4511114027; blanks between the digits do no harm."""
    number = "".join(text.split()) if isinstance(text, str) else ""
    if not is_e164(number):
        raise AskedError(f'"{name}" must be a phone number with its country, such as +4511114027.')
    return number


def sms_text(asked: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    """The text (it may be empty) and the addresses of pictures."""
    body, media = asked.get("body"), asked.get("media", [])
    if not isinstance(body, str):
        raise AskedError('"body" must be a text; it may be empty.')
    if len(body) > _LONGEST:
        raise AskedError(f'"body" has {len(body)} characters; an SMS carries at most {_LONGEST}.')
    if "\x00" in body or any("\ud800" <= c <= "\udfff" for c in body):
        raise AskedError('"body" holds a character that no phone can write.')
    if not (isinstance(media, list) and len(media) <= 10 and all(isinstance(m, str) for m in media)):
        raise AskedError('"media" must be a list of at most ten addresses of pictures.')
    return body, tuple(media)


def wish() -> Wish:
    """What is to go wrong: {"next", "error", "phone"?}."""
    asked = document()
    times, error, phone = asked.get("next"), asked.get("error"), asked.get("phone")
    if isinstance(times, bool) or not isinstance(times, int) or not 0 <= times <= _MOST_FAULTS:
        raise AskedError('"next" must be a whole number; 0 clears.')
    if isinstance(error, bool) or not isinstance(error, str | int | None):
        raise AskedError('"error" must be a code such as 30003, or a word such as "timeout".')
    named = None if phone is None else phone_number(phone)
    try:
        return Wish(times, None if error is None else str(error), named)
    except FaultError as fault:
        raise AskedError(str(fault)) from None


def new_time(present: datetime) -> datetime:
    """Where the clock is to stand: {"now": ISO}, or {"forward_hours": N} or {"forward_days": N} from the present."""
    asked = document()
    later = _moment(asked.get("now")) if "now" in asked else _forward(asked, present)
    if later < present:
        raise AskedError(f"The clock only goes forward: it is already {present.isoformat(timespec='seconds')}.")
    if later - present > _FARTHEST:
        raise AskedError("The clock moves at most five years at a time.")
    return later


def _moment(text: object) -> datetime:
    try:
        at = datetime.fromisoformat(text if isinstance(text, str) else "")
        return (at if at.tzinfo else at.replace(tzinfo=COPENHAGEN)).astimezone(COPENHAGEN)
    except (ValueError, OverflowError):
        raise AskedError('"now" must be a time such as 2026-12-01T09:00:00+01:00.') from None


def _forward(asked: dict[str, Any], present: datetime) -> datetime:
    for name, unit in (("forward_hours", timedelta(hours=1)), ("forward_days", timedelta(days=1))):
        count = asked.get(name)
        if isinstance(count, int) and not isinstance(count, bool) and 0 <= count <= 5 * 366 * 24:
            if name == "forward_days":  # the same time of day, also over the change of clocks
                return present + count * unit
            return (present.astimezone(UTC) + count * unit).astimezone(COPENHAGEN)
    raise AskedError('"now" is missing: a time such as 2026-12-01T09:00:00+01:00.')
