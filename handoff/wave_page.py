"""One wave as an adviser sees it: how it stands, what was done, who was left out and why, and what may be done now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.models import Case, Organisation, Upload, Wave
from bot.organisations import read_settings
from bot.wave_desk import PlannedContact, PlannedSkip, WaveDesk, WavePreview, WaveView
from handoff.formats import moment
from handoff.handoffs import Acting
from handoff.wave_contacts import ContactRow, count_contacts, read_contacts, read_skips
from handoff.wave_list import names_of
from handoff.wave_summary import Group, Summary, sending_words, summarise
from handoff.wave_words import SMS, Stop, by_words, counted, month_words, numbered, state_words, stops

#: No ladder is longer, and no deadline further off.
_OVER = timedelta(days=90)
_MOST_NAMES = 40


@dataclass(frozen=True, slots=True)
class Release:
    """What a second person is asked."""

    sms: int
    sends: str
    is_own: bool  #: who reads this laid the file up
    late: tuple[str, ...]  #: who came after an earlier release
    more: int


@dataclass(frozen=True, slots=True)
class WavePage:
    """All of one wave's page."""

    month: str
    title: str
    state: str
    what: str  #: the desk's state
    by: str
    planned: Summary | None  #: while it has not started
    release: Release | None
    steps: tuple[tuple[str, int], ...]
    sms: tuple[tuple[str, int], ...]
    told: int
    answered: int
    groups: tuple[Group, ...]
    stops: tuple[Stop, ...]
    contacts: tuple[ContactRow, ...]
    contacts_in_all: int
    can: frozenset[str]


def read_wave(
    session: Session,
    desk: WaveDesk,
    organisation: Organisation,
    month: str,
    acting: Acting,
    now: datetime,
    page: int = 1,
) -> WavePage | None:
    """One month's wave; None when there is none."""
    wave = next((each for each in desk.waves(session, organisation, now) if each.month == month), None)
    if wave is None:
        return None
    settings = read_settings(organisation.settings)
    row = session.scalar(select(Wave).where(Wave.organisation_id == organisation.id, Wave.month == month))
    wave_id = row.id if row is not None else 0
    names = names_of(session, organisation)
    words = numbered(wave.contacts)
    preview = _preview(session, desk, organisation, wave, now)
    planned = summarise(preview, settings.segment_price) if preview is not None else None
    return WavePage(
        month=month,
        title=month_words(month),
        state=state_words(wave, settings.send_from, names, now),
        what=wave.state,
        by=_by(row, names, now),
        planned=planned,
        release=_release(session, organisation, wave, preview, acting),
        steps=tuple((words[step], number) for (step, _), number in sorted(wave.contacts.items())),
        sms=counted(wave.sms),
        told=wave.sms.total(),
        answered=wave.answered,
        groups=read_skips(session, wave_id),
        stops=_stops(session, desk, organisation, wave.started_at or (planned.usual_at if planned else None), now),
        contacts=read_contacts(session, wave_id, words, now, page),
        contacts_in_all=count_contacts(session, wave_id),
        can=_can(wave, now),
    )


def _preview(
    session: Session, desk: WaveDesk, organisation: Organisation, wave: WaveView, now: datetime
) -> WavePreview | None:
    """What it would do, while it has not begun to."""
    if wave.state == "cancelled" or (wave.started_at is not None and not wave.waiting_for_release):
        return None
    preview = desk.preview(session, organisation, now)
    return preview if preview.month == wave.month else None


def _can(wave: WaveView, now: datetime) -> frozenset[str]:
    """What may be done with it; of an old one nothing is left to be stopped."""
    is_old = wave.started_at is not None and now - wave.started_at > _OVER
    if wave.state == "cancelled" or is_old:
        return frozenset()
    return frozenset({"resume" if wave.state == "paused" else "pause", "cancel"})


def _by(row: Wave | None, names: Mapping[str, str], now: datetime) -> str:
    """Who started, released or stopped it."""
    if row is None:
        return ""
    told = []
    if row.started_at is not None:
        told.append(f"startet {by_words(row.started_by, names)} {moment(row.started_at, now)}")
    if row.released_by_id is not None and row.released_at is not None:
        told.append(f"frigivet {by_words(str(row.released_by_id), names)} {moment(row.released_at, now)}")
    if row.cancelled_at is not None:
        told.append(f"stoppet {by_words(row.cancelled_by, names)} {moment(row.cancelled_at, now)}")
    words = ", ".join(told)
    return words[:1].upper() + words[1:]


def _release(
    session: Session, organisation: Organisation, wave: WaveView, preview: WavePreview | None, acting: Acting
) -> Release | None:
    if not wave.waiting_for_release or wave.state == "paused" or preview is None:
        return None
    told: list[PlannedContact | PlannedSkip] = [*preview.contacts, *preview.skips]
    mine = [each for each in told if each.case_id in preview.waiting]
    sms = {each.case_id: each.send_at for each in mine if isinstance(each, PlannedContact) and each.kind == SMS}
    late = {each.case_id: f"{each.name}, {each.case_ref}" for each in mine} if wave.released_at is not None else {}
    names = tuple(late.values())
    return Release(
        sms=len(sms),
        sends=sending_words(sms.values(), preview.now),
        is_own=_laid_up(session, organisation.id, acting.adviser_id, preview.waiting),
        late=names[:_MOST_NAMES],
        more=max(0, len(names) - _MOST_NAMES),
    )


def _laid_up(session: Session, organisation_id: int, adviser_id: int, waiting: frozenset[int]) -> bool:
    """True when a case that waits for its release came with a file of this adviser's."""
    mine = select(Case.id).join(Upload, Upload.id == Case.upload_id).where(Upload.adviser_id == adviser_id)
    mine = mine.where(Case.organisation_id == organisation_id, Case.status == "open")
    return not waiting.isdisjoint(session.scalars(mine))


def _stops(
    session: Session, desk: WaveDesk, organisation: Organisation, starts: datetime | None, now: datetime
) -> tuple[Stop, ...]:
    """The ladder as most of this wave's cases go through it."""
    if starts is None:
        return ()
    still_open = (Case.organisation_id == organisation.id, Case.status == "open", Case.deadline >= starts.date())
    number = func.count(Case.id)
    most = select(Case.deadline).where(*still_open).group_by(Case.deadline).order_by(number.desc(), Case.deadline)
    deadline = session.scalar(most.limit(1))
    return stops(desk.rungs(organisation, starts, deadline), now.date()) if deadline is not None else ()
