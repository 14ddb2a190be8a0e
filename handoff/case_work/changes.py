"""The history of a case in words: what an adviser changed, from what to what, when. Rows are only added.

A fact is its own history; its row names the adviser who wrote it down.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from bot.case_cells import read_day
from bot.models import Adviser, Case, Change, Conversation, Fact
from handoff.case_work.forms import Work
from handoff.fact_words import fact_words
from handoff.formats import day, first_name, kroner, moment
from handoff.saying import said
from handoff.wording import knows, word

#: So many of the newest are shown.
SHOWN = 30


@dataclass(frozen=True, slots=True)
class Past:
    """One line: who, what, when."""

    text: str
    when: str


def keep(work: Work, subject: str, field: str, old: Any, new: Any) -> None:
    """Write down one change; the same value again is none."""
    if old == new:
        return
    work.session.add(
        Change(
            conversation_id=work.thread.id if work.thread else None,
            case_id=work.case.id if work.case else None,
            subject=subject,
            field=field,
            old=_plain(old),
            new=_plain(new),
            adviser_id=work.acting.adviser_id,
            at=work.now,
        )
    )


def keep_all(work: Work, subject: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Write down each field that differs; False when none does."""
    for field, value in after.items():
        keep(work, subject, field, before[field], value)
    return any(before[field] != value for field, value in after.items())


def read_history(session: Session, case: Case | None, thread: Conversation | None, now: datetime) -> tuple[Past, ...]:
    """The newest first."""
    changes = _changes(session, case, thread)
    names = _names(session, changes)
    told = [(change.at, _line(change, names, now.date())) for change in changes]
    told += [(fact.at, _fact_line(fact, name, now.date())) for fact, name in _facts(session, case, thread)]
    told.sort(key=lambda each: each[0], reverse=True)
    return tuple(Past(text, moment(at, now)) for at, text in told[:SHOWN])


def _changes(session: Session, case: Case | None, thread: Conversation | None) -> list[Change]:
    mine = [Change.case_id == case.id] if case else []
    mine += [Change.conversation_id == thread.id] if thread else []
    wanted = select(Change).where(or_(*mine)).options(joinedload(Change.adviser)).order_by(Change.id.desc())
    return list(session.scalars(wanted.limit(SHOWN))) if mine else []


def _facts(session: Session, case: Case | None, thread: Conversation | None) -> list[tuple[Fact, str]]:
    if case is None and thread is None:
        return []
    mine = Fact.case_id == case.id if case else Fact.conversation_id == (thread.id if thread else 0)
    wanted = select(Fact, Adviser.name).join(Adviser, Adviser.id == Fact.adviser_id).where(mine)
    return [(row[0], row[1]) for row in session.execute(wanted.order_by(Fact.id.desc()).limit(SHOWN))]


def _names(session: Session, changes: list[Change]) -> dict[int, str]:
    ids = {value for c in changes if c.field == "adviser" for value in (c.old, c.new) if isinstance(value, int)}
    found = session.execute(select(Adviser.id, Adviser.name).where(Adviser.id.in_(ids))) if ids else ()
    return {row[0]: first_name(row[1]) for row in found}


def _line(change: Change, names: Mapping[int, str], today: date) -> str:
    subject = change.subject.partition(":")
    kind, name = subject[0], subject[2]
    who = first_name(change.adviser.name)
    about = word("facts", name).lower() if kind == "fact" else word("papers", name) if kind == "paper" else ""
    label = word(
        "change_fields", f"{kind}_{change.field}" if knows("change_fields", f"{kind}_{change.field}") else change.field
    )
    values = {"who": who, "about": about, "field": label}
    told = f"{kind}_{change.field}" if knows("changes", f"{kind}_{change.field}") else "fallback"
    old, new = (_words(change.field, value, names, today) for value in (change.old, change.new))
    return word("changes", told, old=old or said("ikke sat"), new=new or said("ikke sat"), **values)


def _words(field: str, value: Any, names: Mapping[int, str], today: date) -> str:
    if value is None or value == "":
        return ""
    if field.endswith("amount") or field == "monthly":
        return kroner(int(value)) if isinstance(value, int) else str(value)
    if field == "adviser":
        return names.get(value, "en kollega")
    on = read_day(value) if field in ("day", "due", "first_date") and isinstance(value, str) else None
    if on is not None:
        return day(on, today)
    sections = {"language": "languages", "outcome": "outcomes", "status": "change_status"}
    return word(sections[field], str(value)).lower() if field in sections else str(value)


def _fact_line(fact: Fact, name: str, today: date) -> str:
    value = fact_words(fact.name, fact.value, today)
    return word("changes", "fact_written", who=first_name(name), about=word("facts", fact.name).lower(), new=value)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
