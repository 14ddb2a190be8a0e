"""What is counted beside the courses: why a human was asked for, what was told, promises, plans, who came again.

Counted by the database, by organisation and month of the wave. A course counts once under each reason and each fact.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
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


def read_relapse(
    session: Session, waves: Collection[int], now: datetime, within: Sequence[int]
) -> dict[int, tuple[int, int]]:
    """Of the courses that ended well so many months ago or longer: how many were followed by another; of how many."""
    spans = {months: timedelta(days=months * 365 // 12) for months in within}
    ended_at = func.coalesce(Ladder.ended_at, Case.closed_at)
    done = Case.id == Ladder.case_id, Ladder.wave_id.in_(waves), _ended_well()
    long_ago = [func.count(case((ended_at <= now - span, 1))) for span in spans.values()]
    of = session.execute(select(*long_ago).select_from(Ladder).join(Case, done[0]).where(*done[1:])).one()
    later, later_case = aliased(Ladder, name="later"), aliased(Case, name="later_case")
    came = select(ended_at, func.min(later.at)).select_from(Ladder).join(Case, done[0])
    came = came.join(later_case, later_case.resident_id == Case.resident_id)
    came = came.join(later, and_(later.case_id == later_case.id, later.at > ended_at))
    came = came.where(*done[1:], ended_at <= now - min(spans.values())).group_by(Ladder.id, ended_at)
    back = session.execute(came).all()
    return {
        months: (sum(ended <= now - span and at <= ended + span for ended, at in back), of[place])
        for place, (months, span) in enumerate(spans.items())
    }


def _ended_well() -> ColumnElement[bool]:
    return func.coalesce(Ladder.ended_as, Case.outcome, Case.status).in_(("settled", *GOOD))


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
