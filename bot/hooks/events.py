"""What happened, written down for whom it concerns in the transaction in which it happened, so that none is lost.

Ids and codes only: what a resident has told is fetched with a token by whoever may read it, and is never pushed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Case, Handoff, Webhook, WebhookDelivery

HANDOFF_OPENED, CASE_CLOSED, CASE_SETTLED = "handoff.opened", "case.closed", "case.settled"
#: Sent to one address by hand, to see whether it takes it.
TRIAL = "trial"
#: Each event with what it means, for the API's description.
EVENTS: Mapping[str, str] = {
    HANDOFF_OPENED: "The bot asked for a person. Read it with GET /handoffs.",
    CASE_CLOSED: "An adviser closed the case, or mended how it ended.",
    CASE_SETTLED: "The rent system says that nothing is owed any more.",
}


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened; ``key`` names it, so that each address is told once."""

    event: str
    key: str
    data: dict[str, Any]


def tell(session: Session, organisation_id: int, happened: Sequence[Happened], now: datetime) -> None:
    """Write a delivery for each of the organisation's addresses that wants to know of it."""
    if not happened:
        return
    mine = select(Webhook).where(Webhook.organisation_id == organisation_id, Webhook.removed_at.is_(None))
    hooks = session.scalars(mine.order_by(Webhook.id)).all()
    session.add_all(
        WebhookDelivery(webhook_id=hook.id, event=each.event, key=each.key, payload=each.data, at=now, due_at=now)
        for hook in hooks
        for each in happened
        if each.event in hook.events
    )


def handoff_opened(handoff: Handoff, case: Case | None) -> Happened:
    """``priority`` says how soon somebody should look; why stays here, it may be about an illness."""
    data = {
        "handoff_id": handoff.id,
        "conversation_id": handoff.conversation_id,
        "case_ref": case.case_ref if case else None,
        "priority": handoff.priority,
    }
    return Happened(HANDOFF_OPENED, f"handoff:{handoff.id}", data)


def case_closed(case: Case, now: datetime) -> Happened:
    """Each time that an adviser says how it ended."""
    data = {"case_ref": case.case_ref, "outcome": case.outcome}
    return Happened(CASE_CLOSED, f"case:{case.id}:closed:{now.isoformat()}", data)


def case_settled(case: Case) -> Happened:
    """Once for each time that the case was opened."""
    return Happened(CASE_SETTLED, f"case:{case.id}:settled:{case.opened_at.isoformat()}", {"case_ref": case.case_ref})
