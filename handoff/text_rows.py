"""The rows behind the pages on our texts, and how they are told: what stands, what was checked, what is due."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from bot.dialogs.sources import Kept, due
from bot.models import COPENHAGEN, Organisation, SourceCheck, Wording
from handoff.formats import day, first_name
from handoff.handoffs import Acting
from handoff.wording import word


def find_organisation(session: Session, acting: Acting, organisation_id: int) -> Organisation | None:
    """An organisation that this adviser belongs to; None for every other."""
    return session.get(Organisation, organisation_id) if organisation_id in acting.organisations else None


def wordings_of(organisation_id: int) -> Select[Wording]:
    """All wordings of an organisation with their people, the oldest first."""
    people = (joinedload(Wording.author), joinedload(Wording.approved_by), joinedload(Wording.ended_by))
    return select(Wording).where(Wording.organisation_id == organisation_id).options(*people).order_by(Wording.id)


def standing_of(organisation_id: int) -> Select[Wording]:
    """Those that are said or wait."""
    return wordings_of(organisation_id).where(Wording.status.in_(("draft", "live")))


def checks_of(organisation_id: int) -> Select[SourceCheck]:
    """All checks of an organisation, the oldest first."""
    mine = select(SourceCheck).where(SourceCheck.organisation_id == organisation_id)
    return mine.options(joinedload(SourceCheck.adviser)).order_by(SourceCheck.id)


def newest_checks(session: Session, organisation_id: int) -> dict[str, SourceCheck]:
    """The newest check of each text."""
    return {check.key: check for check in session.scalars(checks_of(organisation_id))}


def due_words(text: Kept | None, today: date, check: SourceCheck | None) -> tuple[str, ...]:
    """Why a text is to be looked at."""
    if text is None:
        return ()
    return tuple(word("due", reason) for reason in due(text, today, _day_of(check)))


def checked_words(text: Kept, check: SourceCheck | None, today: date) -> str:
    """kontrolleret i dag af Mette · kontrolleret 22. nov."""
    looked_up = _day_of(check)
    if check is not None and looked_up is not None and looked_up >= text.checked:
        return f"kontrolleret {day(looked_up, today)} af {first_name(check.adviser.name)}"
    return f"kontrolleret {day(text.checked, today)}"


def _day_of(check: SourceCheck | None) -> date | None:
    return check.at.astimezone(COPENHAGEN).date() if check is not None else None
