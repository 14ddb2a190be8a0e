"""How the service does, told to people: what comes in, goes out, waits, fails; who leads; what is not understood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from bot.delivery import error_class
from bot.heartbeats import all_beats
from bot.models import Conversation, Correction, Handoff, Incident, Mail, Message, membership
from bot.silence import LIMITS, OUTBOX, silent
from handoff.formats import moment
from handoff.wording import word

_LATELY = timedelta(days=7)
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class State:
    """One line: what, how it is, and whether somebody should look."""

    name: str
    told: str
    is_bad: bool = False
    hint: str = ""


def read_health(session: Session, organisations: Collection[int], now: datetime) -> tuple[State, ...]:
    """What concerns these organisations, and the clockwork of all."""
    return (
        _inbound(session, organisations, now),
        _outbound(session, organisations, now),
        _lost(session, organisations, now),
        *_clockwork(session, now),
        _heard(session, organisations, now),
        _mail(session, organisations, now),
    )


def past_incidents(session: Session, organisations: Collection[int], now: datetime) -> tuple[str, ...]:
    """What was wrong and is over, the newest first."""
    mine = Incident.organisation_id.in_(organisations) | Incident.organisation_id.is_(None)
    over = select(Incident).where(mine, Incident.ended_at.is_not(None)).order_by(Incident.id.desc()).limit(_SHOWN)
    return tuple(
        word(
            "health",
            "was_wrong",
            what=word("incidents_short", row.kind),
            since=moment(row.at, now),
            until=moment(row.ended_at, now),
        )
        for row in session.scalars(over)
        if row.ended_at is not None
    )


def _of(organisations: Collection[int], *where: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(Conversation.organisation_id.in_(organisations), *where)


def _inbound(session: Session, organisations: Collection[int], now: datetime) -> State:
    mine = _of(organisations, Message.direction == "in")
    newest = session.scalar(select(func.max(Message.at)).join(Conversation).where(mine))
    waits = select(func.count(Message.id), func.min(Message.at)).join(Conversation)
    number, oldest = session.execute(waits.where(mine, Message.status == "received")).one()
    told = word("health", "last", at=moment(newest, now)) if newest else word("health", "none_yet")
    is_late = oldest is not None and now - oldest > OUTBOX
    return State(
        word("health", "inbound"), told, is_late, word("health", "unread", number=str(number)) if number else ""
    )


def _outbound(session: Session, organisations: Collection[int], now: datetime) -> State:
    mine = _of(organisations, Message.direction == "out")
    taken = Message.status.in_(("sent", "delivered", "undelivered"))
    newest = session.scalar(select(func.max(Message.at)).join(Conversation).where(mine, taken))
    due = (Message.status.in_(("queued", "sending")), Message.provider_sid.is_(None), Message.due_at <= now)
    waits = select(func.count(Message.id), func.min(Message.due_at)).join(Conversation)
    number, oldest = session.execute(waits.where(mine, *due)).one()
    told = word("health", "last", at=moment(newest, now)) if newest else word("health", "none_yet")
    is_late = oldest is not None and now - oldest > OUTBOX
    return State(
        word("health", "outbound"), told, is_late, word("health", "unsent", number=str(number)) if number else ""
    )


def _lost(session: Session, organisations: Collection[int], now: datetime) -> State:
    mine = _of(organisations, Message.direction == "out", Message.at > now - _LATELY)
    counted = select(Message.status, Message.error, func.count(Message.id)).join(Conversation).where(mine)
    total, classes = 0, Counter[str]()
    for status, error, number in session.execute(counted.group_by(Message.status, Message.error)):
        total += number if status in ("delivered", "undelivered", "failed", "sent") else 0
        if status in ("undelivered", "failed"):
            classes[word("failures", error_class(error))] += number
    lost = classes.total()
    hint = ", ".join(f"{why} ({number})" for why, number in classes.most_common())
    return State(
        word("health", "lost"),
        word("health", "of", number=str(lost), total=str(total)),
        total > 20 and lost * 5 > total,
        hint,
    )


def _clockwork(session: Session, now: datetime) -> tuple[State, ...]:
    beats = all_beats(session)
    wrong = silent(beats, now)
    return tuple(
        State(
            word("health", name),
            word("health", "last", at=moment(beats[name], now)) if name in beats else word("health", "none_yet"),
            alarm in wrong,
        )
        for name, (alarm, _) in LIMITS.items()
    )


def _heard(session: Session, organisations: Collection[int], now: datetime) -> State:
    lately = now - _LATELY
    mine = _of(organisations, Message.direction == "in", Message.at > lately)
    total = session.scalar(select(func.count(Message.id)).join(Conversation).where(mine)) or 0
    lost = select(func.count(Handoff.id)).join(Conversation, Conversation.id == Handoff.conversation_id)
    lost = lost.where(_of(organisations, Handoff.at > lately, Handoff.reason.in_(("not_understood", "left_over"))))
    mended = select(func.count(Correction.message_id.distinct())).join(Message).join(Conversation)
    number = session.scalar(lost) or 0
    hint = word(
        "health", "corrected", number=str(session.scalar(mended.where(_of(organisations, Correction.at > lately))) or 0)
    )
    return State(word("health", "heard"), word("health", "not_heard", number=str(number), total=str(total)), hint=hint)


def _mail(session: Session, organisations: Collection[int], now: datetime) -> State:
    """To advisers of these; what was not sent because somebody works here no more is no fault."""
    theirs = select(membership.c.adviser_id).where(membership.c.organisation_id.in_(organisations))
    mine = select(func.count(Mail.id)).where(Mail.adviser_id.in_(theirs))
    lost = (Mail.given_up_at > now - _LATELY, func.coalesce(Mail.error, "") != "left")
    given_up = session.scalar(mine.where(*lost)) or 0
    waits = session.scalar(mine.where(Mail.sent_at.is_(None), Mail.given_up_at.is_(None))) or 0
    told = word("health", "mail_waits", number=str(waits))
    hint = word("health", "mail_lost", number=str(given_up)) if given_up else ""
    return State(word("health", "mail"), told, given_up > 0, hint)
