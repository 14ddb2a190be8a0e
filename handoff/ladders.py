"""An organisation's ladder, changed by an admin and kept with who did it, when, and what it was before.

Cases whose ladder has begun go on with the one that they began with (docs/decisions/0014-a-ladder-that-has-begun.md).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Adviser, AuditEvent, Organisation
from bot.organisations import LadderStep, change, read_settings
from handoff.formats import moment
from handoff.handoffs import Acting
from handoff.ladder_rows import rows_of
from handoff.wording import word

_ACTION = "ladder_changed"
_SHOWN = 20

Result = Literal["changed", "no_change", "changed_meanwhile", "not_admin", "not_found"]


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the history: who and when, and the ladder as it was before."""

    told: str
    before: str


def dumped(ladder: Sequence[LadderStep]) -> list[dict[str, Any]]:
    """A ladder as it is stored and compared."""
    return [step.model_dump(mode="json") for step in ladder]


def save_ladder(
    session: Session, acting: Acting, organisation_id: int, ladder: Sequence[LadderStep], seen: str, now: datetime
) -> Result:
    """Store it, if it still is the one that was ``seen`` (as JSON). The organisation's row is locked."""
    if organisation_id not in acting.organisations:
        return "not_found"
    if not acting.is_admin:
        return "not_admin"
    organisation = session.get_one(Organisation, organisation_id, with_for_update=True)
    before, after = dumped(read_settings(organisation.settings).ladder), dumped(ladder)
    if before == after:
        return "no_change"
    if json.dumps(before) != seen:
        return "changed_meanwhile"
    organisation.settings = change(organisation.settings, [f"ladder={json.dumps(after)}"])
    note_change(session, organisation_id, acting.adviser_id, before, after, now)
    return "changed"


def note_change(
    session: Session,
    organisation_id: int,
    adviser_id: int | None,
    before: list[dict[str, Any]],
    after: list[dict[str, Any]],
    now: datetime,
) -> None:
    """Keep who changed it and what it was, if it has changed. No adviser: the command."""
    if before != after:
        session.add(
            AuditEvent(
                at=now,
                adviser_id=adviser_id,
                organisation_id=organisation_id,
                action=_ACTION,
                subject=f"organisation:{organisation_id}",
                detail={"before": before, "after": after},
            )
        )


def history(session: Session, organisation_id: int, now: datetime) -> tuple[Change, ...]:
    """Who changed it and when, the newest first."""
    rows = session.execute(
        select(AuditEvent.at, AuditEvent.detail, Adviser.name)
        .outerjoin(Adviser, Adviser.id == AuditEvent.adviser_id)
        .where(AuditEvent.organisation_id == organisation_id, AuditEvent.action == _ACTION)
        .order_by(AuditEvent.id.desc())
        .limit(_SHOWN)
    )
    return tuple(
        Change(word("ladder", "changed_by", at=moment(at, now), name=name or word("ladder", "command")), _words(detail))
        for at, detail, name in rows
    )


def _words(detail: dict[str, Any]) -> str:
    ladder = [LadderStep.model_validate(line) for line in detail.get("before", [])]
    return ", ".join(f"{row.when}: {word('ladder_kinds', row.kind)}" for row in rows_of(ladder))
