"""An organisation's settings, changed by an admin and kept with who did it, when, and what it was before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Adviser, AuditEvent, Organisation
from bot.organisations import OrganisationSettings, change, read_settings
from handoff.formats import moment
from handoff.handoffs import Acting
from handoff.saying import said
from handoff.setup.fields import check, fields, shown

ACTION = "settings_changed"
_SHOWN = 20
#: The audit keeps no name and no number: of these only that they were changed.
_PEOPLE = frozenset({"adviser_name", "main_number", "kommune_numbers"})

Why = Literal["no_change", "changed_meanwhile", "not_admin", "not_found"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the history: who and when, and what."""

    told: str
    changes: tuple[str, ...]


def seen_of(settings: OrganisationSettings) -> str:
    """A mark of the settings as they stand: who sends another has seen others."""
    return hashlib.sha256(json.dumps(shown(settings), sort_keys=True).encode()).hexdigest()[:16]


def save_settings(
    session: Session, acting: Acting, organisation_id: int, words: Mapping[str, str], seen: str, now: datetime
) -> Why | dict[str, str] | None:
    """Store them. None: done; a word: why not; a table: what is wrong, by the setting. The organisation is locked."""
    if organisation_id not in acting.organisations:
        return "not_found"
    if not acting.is_admin:
        return "not_admin"
    organisation = session.get_one(Organisation, organisation_id, with_for_update=True)
    before = read_settings(organisation.settings)
    if wrong := check(organisation.settings, words):
        return wrong
    wanted = change(organisation.settings, [f"{key}={word}" for key, word in words.items()])
    after = read_settings(wanted)
    if before == after:
        return "no_change"
    if seen != seen_of(before):
        return "changed_meanwhile"
    organisation.settings = wanted
    session.add(
        AuditEvent(
            at=now,
            adviser_id=acting.adviser_id,
            organisation_id=organisation_id,
            action=ACTION,
            subject=f"organisation:{organisation_id}",
            detail=_difference(before, after),
        )
    )
    return None


def history(session: Session, organisation_id: int, now: datetime) -> list[Line]:
    """The newest changes, the newest first."""
    mine = (AuditEvent.organisation_id == organisation_id, AuditEvent.action == ACTION)
    wanted = select(AuditEvent, Adviser.name).outerjoin(Adviser, Adviser.id == AuditEvent.adviser_id).where(*mine)
    rows = session.execute(wanted.order_by(AuditEvent.id.desc()).limit(_SHOWN))
    labels = {field.key: field.label for field in fields()}
    return [
        Line(f"{name or said('Den, der passer Redningskrans,')} {moment(event.at, now)}", _told(event.detail, labels))
        for event, name in rows
    ]


def _difference(before: OrganisationSettings, after: OrganisationSettings) -> dict[str, Any]:
    was, became = shown(before), shown(after)
    return {
        key: None if key in _PEOPLE else [", ".join(was[key]), ", ".join(value)]
        for key, value in became.items()
        if was[key] != value
    }


def _told(detail: Mapping[str, Any], labels: Mapping[str, str]) -> tuple[str, ...]:
    lines = []
    for key, values in detail.items():
        label = labels.get(key.partition(".")[0], key)
        old, new = [value or said("tomt") for value in values or ("", "")]
        changed = said("{label}: fra {old} til {new}", label=label, old=old, new=new)
        lines.append(changed if values else said("{label} ændret", label=label))
    return tuple(lines)
