"""How the queue is ordered and what a row says about time. Pure.

Crisis, then what is urgent (high), then the others. In a crisis the deadline is put away: those that nobody has taken
come first, then the longest wait. Else the fewest days left to the deadline come first, then the longest wait; a
conversation without a deadline stands after those that have one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Generic, Literal, Protocol, TypeVar

from bot.dialogs.effects import Priority
from handoff.saying import later, said

GroupName = Literal["Krise", "Haster", "Øvrige"]
Tone = Literal["solid", "tint", "outline"]

#: The names are said where they are shown.
_GROUPS: tuple[tuple[Priority, GroupName], ...] = (
    ("crisis", later("Krise")),
    ("high", later("Haster")),
    ("normal", later("Øvrige")),
)
_RANK: dict[str, int] = {priority: rank for rank, (priority, _) in enumerate(_GROUPS)}
_NO_DEADLINE = 1_000_000


class Queued(Protocol):
    """What the order needs to know of a row."""

    @property
    def priority(self) -> str: ...
    @property
    def held_by(self) -> str: ...
    @property
    def days_left(self) -> int | None: ...
    @property
    def waiting_since(self) -> datetime | None: ...


Row = TypeVar("Row", bound=Queued)


@dataclass(frozen=True, slots=True)
class Group(Generic[Row]):
    """The rows of one heading, in order."""

    name: GroupName
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Chip:
    """A word about the deadline; the tone says the same to the eye."""

    text: str
    tone: Tone


def order(rows: Iterable[Row]) -> list[Row]:
    """The rows, most urgent first."""
    return sorted(rows, key=_key)


def group(rows: Iterable[Row]) -> tuple[Group[Row], ...]:
    """The rows in order under their headings; a heading without rows is left out."""
    ordered = order(rows)
    groups = (
        Group(name, tuple(row for row in ordered if _rank(row.priority) == _RANK[priority]))
        for priority, name in _GROUPS
    )
    return tuple(found for found in groups if found.rows)


def as_they_stand(rows: Sequence[Row]) -> tuple[Group[Row], ...]:
    """The rows in an order of their own, without headings."""
    return (Group("Øvrige", tuple(rows)),) if rows else ()


def why(row: Queued, now: datetime) -> str:
    """Why a row stands where it stands, as a sentence: "2 dage til fristen, og har ventet 55 min"."""
    if row.priority == "crisis":
        taken = said("Krise, som en rådgiver har. {capital}", capital=_capital(_wait(row, now)))
        return taken if row.held_by == "adviser" else said("Krise, og ingen har taget den")
    urgent = said("Haster: ") if row.priority == "high" else ""
    return _capital(f"{urgent}{_deadline_words(row.days_left)}, og {_wait(row, now)}")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _wait(row: Queued, now: datetime) -> str:
    if row.waiting_since is None:
        return said("venter ikke på os")
    words = waiting_words(row.waiting_since, now)
    return said("har lige skrevet") if words == said("nu") else said("har ventet {words}", words=words)


def _deadline_words(days: int | None) -> str:
    if days is None:
        return said("ingen frist")
    if days < 0:
        return said("fristen er gået")
    if days <= 1:
        return said("fristen er i morgen") if days else said("fristen er i dag")
    return said("{days} dage til fristen", days=days)


def days_left(deadline: date, today: date) -> int:
    """Days from today to the last day for an answer; negative when it has gone by."""
    return (deadline - today).days


def days_left_chip(days: int | None) -> Chip | None:
    """Words, not a colour code: solid at 0-1 days and after, a tint at 2-3, an outline beyond."""
    if days is None:
        return None
    if days < 0:
        return Chip(said("Frist gået"), "solid")
    if days <= 1:
        return Chip(said("I morgen") if days else said("I dag"), "solid")
    return Chip(said("{days} dage", days=days), "tint" if days <= 3 else "outline")


def waiting_words(since: datetime, now: datetime) -> str:
    """How long somebody has waited: "nu", "21 min", "1 t 12 min", "3 dage"."""
    minutes = max(0, int((now - since) / timedelta(minutes=1)))
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return said("{hours} dage", hours=hours // 24)
    if hours:
        return said("{hours} t {rest} min", hours=hours, rest=f"{rest:02}")
    return said("{minutes} min", minutes=minutes) if minutes else said("nu")


def _rank(priority: str) -> int:
    return _RANK.get(priority, _RANK["normal"])


def _key(row: Queued) -> tuple[int, bool, int, float]:
    is_crisis = row.priority == "crisis"
    is_taken = is_crisis and row.held_by == "adviser"
    days = 0 if is_crisis else _NO_DEADLINE if row.days_left is None else row.days_left
    waited = row.waiting_since.timestamp() if row.waiting_since else float("inf")
    return _rank(row.priority), is_taken, days, waited
