"""How a case had ended when it came again, kept on the ladder it had: the case itself forgets it. Part of the caller's
transaction. The board counts what has been by it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.models import Case, Ladder


def keep_end(session: Session, case: Case, now: datetime) -> None:
    """Write down how it stands, before it is opened again. Only the newest ladder: an older one has its own end."""
    newest = select(func.max(Ladder.round)).where(Ladder.case_id == case.id).scalar_subquery()
    session.execute(
        update(Ladder)
        .where(Ladder.case_id == case.id, Ladder.round == newest)
        .values(
            ended_as=case.outcome or case.status,
            ended_at=case.closed_at or now,
            stage=case.stage,
            eviction_date=case.eviction_date,
        )
        .execution_options(synchronize_session=False)
    )
