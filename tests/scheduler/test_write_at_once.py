"""What a wave holds while it writes: never one resident's thread while it waits for another's out of their order."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from bot.db import Database
from bot.models import Conversation
from scheduler.run_waves import start_wave
from tests.scheduler.world import NOW, World

FIRST, BROKEN, LAST = "+4511114001", "+4511114002", "+4511114003"


def is_free(db: Database, phone: str) -> bool:
    """Whether another transaction can have the thread at once."""
    wanted = select(Conversation.id).where(Conversation.phone == phone).with_for_update(nowait=True)
    try:
        with db.write() as session:
            session.execute(wanted)
    except OperationalError:
        return False
    return True


@pytest.mark.postgres
def test_cases_that_are_written_one_by_one_are_let_go_one_by_one(postgres_db: Database):
    """Else an import or a receipt that has the last thread and wants the first is deadlocked with the wave."""
    world = World(postgres_db)
    _, broken, _ = world.add("1", "2", "3")
    ours, spoilt = world.organisation_id, {"version": 1, "misses": "many"}
    with postgres_db.write() as session:
        for phone, case_id, state in ((LAST, None, {}), (BROKEN, broken, spoilt), (FIRST, None, {})):
            place = {"organisation_id": ours, "phone": phone, "case_id": case_id}
            session.add(Conversation(**place, state=state, created_at=NOW))
            session.flush()
    other, free = Database(postgres_db.url.render_as_string(hide_password=False)), []

    @event.listens_for(postgres_db.engine, "before_cursor_execute")
    def _at_the_last(_c: Any, _cursor: Any, statement: str, parameters: dict[str, Any], *_: Any) -> None:
        asked = set(parameters.values()) if isinstance(parameters, dict) else set()
        if "FOR NO KEY UPDATE OF conversation" in statement and LAST in asked and FIRST not in asked:
            free.append(is_free(other, FIRST))

    assert start_wave(postgres_db, ours, NOW, "command").sms == 2
    other.close()
    assert free
    assert all(free)
