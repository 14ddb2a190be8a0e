"""Which cases planning looks at, as one of a few queries that are built once; only what they are asked with changes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Integer, Select, bindparam, or_, select

from bot.models import Aware, Case

#: The organisation asked about, in any query that is built on a choice.
ORGANISATION: BindParameter[int] = bindparam("organisation", type_=Integer())


@dataclass(frozen=True, slots=True)
class Chosen:
    """``query``: the cases' ids, the same object for the same kind of choice; ``given``: what it is asked with."""

    query: Select[int]
    given: dict[str, Any]


def choose(organisation_id: int, only: Collection[int] | None, ended_since: datetime | None) -> Chosen:
    """The open cases; ``ended_since``: also those that came later than that; ``only``: of these alone."""
    given: dict[str, Any] = {"organisation": organisation_id}
    if only is not None:
        given["only"] = sorted(only)
    if ended_since is not None:
        given["ended_since"] = ended_since
    return Chosen(_query(by_id=only is not None, with_ended=ended_since is not None), given)


@cache
def _query(*, by_id: bool, with_ended: bool) -> Select[int]:
    listed = Case.status == "open"
    if with_ended:
        listed = or_(listed, Case.opened_at >= bindparam("ended_since", type_=Aware()))
    chosen = select(Case.id).where(Case.organisation_id == ORGANISATION, listed)
    return chosen.where(Case.id.in_(bindparam("only", expanding=True))) if by_id else chosen
