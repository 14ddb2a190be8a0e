"""Makes findable what was stored before there was an index, or under another key: in small batches, where it stopped.

Each batch is a transaction of its own, so that nobody waits for it, and may be done twice or by two processes at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.db import Database
from bot.models import Case, Conversation, SearchBuild
from bot.search_index import SearchIndex

_ONE = 1
_BATCH = 50
Progress = Literal["done", "more"]


def is_finished(session: Session, index: SearchIndex) -> bool:
    """True when all that is stored can be found with this key."""
    asked = select(SearchBuild.finished_at).where(SearchBuild.key_mark == index.mark)
    return session.scalar(asked) is not None


def start_again(db: Database) -> None:
    """Let everything be indexed anew, batch by batch; until then what was indexed stays findable."""
    index = db.index
    if index is None:
        return
    with db.write() as session:
        build = session.get(SearchBuild, _ONE) or SearchBuild(id=_ONE)
        build.key_mark, build.case_id, build.conversation_id, build.finished_at = index.mark, 0, 0, None
        session.add(build)


def build_some(db: Database, clock: Clock, batches: int = 80) -> Progress:
    """Index so many batches of what is not indexed yet. Without a key there is nothing to do."""
    index = db.index
    if index is None:
        return "done"
    _begin(db, index)
    for _ in range(batches):
        with db.write() as session:
            if _one_batch(session, index, clock) == "done":
                return "done"
    return "more"


def _begin(db: Database, index: SearchIndex) -> None:
    """From the start where nothing was indexed with this key."""
    with db.read() as session:
        known = session.scalar(select(SearchBuild.key_mark).where(SearchBuild.id == _ONE))
    if known == index.mark:
        return
    try:
        start_again(db)
    except IntegrityError:  # another process was quicker
        return


def _one_batch(session: Session, index: SearchIndex, clock: Clock) -> Progress:
    build = session.get(SearchBuild, _ONE, with_for_update=True)
    if build is None or build.key_mark != index.mark or build.finished_at is not None:
        return "done"  # or begun anew with another key, by another process
    if cases := _next(session, Case, build.case_id):
        index.index_cases(session, cases)
        build.case_id = cases[-1]
    elif conversations := _next(session, Conversation, build.conversation_id):
        index.index_conversations(session, conversations)
        build.conversation_id = conversations[-1]
    else:
        build.finished_at = clock()
        return "done"
    return "more"


def _next(session: Session, table: type[Case | Conversation], after: int) -> Sequence[int]:
    """Held for the moment, so that nobody writes words of theirs in between and waits for us while we wait for them."""
    asked = select(table.id).where(table.id > after).order_by(table.id).limit(_BATCH)
    return session.scalars(asked.with_for_update(of=table, key_share=True)).all()
