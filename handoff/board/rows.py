"""The courses of some months as the tables have them: a handful of queries over sets, nothing about who it is.

Times come as whole seconds, so that a year of them is read at once. What a course is stands in ``courses.py``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, Integer, Select, and_, case, exists, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.functions import GenericFunction

from bot.models import (
    COPENHAGEN,
    Case,
    Contact,
    Conversation,
    DoorVisit,
    Handoff,
    Ladder,
    Marker,
    Message,
    Plan,
    Task,
    Wave,
)
from handoff.board.courses import Course

NEXT = aliased(Ladder, name="next_ladder")
#: An adviser's SMS that left; one that was refused, or waits to be sent later, reached nobody.
_LEFT_NOT = ("planned", "queued", "sending", "failed", "undelivered", "refused")
_NOBODY = (None, None, None, None)

Times = dict[int, list[int]]
#: A query; which columns it has is said where it is made.
Rows: TypeAlias = Select[*tuple[Any, ...]]


class seconds(GenericFunction[int]):  # noqa: N801  it is written as an SQL function
    """A stored time as whole seconds since 1970."""

    type = Integer()
    inherit_cache = True


@compiles(seconds, "sqlite")
def _sqlite_seconds(element: Any, compiler: Any, **more: Any) -> str:
    return f"CAST(strftime('%s', {compiler.process(element.clauses, **more)}) AS INTEGER)"


@compiles(seconds, "postgresql")
def _postgresql_seconds(element: Any, compiler: Any, **more: Any) -> str:
    return f"CAST(floor(extract(epoch FROM {compiler.process(element.clauses, **more)})) AS BIGINT)"


def wave_months(session: Session, organisations: Collection[int]) -> list[str]:
    """The months in which a wave had cases, the oldest first."""
    wanted = select(Wave.month).distinct().where(Wave.organisation_id.in_(organisations))
    wanted = wanted.where(exists().where(Ladder.wave_id == Wave.id)).order_by(Wave.month)
    return list(session.scalars(wanted))


def waves_of(session: Session, organisations: Collection[int], months: Collection[str]) -> list[int]:
    """The ids of these waves."""
    wanted = select(Wave.id).where(Wave.organisation_id.in_(organisations), Wave.month.in_(months))
    return list(session.scalars(wanted))


def in_course(at: Any) -> ColumnElement[bool]:
    """True of what happened from the day the course began until the case came again."""
    return and_(at >= Ladder.at, or_(NEXT.at.is_(None), at < NEXT.at))


def of_waves(wanted: Any, waves: Collection[int]) -> Rows:
    """From the ladders of these waves, each with the ladder that its case had after it."""
    follows = and_(NEXT.case_id == Ladder.case_id, NEXT.round == Ladder.round + 1)
    rows: Rows = wanted.select_from(Ladder).outerjoin(NEXT, follows).where(Ladder.wave_id.in_(waves))
    return rows


def with_threads(wanted: Any) -> Rows:
    """And with the threads about its case: one number after the other may have had it."""
    rows: Rows = wanted.join(Conversation, Conversation.case_id == Ladder.case_id)
    return rows


def read_courses(session: Session, waves: Collection[int], now: datetime) -> list[Course]:
    """Every course of these waves."""
    if not waves:
        return []
    # As plain rows: a year has a hundred thousand courses.
    connection = session.connection()
    texts = {row[0]: row[1:] for row in connection.execute(_messages(waves)).all()}
    recognised = {row[0] for row in connection.execute(_recognised(waves))}
    handoffs = _first(connection, _handoffs(waves))
    calls = _times(connection.execute(_calls(waves)))
    doors = _first(connection, _doors(waves))
    plans = _first(connection, _plans(waves))
    steps = _steps(connection, waves)
    found = []
    for ladder_id, *told in connection.execute(_courses(waves, now)).all():
        delivered_at, answered_at, adviser_at, by_sms = texts.get(ladder_id, _NOBODY)
        handoff_at, called = handoffs.get(ladder_id), calls.get(ladder_id, ())
        called_at, met_at = next(iter(called), None), doors.get(ladder_id)
        reached = min((at for at in (answered_at, called_at, met_at) if at is not None), default=None)
        kind, sms = _step(steps.get(ladder_id, ()), reached) if reached is not None else (None, 0)
        by_call = _after(called, handoff_at) if called else None
        texted = (delivered_at is not None, answered_at, ladder_id in recognised, adviser_at)
        met = (called_at, met_at, handoff_at, by_sms, by_call, plans.get(ladder_id), kind, sms)
        found.append(Course._make((*told, *texted, *met)))
    return found


def _first(connection: Connection, wanted: Rows) -> dict[int, int | None]:
    return {row[0]: row[1] for row in connection.execute(wanted)}


def _times(rows: Iterable[Any]) -> Times:
    found: Times = defaultdict(list)
    for ladder_id, at in rows:
        found[ladder_id].append(at)
    return found


def _after(times: Sequence[int], moment: int | None) -> int | None:
    return next((at for at in times if moment is not None and at >= moment), None)


def _step(steps: Sequence[tuple[int, str]], reached: int) -> tuple[str | None, int]:
    """The newest step up to then, and how many SMS there had been."""
    done = [kind for at, kind in steps if at <= reached]
    return (done[-1] if done else None), done.count("sms")


def _steps(connection: Connection, waves: Collection[int]) -> dict[int, list[tuple[int, str]]]:
    mine = and_(Contact.wave_id == Ladder.wave_id, Contact.case_id == Ladder.case_id, Contact.round == Ladder.round)
    wanted = select(Ladder.id, seconds(Contact.send_at), Contact.kind).join(Contact, mine)
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for ladder_id, at, kind in connection.execute(wanted.where(Ladder.wave_id.in_(waves)).order_by(Contact.step)).all():
        found[ladder_id].append((at, kind))
    return found


def _courses(waves: Collection[int], now: datetime) -> Rows:
    today = now.astimezone(COPENHAGEN).date()
    now_is = func.coalesce(Case.outcome, Case.status)
    # The rent system lets an old date stand when a case comes again: only one that lies in the course counts.
    date = case((Ladder.ended_as.is_not(None), Ladder.eviction_date), else_=Case.eviction_date)
    wanted = select(
        Ladder.id,
        Wave.organisation_id,
        Wave.month,
        Case.department,
        func.coalesce(Ladder.stage, Case.stage),
        func.coalesce(date >= func.date(Ladder.at), False),
        func.coalesce(Ladder.ended_as, case((NEXT.id.is_not(None), "open"), else_=now_is)),
        or_(NEXT.id.is_not(None), Case.deadline < today),
        seconds(Ladder.at),
    )
    return of_waves(wanted, waves).join(Wave, Wave.id == Ladder.wave_id).join(Case, Case.id == Ladder.case_id)


def _messages(waves: Collection[int]) -> Rows:
    """The first of the wave's SMS that was delivered, of the resident's, of an adviser's, and of those that answered.

    All in one look: a thread's SMS lie far apart.
    """
    asked = _handoffs(waves).subquery("asked")
    is_told = and_(Message.author == "wave", Message.status == "delivered")
    is_answer = and_(Message.author == "resident", ~Message.automatic)
    # NOT IN, so that no index of statuses seems to be of use: a wave's threads are what narrows it.
    has_left = and_(Message.author == "adviser", Message.status.not_in(_LEFT_NOT))
    has_answered = and_(has_left, seconds(Message.at) >= asked.c.at)
    kinds = (is_told, is_answer, has_left, has_answered)
    firsts = select(Ladder.id, *(seconds(func.min(case((is_, Message.at)))) for is_ in kinds))
    wanted = with_threads(of_waves(firsts, waves)).join(Message, Message.conversation_id == Conversation.id)
    wanted = wanted.outerjoin(asked, asked.c.id == Ladder.id)
    written = Message.author.in_(("wave", "resident", "adviser"))
    return wanted.where(in_course(Message.at), written).group_by(Ladder.id)


def _recognised(waves: Collection[int]) -> Rows:
    """Once recognised a resident stays so: it may have been in an earlier course."""
    wanted = with_threads(of_waves(select(Ladder.id).distinct(), waves))
    wanted = wanted.join(Marker, Marker.conversation_id == Conversation.id)
    return wanted.where(Marker.kind == "recognised", or_(NEXT.at.is_(None), Marker.at < NEXT.at))


def _calls(waves: Collection[int]) -> Rows:
    wanted = with_threads(of_waves(select(Ladder.id, seconds(Marker.at)), waves))
    wanted = wanted.join(Marker, Marker.conversation_id == Conversation.id)
    return wanted.where(Marker.kind == "call_taken", in_course(Marker.at)).order_by(Marker.at)


def _doors(waves: Collection[int]) -> Rows:
    wanted = of_waves(select(Ladder.id, seconds(func.min(DoorVisit.answered_at))), waves)
    wanted = wanted.join(Task, Task.case_id == Ladder.case_id).join(DoorVisit, DoorVisit.task_id == Task.id)
    return wanted.where(DoorVisit.result == "met", in_course(DoorVisit.answered_at)).group_by(Ladder.id)


def _handoffs(waves: Collection[int]) -> Rows:
    wanted = with_threads(of_waves(select(Ladder.id, seconds(func.min(Handoff.at)).label("at")), waves))
    wanted = wanted.join(Handoff, Handoff.conversation_id == Conversation.id)
    return wanted.where(in_course(Handoff.at)).group_by(Ladder.id)


def _plans(waves: Collection[int]) -> Rows:
    wanted = of_waves(select(Ladder.id, seconds(func.min(Plan.decided_at))), waves)
    wanted = wanted.join(Plan, Plan.case_id == Ladder.case_id)
    return wanted.where(Plan.status.in_(("approved", "kept")), in_course(Plan.at)).group_by(Ladder.id)
