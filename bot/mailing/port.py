"""Port: who carries e-mails, and what may come of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """One e-mail, ready to go. ``number`` makes its Message-ID: the same at each try."""

    number: int
    to: str
    subject: str
    body: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """The server has it."""


@dataclass(frozen=True, slots=True)
class Later:
    """It was not taken, and may be another time: ``why`` is the server's code, or the kind of failure."""

    why: str


@dataclass(frozen=True, slots=True)
class Never:
    """The server will not take it for this address."""

    why: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """It was handed over and no answer came: the server may have it."""

    why: str


Outcome = Taken | Later | Never | Unclear


class Mailer(Protocol):
    """Carries one letter and raises nothing. ``handing_over`` is called before the first word of it leaves."""

    def send(self, letter: Letter, handing_over: Callable[[], None]) -> Outcome: ...


class KeepingMailer:
    """The demo's: nothing leaves the machine, and what was written is read under ``/simulator/mail``."""

    def send(self, letter: Letter, handing_over: Callable[[], None]) -> Outcome:
        """Take it."""
        handing_over()
        return Taken()
