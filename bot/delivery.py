"""How far a message has come, and what an error means. Pure.

Statuses only move forward: receipts come late, twice and out of order, and any order of the same ones must end alike.
"""

from __future__ import annotations

from typing import Literal

Status = Literal["queued", "sending", "sent", "failed", "undelivered", "delivered", "refused"]
ErrorClass = Literal["opted_out", "wrong_number", "away", "filtered", "rate", "our_settings", "our_text", "unseen"]

#: A higher rank wins. Refused is ours alone: no receipt moves it.
_RANK: dict[str, int] = {
    "queued": 0,
    "sending": 1,
    "sent": 2,
    "failed": 3,
    "undelivered": 4,
    "delivered": 5,
    "refused": 6,
}

_FROM_TWILIO: dict[str, Status] = {
    "accepted": "sending",
    "scheduled": "sending",
    "queued": "sending",
    "sending": "sending",
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "partially_delivered": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
    "canceled": "failed",
}

#: Twilio's codes by what they ask of us; codes change, so an unseen one has a class of its own.
_CLASSES: dict[ErrorClass, frozenset[str]] = {
    "opted_out": frozenset({"21610"}),
    "wrong_number": frozenset({"21211", "21217", "21614", "21635", "30005", "30006"}),
    "away": frozenset({"30003", "30008", "30017", "30410"}),
    "filtered": frozenset({"30004", "30007"}),
    #: 30036: it outlived its validity period in the gateway's queue.
    "rate": frozenset({"20429", "21611", "30001", "30036", "63018"}),
    #: 21659-21661 are what 21212 and 21606 were split into in July 2024.
    "our_settings": frozenset(
        {"20003", "20404", "21212", "21606", "21659", "21660", "21661", "21408", "21612", "21703", "21704", "30002"}
    ),
    "our_text": frozenset({"21602", "21617"}),
}

#: These say that our account may not write to a country, or from this number to that one.
_BY_COUNTRY = frozenset({"21408", "21612"})

FINAL = frozenset({"failed", "undelivered", "delivered", "refused"})


def forward(current: str, new: str) -> str:
    """The status that counts when ``new`` is heard of a message that stands at ``current``."""
    return new if _RANK[new] > _RANK[current] else current


def status_of(twilio: str) -> Status | None:
    """Our word for one of Twilio's statuses; None for one that says nothing about a message out."""
    return _FROM_TWILIO.get(twilio.lower())


def error_class(code: str | int | None) -> ErrorClass:
    """What kind of error a code is."""
    wanted = str(code)
    return next((name for name, codes in _CLASSES.items() if wanted in codes), "unseen")


def is_about_country(code: str | int | None, sender: str, to: str) -> bool:
    """True where the gateway refuses one foreign number: nothing is wrong with the account as such."""
    return str(code) in _BY_COUNTRY and not to.startswith(sender[:3])


def codes_of(kind: ErrorClass) -> frozenset[str]:
    """The codes that we know of a class."""
    return _CLASSES.get(kind, frozenset())
