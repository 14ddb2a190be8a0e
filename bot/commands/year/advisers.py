"""The advisers of a simulated year: in office hours they take what waits, answer, decide, do tasks, and close.

Everything is asked of the inbox's own use cases. One is quick; one is slow and leaves things lying for a day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.commands.year.chance import Chance
from bot.db import Database
from bot.models import Adviser, Case, Conversation, Plan, Task
from handoff import closing, handoffs, plans, tasks
from handoff.handoffs import Acting

_QUICK, _SLOW = timedelta(minutes=20), timedelta(hours=26)
_ANSWERS = (
    "Hej, det er mig, der er rådgiver. Jeg har læst det, du skriver, og ringer til dig i dag.",
    "Tak for din besked. Skal vi se på det sammen? Jeg kan ringe i eftermiddag.",
    "Hej. Jeg har talt med kommunen om det. Hvordan går det hos dig?",
)
_AT_THE_END = (
    ("no_contact", 5),
    ("municipality_paid", 3),
    ("plan_agreed", 2),
    ("other", 2),
    ("moved_out", 1),
    ("evicted", 1),
)
#: A case is given up so long after its deadline, when nothing else is agreed.
_PATIENCE = timedelta(days=4)


@dataclass(slots=True)
class Office:
    """The advisers of all organisations, and what they do when they look."""

    db: Database
    chance: Chance
    team: tuple[Acting, ...]
    learns_number: Callable[[int], None]  #: an adviser found a resident's number and told the rent system

    def look(self, now: datetime, round_: int) -> None:
        """One look at the inbox; each adviser does it in turn."""
        acting = self.team[round_ % len(self.team)]
        patience = _SLOW if round_ % len(self.team) else _QUICK
        for conversation_id in self._ids(_queue(now - patience)):
            self._claim(acting, conversation_id, now)
        for conversation_id in self._ids(_mine(acting, now)):
            self._go_on(acting, conversation_id, now)
        for plan_id in self._ids(select(Plan.id).where(Plan.status == "proposed", Plan.at <= now - patience)):
            self._decide(acting, plan_id, now)
        for task_id in self._ids(_tasks(now.date())):
            self._do(acting, task_id, now)

    def _ids(self, wanted: object) -> list[int]:
        with self.db.read() as session:
            return list(session.scalars(wanted))  # type: ignore[call-overload]  # a select of ids

    def _claim(self, acting: Acting, conversation_id: int, now: datetime) -> None:
        with self.db.write() as session:
            handoffs.claim(session, acting, conversation_id, now)
        with self.db.write() as session:
            text = self.chance.among(_ANSWERS, "answer", conversation_id, now.date())
            handoffs.reply(session, acting, conversation_id, text, now, f"{now:%y%m%d%H%M}")

    def _go_on(self, acting: Acting, conversation_id: int, now: datetime) -> None:
        """Answer who wrote; else, after a while, give the conversation back or close it."""
        with self.db.write() as session:
            conversation = session.get_one(Conversation, conversation_id)
            if conversation.waiting_since is not None:
                handoffs.reply(session, acting, conversation_id, _ANSWERS[0], now, f"{now:%y%m%d%H%M}")
            if conversation.waiting_since is None and self.chance.happens(0.5, "done", conversation_id, now):
                self._finish(session, acting, conversation, now)

    def _finish(self, session: Session, acting: Acting, conversation: Conversation, now: datetime) -> None:
        case = conversation.case
        if case is None:
            closing.close(session, acting, conversation.id, "not_in_a_case", now)
        elif case.status != "open":
            closing.close(session, acting, conversation.id, case.outcome or "paid", now)
        elif case.deadline < now.date() or self.chance.happens(0.15, "ends", conversation.id, now):
            closing.close(session, acting, conversation.id, self._outcome(case, now), now)
        else:
            handoffs.release(session, acting, conversation.id, now)

    def _outcome(self, case: Case, now: datetime) -> str:
        return self.chance.weighted(_AT_THE_END, "outcome", case.id, now.date())

    def _decide(self, acting: Acting, plan_id: int, now: datetime) -> None:
        with self.db.write() as session:
            says = plans.approve if self.chance.happens(0.75, "plan", plan_id) else plans.decline
            says(session, acting, plan_id, now)

    def _do(self, acting: Acting, task_id: int, now: datetime) -> None:
        with self.db.write() as session:
            task = session.get_one(Task, task_id)
            if task.status != "open" or not self.chance.happens(0.7, "task", task_id, now):
                return
            case = session.get(Case, task.case_id) if task.case_id else None
            if task.type == "other" and case is not None and case.status == "open":
                self._end(session, acting, case, now)
                return
            if task.type == "find_number" and case is not None:
                self.learns_number(case.id)
            tasks.done(session, acting, task_id, now)

    def _end(self, session: Session, acting: Acting, case: Case, now: datetime) -> None:
        """The deadline has come, and a human decides how it ended. Without a thread the task stays open."""
        thread = session.scalar(
            select(Conversation).where(Conversation.case_id == case.id).order_by(Conversation.id.desc()).limit(1)
        )
        if thread is None or now.date() < case.deadline + _PATIENCE:
            return
        if isinstance(handoffs.claim(session, acting, thread.id, now), handoffs.Done):
            closing.close(session, acting, thread.id, self._outcome(case, now), now)


def _queue(since: datetime) -> object:
    waits = (Conversation.held_by == "queue", Conversation.closed_at.is_(None))
    early = or_(Conversation.waiting_since <= since, Conversation.priority == "crisis")
    return select(Conversation.id).where(*waits, early).order_by(Conversation.id)


def _mine(acting: Acting, now: datetime) -> object:
    mine = (Conversation.held_by == "adviser", Conversation.adviser_id == acting.adviser_id)
    old = Conversation.last_message_at <= now - timedelta(minutes=40)
    return select(Conversation.id).where(*mine, Conversation.closed_at.is_(None), old).order_by(Conversation.id)


def _tasks(today: date) -> object:
    return select(Task.id).where(Task.status == "open", Task.due <= today).order_by(Task.id)


def team_of(session: Session) -> tuple[Acting, ...]:
    """Everybody who works in the inbox."""
    known = session.scalars(select(Adviser).order_by(Adviser.id))
    return tuple(Acting(a.id, a.name, frozenset(o.id for o in a.organisations), a.role == "admin") for a in known)
