"""The waves of an adviser's organisations: this month's, the earlier ones, and the files that wait for a decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from bot.models import Adviser, Organisation, Upload
from bot.organisations import read_settings
from bot.uploads import standing_of
from bot.wave_desk import WaveDesk, WaveView
from handoff.formats import first_name, moment
from handoff.handoffs import Acting
from handoff.saying import said
from handoff.wave_contacts import count_skipped
from handoff.wave_words import SMS, month_words, state_words


@dataclass(frozen=True, slots=True)
class WaveRow:
    """One month's wave in a line."""

    month: str
    title: str
    state: str
    is_open: bool  #: somebody is to do something, or it is going on
    sms: int
    answered: int
    skipped: int


@dataclass(frozen=True, slots=True)
class UploadRow:
    """A file that waits to be taken."""

    id: int
    filename: str
    told: str


@dataclass(frozen=True, slots=True)
class OrganisationWaves:
    """One organisation's part of the page."""

    id: int
    name: str
    current: WaveRow
    earlier: tuple[WaveRow, ...]
    uploads: tuple[UploadRow, ...]


def read_waves(session: Session, desk: WaveDesk, acting: Acting, now: datetime) -> list[OrganisationWaves]:
    """All that an adviser may see, by organisation."""
    mine = select(Organisation).where(Organisation.id.in_(acting.organisations)).order_by(Organisation.name)
    return [_read(session, desk, organisation, now) for organisation in session.scalars(mine)]


def names_of(session: Session, organisation: Organisation) -> Mapping[str, str]:
    """The organisation's advisers by their id, as a wave keeps it."""
    advisers = select(Adviser).where(Adviser.organisations.any(Organisation.id == organisation.id))
    return {str(adviser.id): adviser.name for adviser in session.scalars(advisers)}


def _read(session: Session, desk: WaveDesk, organisation: Organisation, now: datetime) -> OrganisationWaves:
    opens, names = read_settings(organisation.settings).send_from, names_of(session, organisation)
    waves = desk.waves(session, organisation, now)
    skipped = count_skipped(session, organisation.id)
    rows = [_row(wave, state_words(wave, opens, names, now), skipped.get(wave.month, 0)) for wave in waves]
    return OrganisationWaves(
        organisation.id, organisation.name, rows[0], tuple(rows[1:]), _uploads(session, organisation, now)
    )


def _row(wave: WaveView, state: str, skipped: int) -> WaveRow:
    return WaveRow(
        month=wave.month,
        title=month_words(wave.month),
        state=state,
        is_open=wave.state not in ("not_due", "cancelled"),
        sms=sum(number for (_, kind), number in wave.contacts.items() if kind == SMS),
        answered=wave.answered,
        skipped=skipped,
    )


def _uploads(session: Session, organisation: Organisation, now: datetime) -> tuple[UploadRow, ...]:
    waiting = (
        select(Upload)
        .where(Upload.organisation_id == organisation.id, Upload.content.is_not(None))
        .options(joinedload(Upload.adviser))
        .order_by(Upload.id.desc())
    )
    rows = [upload for upload in session.scalars(waiting) if standing_of(upload, now) == "waits"]
    return tuple(
        UploadRow(
            row.id,
            row.filename,
            said("lagt op {when} af {who}", when=moment(row.at, now), who=first_name(row.adviser.name)),
        )
        for row in rows
    )
