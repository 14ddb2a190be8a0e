"""The papers that an application to the kommune needs, ticked by hand: which of them are ready, who said so and when.

No law that we have read lists them: the kommune decides what it must see. Which are usually asked for is practice, with
its source (``papirer`` of bot/dialogs/texts/sources.toml). The ticks are lines of history and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from bot.models import Case, Change
from handoff.case_work.changes import keep
from handoff.case_work.forms import Button, Editing, Why, Work, seal
from handoff.formats import first_name, short_moment
from handoff.wording import word

#: Always; the landlord has the first three.
OURS = ("statement", "termination", "rent_parts", "consent")
#: Where the resident has asked about help from the kommune, or told of what brought them there.
THEIRS = ("income_papers", "bank_papers")


@dataclass(frozen=True, slots=True)
class Paper:
    """One of them; ``by`` tells who ticked it and when."""

    key: str
    name: str
    is_ready: bool
    by: str
    seal: str


@dataclass(frozen=True, slots=True)
class Papers:
    """The card."""

    rows: tuple[Paper, ...]
    source: str

    @property
    def ready(self) -> int:
        """How many are ticked."""
        return sum(paper.is_ready for paper in self.rows)


def read_papers(session: Session, case: Case, now: datetime, *, asks_kommune: bool) -> Papers:
    """As they stand now."""
    ticks = _ticks(session, case)
    ready = {key for key, tick in ticks.items() if tick.new}
    keys = [*OURS, *(key for key in THEIRS if asks_kommune or key in ready)]
    return Papers(tuple(_paper(key, ticks.get(key), now) for key in keys), word("words", "papers_source"))


def read(work: Work, key: str) -> Editing | None:
    """One tick; it has no fields."""
    if work.case is None or key not in (*OURS, *THEIRS):
        return None
    tick = _ticks(work.session, work.case).get(key)
    return Editing(f"paper-{key}", word("papers", key), (), (Button("tick", "Er klar"),), _seal(tick))


def save(work: Work, key: str, do: str, form: Mapping[str, str]) -> Why | None:
    """It is ready, or is not after all."""
    if work.case is None:
        return "gone"
    tick = _ticks(work.session, work.case).get(key)
    keep(work, f"paper:{key}", "ready", bool(tick and tick.new), do == "tick")
    work.audit("paper_ticked", f"case:{work.case.id}")
    return None


def _paper(key: str, tick: Change | None, now: datetime) -> Paper:
    is_ready = bool(tick and tick.new)
    by = f"{first_name(tick.adviser.name)}, {short_moment(tick.at, now)}" if tick and is_ready else ""
    return Paper(key, word("papers", key), is_ready, by, _seal(tick))


def _seal(tick: Change | None) -> str:
    return seal(bool(tick and tick.new))


def _ticks(session: Session, case: Case) -> dict[str, Change]:
    """The newest of each, since the case was opened."""
    mine = (Change.case_id == case.id, Change.subject.startswith("paper:"), Change.at >= case.opened_at)
    rows = session.scalars(select(Change).where(*mine).options(joinedload(Change.adviser)).order_by(Change.id))
    return {row.subject.removeprefix("paper:"): row for row in rows}
