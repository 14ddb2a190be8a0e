"""What is wrong with the service, told to advisers in plain words: a calm bar on every page until somebody has seen it.

What nobody is left to write down, a clockwork that stands still, is reckoned when a page is shown.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.dialogs import texts
from bot.heartbeats import all_beats
from bot.incidents import Kind, open_incidents, report
from bot.models import Adviser, AuditEvent, Incident, Organisation
from bot.silence import silent
from handoff.formats import first_name, moment
from handoff.handoffs import Acting
from handoff.ownership.left import Left, read_left
from handoff.saying import said
from handoff.wave_words import month_words
from handoff.wording import lowered, word

#: While these last, SMS do not go out.
_NOTHING_GOES = frozenset({"account_blocked", "text_blocked", "outbox_old"})
#: They tell of something that is over: nothing hangs on them once somebody knows.
_OVER_WHEN_SEEN = frozenset({"unknown_error", "mail_failed", "pause_expired"})
_OF_A_MONTH = frozenset({"no_wave", "not_released", "pause_expired"})
#: So much of a text is enough to know it by.
_BEGINNING = 70
_KINDS_OF_SILENCE: tuple[Kind, ...] = ("no_tick", "no_poll")


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that is wrong. ``key`` names it in the form; ``seen`` says by whom, once somebody has seen it."""

    key: str
    title: str
    todo: str
    since: str
    organisation: str
    is_urgent: bool
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Notices:
    """What is new, and what somebody has seen and is not over yet."""

    fresh: tuple[Notice, ...] = ()
    seen: tuple[Notice, ...] = ()
    left: tuple[Left, ...] = ()  #: what was this adviser's and went to the queue, unanswered


def read_notices(session: Session, acting: Acting, now: datetime) -> Notices:
    """What is wrong now for this adviser's organisations, the oldest first."""
    rows = open_incidents(session, acting.organisations)
    names = _names(session, acting)
    told = [_notice(session, row, str(row.id), names, now) for row in rows]
    written = {row.kind for row in rows}
    for kind, since in _silences(session, now).items():
        if kind not in written:
            told.append(_notice(session, Incident(kind=kind, subject="", detail={}, at=since), kind, names, now))
    fresh, seen = tuple(n for n in told if not n.seen), tuple(n for n in told if n.seen)
    return Notices(fresh, seen, read_left(session, acting, now))


def see(session: Session, acting: Acting, keys: Collection[str], now: datetime) -> int:
    """Jeg har set det: keep who and when of those that are open to this adviser; how many that were."""
    wanted = [row for row in open_incidents(session, acting.organisations) if str(row.id) in keys]
    standing = {row.kind for row in open_incidents(session, acting.organisations)}
    for kind in _KINDS_OF_SILENCE:
        if kind in keys and kind not in standing and kind in _silences(session, now):
            wanted.append(report(session, kind, now))
    unseen = [row for row in wanted if row.seen_at is None]
    for row in unseen:
        row.seen_by_id, row.seen_at = acting.adviser_id, now
        if row.kind in _OVER_WHEN_SEEN or (row.kind == "text_blocked" and not row.subject):
            row.ended_at = now  # nothing hangs on it: there were tasks, and somebody knows of it now
        session.add(_event(row, acting, now))
    return len(unseen)


def _event(incident: Incident, acting: Acting, now: datetime) -> AuditEvent:
    return AuditEvent(
        at=now,
        adviser_id=acting.adviser_id,
        organisation_id=incident.organisation_id,
        action="incident_seen",
        subject=f"incident:{incident.id}",
    )


def _silences(session: Session, now: datetime) -> dict[str, datetime]:
    return silent(all_beats(session), now)


def _names(session: Session, acting: Acting) -> dict[int, str]:
    """Of which organisation something is, where the adviser has more than one."""
    if len(acting.organisations) < 2:
        return {}
    rows = session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(acting.organisations)))
    return {row.id: row.name for row in rows}


def words_of(session: Session, incident: Incident) -> tuple[str, str]:
    """What is wrong, and what to do."""
    detail = incident.detail
    count = int(detail.get("messages") or 1)
    values = {
        "subject": _subject(incident),
        "month": lowered(month_words(incident.subject)) if incident.kind in _OF_A_MONTH else "",
        "who": _adviser_of(session, incident),
        "code": f" (fejl {detail['code']})" if detail.get("code") else "",
        "messages": said("1 sms") if count == 1 else said("{count} sms'er", count=count),
    }
    title = word("incidents", incident.kind).format(**values)
    return title, word("incidents_todo", _todo(incident)).format(**values)


def _notice(session: Session, incident: Incident, key: str, names: dict[int, str], now: datetime) -> Notice:
    title, todo = words_of(session, incident)
    return Notice(
        key=key,
        title=title,
        todo=todo,
        since=moment(incident.at, now),
        organisation=names.get(incident.organisation_id or 0, ""),
        is_urgent=incident.kind in _NOTHING_GOES,
        seen=_seen(session, incident, now),
    )


def _adviser_of(session: Session, incident: Incident) -> str:
    kind, _, number = incident.subject.partition(":")
    found = session.get(Adviser, int(number)) if kind == "adviser" and number.isdecimal() else None
    return found.name if found else said("en rådgiver")


def _subject(incident: Incident) -> str:
    """A text is named by how it begins, for nobody knows its key; all else by its code."""
    key, _, language = incident.subject.partition(":")
    if incident.kind != "text_blocked" or not texts.has(key):
        return incident.subject
    body = texts.catalogue(language or texts.FALLBACK).get(key, texts.catalogue(texts.FALLBACK)[key])
    return f'"{body[:_BEGINNING].rsplit(" ", 1)[0]} ..."' if len(body) > _BEGINNING else f'"{body}"'


def _todo(incident: Incident) -> str:
    """Nobody can write a text in other words that has no name."""
    is_unnamed = incident.kind == "text_blocked" and not incident.subject
    return "text_blocked_unnamed" if is_unnamed else incident.kind


def _seen(session: Session, incident: Incident, now: datetime) -> str:
    if incident.seen_at is None or incident.seen_by_id is None:
        return ""
    who = session.get(Adviser, incident.seen_by_id)
    name = first_name(who.name) if who else said("En rådgiver")
    return said("{who} har set det {when}", who=name, when=moment(incident.seen_at, now))
