"""One form for one thing of a case that an adviser edits in place: its fields as they stand, sealed.

Who saves sends the seal that the form was drawn with: where it no longer fits, somebody else was first.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, Literal, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import Session

from bot.case_cells import read_amount, read_day
from bot.models import AuditEvent, Case, Conversation
from bot.nlu.masking import mask_cpr
from bot.thread import announce
from handoff.handoffs import Acting
from handoff.saying import said
from handoff.wording import word

Kind = Literal["text", "area", "money", "number", "date", "time", "choice"]
Why = Literal[
    "not_found",
    "gone",
    "changed",
    "cpr",
    "too_long",
    "amount",
    "number",
    "day",
    "past",
    "time",
    "choice",
    "reason",
    "no_change",
    "not_a_plan",
    "empty",
    "outcome",
]
LONGEST = 1000
T = TypeVar("T")
_CLOCK = re.compile(r"(?:kl\.? ?)?([01]?[0-9]|2[0-3])(?:[.:]([0-5][0-9]))?")


@dataclass(frozen=True, slots=True)
class Field:
    """One field with what stands in it."""

    name: str
    label: str
    kind: Kind = "text"
    value: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """``do`` is what is posted; one of a form is filled."""

    do: str
    label: str
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Editing:
    """The form: ``what`` is edited, ``seal`` tells whether it still stands as it was drawn."""

    what: str
    title: str
    fields: tuple[Field, ...]
    buttons: tuple[Button, ...]
    seal: str
    hint: str = ""
    problem: str = ""

    def typed(self, form: Mapping[str, str], problem: str) -> Editing:
        """The same form with what was typed, why it was not saved, and what stands there by now."""
        fields = tuple(replace(f, value=form.get(f.name, f.value)[:LONGEST]) for f in self.fields)
        return replace(self, fields=fields, problem=problem)


@dataclass(frozen=True, slots=True)
class EditRefused:
    """It was not saved, and why; ``editing`` is the form as it would be drawn now."""

    why: Why
    editing: Editing | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What is worked on: a case, its thread (locked when it is written), who acts, and when."""

    session: Session
    acting: Acting
    organisation_id: int
    case: Case | None
    thread: Conversation | None
    now: datetime
    writes: bool = False  #: what is found is locked

    @property
    def today(self) -> date:
        """The day it is."""
        return self.now.date()

    def found(self, wanted: Select[T]) -> Select[T]:
        """The query, with its row locked when something is to be written."""
        if not self.writes:
            return wanted
        return wanted.with_for_update().execution_options(populate_existing=True)

    def audit(self, action: str, subject: str) -> None:
        """Keep who did what: ids only. Open inboxes draw the case again."""
        self.session.add(
            AuditEvent(
                at=self.now,
                adviser_id=self.acting.adviser_id,
                organisation_id=self.organisation_id,
                action=action,
                subject=subject,
            )
        )
        if self.thread is not None:
            announce(self.session, self.thread, "task", self.now)


Read = Callable[[Work, str], Editing | None]
Save = Callable[[Work, str, str, Mapping[str, str]], Why | None]


def seal(*parts: Any) -> str:
    """A short word for how something stands."""
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()[:16]


def now_stands(editing: Editing, form: Mapping[str, str]) -> str:
    """What stands there by now, where it is another than what was typed."""
    differs = [f"{f.label}: {shown(f) or '-'}" for f in editing.fields if form.get(f.name, f.value).strip() != f.value]
    return word("edit_refused", "changed") + (said(" Nu står der: {join}.", join=", ".join(differs)) if differs else "")


def shown(field: Field) -> str:
    """What stands in a field, as a person reads it."""
    if field.kind == "choice":
        return dict(field.choices).get(field.value, field.value)
    day = read_day(field.value) if field.kind == "date" else None
    return f"{day.day}.{day.month}.{day.year}" if day else field.value


def text_problem(text: str, longest: int = LONGEST) -> Why | None:
    """Why these words are not kept."""
    if len(text) > longest:
        return "too_long"
    return "cpr" if mask_cpr(text)[1] else None


def typed_ore(text: str) -> int | None:
    """A sum above 0 in øre; None when it is none."""
    ore = read_amount(text)
    return ore if ore is not None and 0 < ore < 10**9 else None


def typed_day(text: str) -> date | None:
    """A day as a browser or a person writes it."""
    return read_day(text.strip())


def typed_time(text: str) -> time | None:
    """15, 15.30, kl. 15:30"""
    found = _CLOCK.fullmatch(text.strip().lower())
    return time(int(found[1]), int(found[2] or 0)) if found else None


def kroner_typed(ore: int | None) -> str:
    """An amount as it stands in a field."""
    if ore is None:
        return ""
    whole, rest = divmod(ore, 100)
    return f"{whole:,}".replace(",", ".") + (f",{rest:02}" if rest else "")
