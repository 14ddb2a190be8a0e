"""What is counted beside the courses: why a human was asked for, what was told, promises, plans, who came again.

Counted by the database, by organisation and month of the wave. A course counts once under each reason and each fact.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from bot.models import Case, Conversation, Fact, Handoff, Ladder, Plan, Promise, Wave
from handoff.board.courses import GOOD, HELD_DAYS, Figure
from handoff.board.rows import Rows, in_course, of_waves, with_threads

#: What happened to the resident, and which help was spoken of: names of facts.
HAPPENED = (
    *("inform_job_loss", "inform_illness", "inform_separation", "inform_bereavement", "inform_income_change"),
    *("inform_expense", "inform_debt"),
)
HELP = (
    *("ask_enkeltydelse", "boligstoette_estimate", "ask_personal_supplement", "ask_medicine_support"),
    *("ask_budget_advice", "ask_rent_administration"),
)
#: Crises are counted nowhere: nobody is to be looked for in them.
_NEVER = ("crisis_self_harm", "crisis_violence", "child_alone", "distress", "eviction_now", "door_worried")

CellKey = tuple[int, str]
Extras = dict[CellKey, Counter[Figure]]


def read_extras(session: Session, waves: Collection[int], now: datetime) -> Extras:
    """By organisation and month."""
    found: Extras = defaultdict(Counter)
    for figure, wanted in (
        ("reason", _reasons(waves)),
        ("fact", _facts(waves)),
        ("promise", _promises(waves)),
        ("plan", _plans(waves, now)),
    ):
        for organisation_id, month, key, number in session.execute(wanted):
            found[organisation_id, month][figure, key] += number
    return found


def read_relapse(session: Session, waves: Collection[int], now: datetime, months: int) -> tuple[int, int]:
    """How many courses ended well, so many months ago or longer, and how many of them were followed by another."""
    later, later_case = aliased(Ladder, name="later"), aliased(Case, name="later_case")
    span = timedelta(days=months * 365 // 12)
    ended_at = func.coalesce(Ladder.ended_at, Case.closed_at)
    ended = _settled_as(func.coalesce(Ladder.ended_as, Case.outcome, Case.status))
    done = select(Ladder.id, Case.resident_id, ended_at.label("ended_at"))
    done = done.join(Case, Case.id == Ladder.case_id).where(Ladder.wave_id.in_(waves), ended, ended_at <= now - span)
    courses = session.execute(done).all()
    residents = {row.resident_id for row in courses}
    again: dict[int, list[datetime]] = defaultdict(list)
    for ids in _chunks(sorted(residents)):
        came = select(later_case.resident_id, later.at).join(later_case, later_case.id == later.case_id)
        for resident_id, at in session.execute(came.where(later_case.resident_id.in_(ids))):
            again[resident_id].append(at)
    back = sum(any(r.ended_at < at <= r.ended_at + span for at in again[r.resident_id]) for r in courses)
    return back, len(courses)


def _settled_as(ended: Any) -> Any:
    return ended.in_(("settled", *GOOD))


def _chunks(ids: list[int]) -> list[list[int]]:
    return [ids[start : start + 500] for start in range(0, len(ids), 500)]


def _cells(waves: Collection[int], key: Any, number: Any) -> Rows:
    wanted = of_waves(select(Wave.organisation_id, Wave.month, key, number), waves)
    return wanted.join(Wave, Wave.id == Ladder.wave_id).group_by(Wave.organisation_id, Wave.month, key)


def _reasons(waves: Collection[int]) -> Rows:
    wanted = with_threads(_cells(waves, Handoff.reason, func.count(Ladder.id.distinct())))
    wanted = wanted.join(Handoff, Handoff.conversation_id == Conversation.id)
    return wanted.where(in_course(Handoff.at), Handoff.reason.not_in(_NEVER))


def _facts(waves: Collection[int]) -> Rows:
    wanted = _cells(waves, Fact.name, func.count(Ladder.id.distinct())).join(Fact, Fact.case_id == Ladder.case_id)
    return wanted.where(in_course(Fact.at), Fact.name.in_((*HAPPENED, *HELP)))


def _promises(waves: Collection[int]) -> Rows:
    wanted = _cells(waves, Promise.status, func.count(Promise.id)).join(Promise, Promise.case_id == Ladder.case_id)
    return wanted.where(in_course(Promise.at), Promise.status.in_(("kept", "broken")))


def _plans(waves: Collection[int], now: datetime) -> Rows:
    """Approved plans: kept to the end or for 90 days, younger than that, or broken."""
    is_old = Plan.decided_at <= now - timedelta(days=HELD_DAYS)
    held = or_(Plan.status == "kept", and_(Plan.status == "approved", is_old))
    standing = case((held, "held"), (Plan.status == "approved", "young"), else_="broken").label("standing")
    wanted = _cells(waves, standing, func.count(Plan.id)).join(Plan, Plan.case_id == Ladder.case_id)
    return wanted.where(in_course(Plan.at), Plan.status.in_(("approved", "kept", "broken")))
