"""What this month's wave would do as things stand, with the texts: as plain data, in a handful of queries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.contacts import preview_texts
from bot.fact_rows import chunks
from bot.models import COPENHAGEN, Case, Organisation
from bot.organisations import read_settings
from bot.sms import segments
from bot.wave_desk import PlannedContact, PlannedSkip, WavePreview
from bot.workdays import is_open, next_opening
from scheduler.calendar import WaveDay, wave_month
from scheduler.run_waves import planned_and_waiting
from scheduler.waves import Contact, Skip
from scheduler.wording import IN_WORDS


def look_ahead(session: Session, organisation: Organisation, now: datetime) -> WavePreview:
    """Plan this month's wave and render every text, without writing anything."""
    settings = read_settings(organisation.settings)
    items, waiting = planned_and_waiting(session, organisation, now)
    cases = _cases(session, {item.case_id for item in items})
    sms = [(cases[item.case_id], item.sms) for item in items if isinstance(item, Contact) and item.sms is not None]
    texts = iter(preview_texts(session, sms, now))
    contacts = [
        _contact(cases[item.case_id], item, next(texts) if item.sms is not None else "")
        for item in items
        if isinstance(item, Contact)
    ]
    return WavePreview(
        month=wave_month(now.astimezone(COPENHAGEN).date(), WaveDay(settings.wave_day, settings.wave_day_moves)),
        now=now,
        waits_until=None if is_open(settings.window, now) else next_opening(settings.window, now),
        contacts=tuple(contacts),
        skips=tuple(_skip(cases[item.case_id], item) for item in items if isinstance(item, Skip)),
        waiting=waiting,
    )


def _cases(session: Session, wanted: Iterable[int]) -> dict[int, Case]:
    return {
        case.id: case
        for ids in chunks(sorted(wanted))
        for case in session.scalars(select(Case).where(Case.id.in_(ids)))
    }


def _contact(case: Case, item: Contact, text: str) -> PlannedContact:
    return PlannedContact(
        case_id=case.id,
        case_ref=case.case_ref,
        name=case.resident.name,
        phone=case.resident.phone,
        language=case.resident.language,
        step=item.step,
        kind=item.kind,
        send_at=item.send_at,
        expires_at=item.expires_at,
        text=text,
        segments=segments(text) if item.sms is not None else 0,
    )


def _skip(case: Case, item: Skip) -> PlannedSkip:
    return PlannedSkip(case.id, case.case_ref, case.resident.name, item.step, item.why, IN_WORDS[item.why], item.at)
