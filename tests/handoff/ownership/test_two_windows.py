"""One adviser with two windows on the same conversation: what one says does not trip the other. On PostgreSQL, where
two of them are at work at once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.models import Adviser, Conversation, Organisation, Presence
from handoff.handoffs import Acting
from handoff.ownership import presence
from tests.handoff import world as made
from tests.handoff.world import NOW

pytestmark = pytest.mark.postgres


@pytest.fixture
def mette(postgres_db: Database) -> tuple[Acting, int]:
    world = made.build(postgres_db)
    with postgres_db.read() as session:
        ours = session.get_one(Conversation, world.line).organisation_id
        who = session.get_one(Adviser, world.mette)
        return made.acting(who, session.get_one(Organisation, ours)), world.line


def test_a_window_that_is_left_while_another_says_that_it_is_open(
    postgres_db: Database, mette: tuple[Acting, int]
) -> None:
    acting, thread = mette
    with postgres_db.write() as session:
        presence.ping(session, acting, thread, NOW, writes=False)
    with postgres_db.write() as one:
        assert one.get(Presence, (acting.adviser_id, thread)) is not None, "this one has seen the row"
        with postgres_db.write() as other:
            presence.leave(other, acting, thread)
        assert presence.ping(one, acting, thread, NOW, writes=True)
    with postgres_db.read() as session:
        assert session.scalars(select(Presence.typing_at)).all() == [NOW]
