"""The audit log as an admin reads it: who did what, when; ids and codes, no words of residents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Adviser, AuditEvent, Case, Conversation, membership
from handoff.formats import moment
from handoff.wording import knows, word

PAGE = 100


@dataclass(frozen=True, slots=True)
class LogRow:
    """One thing that was done."""

    id: int
    at: str
    who: str
    what: str
    subject: str
    conversation_id: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What an admin looks for. ``before``: older than this row."""

    adviser_id: int | None = None
    action: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Log:
    """A page of the log, the newest first; ``older`` is where the next page begins."""

    rows: tuple[LogRow, ...]
    older: int | None
    people: tuple[tuple[int, str], ...]
    actions: tuple[tuple[str, str], ...]


def read_log(session: Session, organisation_id: int, asked: Asked, now: datetime) -> Log:
    """One organisation's log. What was done before it existed, or for all organisations, is not in it."""
    wanted = select(AuditEvent, Adviser.name).outerjoin(Adviser, Adviser.id == AuditEvent.adviser_id)
    wanted = wanted.where(AuditEvent.organisation_id == organisation_id)
    if asked.adviser_id is not None:
        wanted = wanted.where(AuditEvent.adviser_id == asked.adviser_id)
    if asked.action:
        wanted = wanted.where(AuditEvent.action == asked.action)
    if asked.before is not None:
        wanted = wanted.where(AuditEvent.id < asked.before)
    found = session.execute(wanted.order_by(AuditEvent.id.desc()).limit(PAGE + 1)).all()
    shown = found[:PAGE]
    threads = _threads(session, organisation_id, [event.subject for event, _ in shown])
    rows = tuple(_row(event, name, threads, now) for event, name in shown)
    return Log(
        rows,
        rows[-1].id if len(found) > PAGE else None,
        _people(session, organisation_id),
        _actions(session, organisation_id),
    )


def words_of(action: str) -> str:
    """An action in Danish; one that has no words yet as it is called."""
    return word("audit", action) if knows("audit", action) else action.replace("_", " ")


def _row(event: AuditEvent, name: str | None, threads: dict[str, int], now: datetime) -> LogRow:
    kind, _, number = event.subject.partition(":")
    about = f"{word('audit_subjects', kind)} {number}".strip() if kind else ""
    who = name or word("audit_by", event.action.partition("_")[0])
    return LogRow(event.id, moment(event.at, now), who, words_of(event.action), about, threads.get(event.subject))


def _threads(session: Session, organisation_id: int, subjects: list[str]) -> dict[str, int]:
    """The thread that a subject can be read in."""
    numbers = {kind: _numbers(subjects, kind) for kind in ("conversation", "case")}
    found = {f"conversation:{number}": number for number in numbers["conversation"]}
    cases = select(Conversation.case_id, Conversation.id).join(Case, Case.id == Conversation.case_id)
    mine = (Case.organisation_id == organisation_id, Case.id.in_(numbers["case"]))
    found |= {f"case:{case_id}": thread_id for case_id, thread_id in session.execute(cases.where(*mine))}
    return found


def _numbers(subjects: list[str], kind: str) -> set[int]:
    pairs = (subject.partition(":") for subject in subjects)
    return {int(number) for name, _, number in pairs if name == kind and number.isdecimal()}


def _people(session: Session, organisation_id: int) -> tuple[tuple[int, str], ...]:
    mine = select(Adviser.id, Adviser.name).join(membership).where(membership.c.organisation_id == organisation_id)
    return tuple((row.id, row.name) for row in session.execute(mine.order_by(Adviser.name)))


def _actions(session: Session, organisation_id: int) -> tuple[tuple[str, str], ...]:
    done = select(AuditEvent.action).where(AuditEvent.organisation_id == organisation_id).distinct()
    return tuple(sorted(((action, words_of(action)) for action in session.scalars(done)), key=lambda pair: pair[1]))
