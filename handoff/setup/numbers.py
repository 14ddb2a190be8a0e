"""The numbers that residents are given: helplines, kommuner, our own; whence, and when somebody last looked them up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.dialogs.contacts import contacts, kommune_key
from bot.dialogs.sources import HOLDS
from bot.models import COPENHAGEN, AuditEvent, Organisation, SourceCheck
from bot.organisations import read_settings
from bot.sms import national
from handoff.formats import day, first_name
from handoff.handoffs import Acting
from handoff.setup.keep_settings import ACTION
from handoff.text_rows import newest_checks
from handoff.wording import word

#: Apart from the texts' own keys.
_PREFIX = "number:"
_LONGEST_KEY = 80


@dataclass(frozen=True, slots=True)
class NumberRow:
    """One number. ``is_due``: nobody has looked for half a year, or ever."""

    key: str
    name: str
    number: str
    source: str
    checked: str
    is_due: bool
    is_said: bool = True


@dataclass(frozen=True, slots=True)
class Numbers:
    """An organisation's own numbers, and those that we give to all."""

    own: tuple[NumberRow, ...]
    helplines: tuple[NumberRow, ...]


def read_numbers(session: Session, organisation: Organisation, today: date) -> Numbers:
    """Every number with its newest check; one that is set anew has not been looked up since."""
    checks = newest_checks(session, organisation.id)
    settings = read_settings(organisation.settings)
    own = [("main", word("numbers", "main"), settings.main_number)] if settings.main_number else []
    own += [(kommune_slug(name), name, number) for name, number in settings.kommune_numbers.items()]
    changed = _last_change(session, organisation.id)
    own_rows = [
        _row(
            key,
            name,
            national(number),
            word("numbers", "own_source"),
            _since(checks.get(_PREFIX + key), changed),
            None,
            today,
        )
        for key, name, number in own
    ]
    lines = [
        _row(key, it.name, it.number, it.source, checks.get(_PREFIX + key), it.checked, today, is_said=it.said)
        for key, it in contacts().items()
    ]
    return Numbers(tuple(own_rows), tuple(lines))


def kommune_slug(name: str) -> str:
    """A kommune's number as its check is kept."""
    return f"kommune {kommune_key(name)}"[: _LONGEST_KEY - len(_PREFIX)]


def check_number(session: Session, acting: Acting, organisation: Organisation, key: str, now: datetime) -> bool:
    """Keep that an admin has called or looked it up today; False when there is no such number. Once a day is enough."""
    numbers = read_numbers(session, organisation, now.astimezone(COPENHAGEN).date())
    if key not in {row.key for row in (*numbers.own, *numbers.helplines)}:
        return False
    newest = newest_checks(session, organisation.id).get(_PREFIX + key)
    if newest and newest.adviser_id == acting.adviser_id and newest.at.date() == now.astimezone(COPENHAGEN).date():
        return True
    check = SourceCheck(organisation_id=organisation.id, key=_PREFIX + key, adviser_id=acting.adviser_id, at=now)
    session.add(check)
    session.flush()
    session.add(
        AuditEvent(
            at=now,
            adviser_id=acting.adviser_id,
            organisation_id=organisation.id,
            action="number_checked",
            subject=f"source_check:{check.id}",
        )
    )
    return True


def _row(
    key: str,
    name: str,
    number: str,
    source: str,
    check: SourceCheck | None,
    ours: date | None,
    today: date,
    *,
    is_said: bool = True,
) -> NumberRow:
    looked_up = check.at.astimezone(COPENHAGEN).date() if check else None
    newest = max((on for on in (looked_up, ours) if on is not None), default=None)
    is_due = newest is None or today - newest > HOLDS
    told = word("numbers", "never")
    if newest is not None:
        by = f" af {first_name(check.adviser.name)}" if check and newest == looked_up else ""
        told = f"{day(newest, today)}{by}"
    return NumberRow(key, name, number, source, told, is_due, is_said)


def _since(check: SourceCheck | None, changed: datetime | None) -> SourceCheck | None:
    return None if check is None or (changed is not None and check.at < changed) else check


def _last_change(session: Session, organisation_id: int) -> datetime | None:
    """When an admin last changed one of the organisation's own numbers."""
    mine = (AuditEvent.organisation_id == organisation_id, AuditEvent.action == ACTION)
    events = session.scalars(select(AuditEvent).where(*mine).order_by(AuditEvent.id.desc()))
    return next((e.at for e in events if {"main_number", "kommune_numbers"} & e.detail.keys()), None)
