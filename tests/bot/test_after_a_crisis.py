"""The days after a crisis was ended: known to the bot's decisions, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.db import Database
from bot.facts import case_facts
from bot.models import Conversation, Handoff
from handoff.closing import close
from handoff.handoffs import claim, release
from tests.handoff import world as made
from tests.handoff.world import NOW, Talk


@pytest.mark.parametrize("ends", ["close", "release"])
@pytest.mark.parametrize(
    ("priority", "hours", "counts"),
    [("crisis", 1, True), ("crisis", 71, True), ("crisis", 73, False), ("high", 1, False)],
)
def test_a_crisis_counts_for_three_days_after_somebody_ended_it(
    db: Database, ends: str, priority: str, hours: int, counts: bool
):
    with db.write() as session:
        ours = made.add_organisation(session, "ours", "Solgården Bolig", "+4511110010")
        mette = made.acting(made.add_adviser(session, "m@x.example", "Mette Lind", [ours]), ours)
        talk = Talk(session, ours, "Line Bek").handed_over("crisis_violence", NOW, priority)
        noise = Talk(session, ours, "En Anden").handed_over("crisis_violence", NOW, "crisis")
        claim(session, mette, talk.id, NOW)
        assert not case_facts(session, talk.conversation, NOW).crisis_lately, "it goes on"
        if ends == "close":
            close(session, mette, talk.id, "other", NOW)
        else:
            release(session, mette, talk.id, NOW)
        session.flush()
        then = NOW + timedelta(hours=hours)
        assert case_facts(session, session.get_one(Conversation, talk.id), then).crisis_lately is counts
        assert not case_facts(session, session.get_one(Conversation, noise.id), then).crisis_lately
        assert session.query(Handoff).filter_by(conversation_id=noise.id).one().ended_at is None
