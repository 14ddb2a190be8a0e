"""The world outside on a file of lines, so that it outlives whoever was killed while speaking to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.gateway import Accepted, Answer, Arrived, Outgoing
from bot.hooks.port import Answered
from bot.mailing.port import Letter, Outcome, Taken


class Lines:
    """A file of JSON lines: each is written in one piece."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def add(self, **line: Any) -> int:
        """Write one down; how many there are now."""
        with self._file.open("a") as out:
            out.write(json.dumps(line) + "\n")
        return len(self.all())

    def all(self) -> list[dict[str, Any]]:
        """Every line, the oldest first."""
        return [json.loads(line) for line in self._file.read_text().splitlines()] if self._file.exists() else []


class PhoneNetwork:
    """Carries every SMS at once and keeps its own log of them; ``arrived`` are SMS that no webhook has brought."""

    def __init__(self, lines: Lines, arrived: Sequence[Arrived] = ()) -> None:
        self.lines, self.arrived = lines, arrived

    def send(self, outgoing: Outgoing) -> Answer:
        """Take it."""
        number = self.lines.add(to=outgoing.to, body=outgoing.body, url=outgoing.receipt_url)
        return Accepted(_sid(number), "sending")

    def look_up(self, outgoing: Outgoing, since: datetime, known: frozenset[str]) -> Accepted | None:
        """What an unclear attempt came to."""
        for number, line in enumerate(self.lines.all(), 1):
            is_it = (line["to"], line["body"]) == (outgoing.to, outgoing.body)
            if is_it and _sid(number) not in known:
                return Accepted(_sid(number), "sending")
        return None

    def fetch(self, sid: str) -> Accepted | None:
        """It has arrived."""
        return Accepted(sid, "delivered")

    def list_inbound(self, number: str, since: datetime) -> Sequence[Arrived]:
        """What came in."""
        return [each for each in self.arrived if each.to == number]

    def is_genuine(self, url: str, form: Mapping[str, str], signature: str) -> bool:
        """Signatures have tests of their own."""
        return True

    def receipts(self) -> list[tuple[int, str]]:
        """Our id and the network's of each SMS that it carried."""
        return [(int(line["url"].rpartition("=")[2]), _sid(n)) for n, line in enumerate(self.lines.all(), 1)]

    def bodies(self) -> dict[str, list[str]]:
        """By phone what arrived at it, in order."""
        found: dict[str, list[str]] = {}
        for line in self.lines.all():
            found.setdefault(line["to"], []).append(line["body"])
        return found


class MailServer:
    """Takes every letter."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines

    def send(self, letter: Letter, handing_over: Callable[[], None]) -> Outcome:
        """Take it."""
        handing_over()
        self.lines.add(number=letter.number, to=letter.to, subject=letter.subject)
        return Taken()


class Address:
    """An address that wants to be told: takes every call."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answered:
        """Take it."""
        self.lines.add(url=url, id=headers["webhook-id"], body=body.decode())
        return Answered()


class Clock:
    """The scene's time: a little passes with each look at it, more when it is moved by hand."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=5)
        return self.now

    def move(self, minutes: int) -> None:
        """Let so many minutes pass."""
        self.now += timedelta(minutes=minutes)


def _sid(number: int) -> str:
    return f"SM{number:032}"
