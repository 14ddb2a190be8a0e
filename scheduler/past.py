"""What a wave has done for cases already: ladders, contacts, skips, and the keys of those that were erased since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from bot.models import Contact, Ladder, Message, Skip, StepKey
from scheduler.chosen import Chosen
from scheduler.ladder import DEADLINE_STEP, Step, load_steps

#: Of which cases the keys are asked for; None: of all.
Keys = Collection[str] | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where one case stands. ``done``: steps of its present ladder; ``ladder_at``: since when that runs, if it does."""

    round: int
    wave_id: int | None
    starts_at: datetime | None = None
    ladder_at: datetime | None = None
    steps: tuple[Step, ...] | None = None
    month: str = ""  #: of that ladder's wave
    done: frozenset[int] = frozenset()
    sms_sent: bool = False
    met_before: bool = False
    skipped: frozenset[tuple[int, str]] = frozenset()


class Past:
    """Read once for all chosen cases; ``place`` tells it of one."""

    def __init__(
        self, session: Session, chosen: Chosen, months: Mapping[int, str], homes: set[int], keys: Keys
    ) -> None:
        """``months``: of the organisation's waves; ``homes``: those in which a ladder may begin."""
        self._months = months
        self._ladders, self._contacts, self._skips = (
            _by_case(session, rows, chosen) for rows in _queries(chosen.query)
        )
        begun = {ladders[-1].wave_id for ladders in self._ladders.values()}
        self._keys = _keys(session, begun | homes, keys)

    def place(self, case_id: int, opened_at: datetime, wave_id: int | None, key: str) -> Place:
        """``wave_id``: of the month that the case belongs to as long as its ladder has not begun."""
        ladders, contacts = self._ladders.get(case_id, []), self._contacts.get(case_id, [])
        ladder = ladders[-1] if ladders and ladders[-1].at >= opened_at else None  # else it has come again since
        round_ = ladder.round if ladder is not None else len(ladders)
        wave_id = ladder.wave_id if ladder is not None else wave_id
        mine = [c for c in contacts if ladder is not None and (c.round, c.wave_id) == (round_, wave_id)]
        done = {contact.step for contact in mine}
        times, last = self._keys.get((wave_id, key), (0, 0))
        met_before = times > sum(contact.wave_id == wave_id for contact in contacts)
        return Place(
            round=round_,
            wave_id=wave_id,
            starts_at=ladder.starts_at if ladder is not None else None,
            ladder_at=ladder.at if ladder is not None else None,
            steps=load_steps(ladder.steps) if ladder is not None and ladder.steps is not None else None,
            month=self._months.get(ladder.wave_id, "") if ladder is not None else "",
            done=frozenset(done | {last} if met_before and last == DEADLINE_STEP else done),
            sms_sent=any(contact.told for contact in mine),
            met_before=met_before,
            skipped=frozenset((s.step, s.why) for s in self._skips.get(case_id, []) if s.wave_id == wave_id),
        )


_LADDERS = select(Ladder.case_id, Ladder.wave_id, Ladder.round, Ladder.starts_at, Ladder.steps, Ladder.at).order_by(
    Ladder.round
)
_CAME_TO_NOTHING = ("refused", "failed", "undelivered")
#: ``told``: its SMS was sent, or is to be; of one that is tried again the contact goes with the newest try.
_CONTACTS = select(
    Contact.case_id,
    Contact.wave_id,
    Contact.round,
    Contact.step,
    (Message.id.is_not(None) & Message.status.not_in(_CAME_TO_NOTHING)).label("told"),
).outerjoin(Message, Message.contact_id == Contact.id)
_SKIPS = select(Skip.case_id, Skip.wave_id, Skip.step, Skip.why)


@cache
def _queries(chosen: Select[int]) -> tuple[Any, ...]:
    return (
        _LADDERS.where(Ladder.case_id.in_(chosen)),
        _CONTACTS.where(Contact.case_id.in_(chosen)),
        _SKIPS.where(Skip.case_id.in_(chosen)),
    )


def _by_case(session: Session, rows: Any, chosen: Chosen) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(rows, chosen.given):
        found[row.case_id].append(row)
    return found


def _keys(session: Session, waves: Iterable[int], keys: Keys) -> dict[tuple[int | None, str], tuple[int, int]]:
    """By wave and key: how many steps were taken, and the last of them."""
    given: dict[str, Any] = {"waves": sorted(waves)}
    if keys is not None:
        given["keys"] = sorted(keys)
    counted = session.execute(_COUNTED if keys is None else _COUNTED_OF_SOME, given)
    return {(wave_id, key): (times, last) for wave_id, key, times, last in counted}


_COUNTED = (
    select(StepKey.wave_id, StepKey.case_key, func.count(StepKey.id), func.max(StepKey.step))
    .where(StepKey.wave_id.in_(bindparam("waves", expanding=True)))
    .group_by(StepKey.wave_id, StepKey.case_key)
)
_COUNTED_OF_SOME = _COUNTED.where(StepKey.case_key.in_(bindparam("keys", expanding=True)))
