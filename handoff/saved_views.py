"""An adviser's own views: a list of the inbox under a name. One transaction each, given by the caller.

A view is its adviser's alone; it keeps ids and codes, never a name, a number or a text of a resident.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.models import SavedView
from handoff.filters import Choice, read_choice
from handoff.handoffs import Acting

#: So many fit in a rail, and so many can be told apart.
MOST_VIEWS = 12
LONGEST_NAME = 60

Why = Literal["not_found", "no_name", "too_long", "taken", "too_many"]


@dataclass(frozen=True, slots=True)
class View:
    """One saved view, as the rail shows it."""

    id: int
    name: str
    address: dict[str, Any]
    is_open: bool


@dataclass(frozen=True, slots=True)
class ViewRefused:
    """It was not done, and why."""

    why: Why


def read_views(
    session: Session, acting: Acting, choice: Choice | None, organisations: Collection[int]
) -> tuple[View, ...]:
    """The adviser's views by name; the one that is shown now is marked."""
    kept = session.scalars(select(SavedView).where(SavedView.adviser_id == acting.adviser_id))
    views = ((view, read_choice(view.query, organisations)) for view in kept)
    shown = choice.kept() if choice else None
    return tuple(
        View(view.id, view.name, asked.link(), shown is not None and asked.kept() == shown)
        for view, asked in sorted(views, key=lambda pair: pair[0].name.casefold())
    )


def save(session: Session, acting: Acting, name: str, choice: Choice, now: datetime) -> SavedView | ViewRefused:
    """Keep a list under a name of its own."""
    refused = _name_problem(session, acting, name, None)
    if refused:
        return refused
    mine = select(func.count(SavedView.id)).where(SavedView.adviser_id == acting.adviser_id)
    if (session.scalar(mine) or 0) >= MOST_VIEWS:
        return ViewRefused("too_many")
    view = SavedView(adviser_id=acting.adviser_id, name=name.strip(), query=choice.kept(), at=now)
    session.add(view)
    session.flush()
    return view


def rename(session: Session, acting: Acting, view_id: int, name: str) -> SavedView | ViewRefused:
    """Give a view another name."""
    view = _mine(session, acting, view_id)
    refused = ViewRefused("not_found") if view is None else _name_problem(session, acting, name, view_id)
    if refused or view is None:
        return refused or ViewRefused("not_found")
    view.name = name.strip()
    return view


def delete(session: Session, acting: Acting, view_id: int) -> SavedView | ViewRefused:
    """Throw a view away; the conversations stay."""
    view = _mine(session, acting, view_id)
    if view is None:
        return ViewRefused("not_found")
    session.delete(view)
    return view


def _mine(session: Session, acting: Acting, view_id: int) -> SavedView | None:
    return session.scalar(select(SavedView).where(SavedView.id == view_id, SavedView.adviser_id == acting.adviser_id))


def _name_problem(session: Session, acting: Acting, name: str, own_id: int | None) -> ViewRefused | None:
    wanted = name.strip()
    if not wanted:
        return ViewRefused("no_name")
    if len(wanted) > LONGEST_NAME:
        return ViewRefused("too_long")
    names = select(SavedView.id, SavedView.name).where(SavedView.adviser_id == acting.adviser_id)
    taken = {other.casefold() for number, other in session.execute(names) if number != own_id}
    return ViewRefused("taken") if wanted.casefold() in taken else None
