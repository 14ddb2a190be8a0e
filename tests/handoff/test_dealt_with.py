"""What ends an incident of sending in the inbox: other words for a filtered text, somebody who has seen a new code."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.incidents import Kind, open_incidents, report
from bot.models import Adviser, Organisation
from handoff import incidents
from tests.handoff.test_own_texts import KEY, House
from tests.handoff.world import NOW, World, acting


@pytest.mark.parametrize(("subject", "ends"), [(f"{KEY}:da", True), (f"{KEY}:en", False), ("another.text:da", False)])
def test_other_words_end_the_block_of_a_text(sqlite_db: Database, subject: str, ends: bool):
    house = House(sqlite_db)
    with sqlite_db.write() as session:
        report(session, "text_blocked", NOW, organisation_id=house.sol, subject=subject, code="30007")
    house.approve(house.draft())

    with sqlite_db.read() as session:
        assert (open_incidents(session) == []) is ends


@pytest.mark.parametrize(
    ("kind", "subject", "ends"),
    [
        ("unknown_error", "39999", True),
        ("text_blocked", "", True),
        ("text_blocked", f"{KEY}:da", False),
        ("account_blocked", "", False),
    ],
)
def test_what_holds_nothing_back_is_over_when_somebody_has_seen_it(
    world: World, sqlite_db: Database, kind: Kind, subject: str, ends: bool
):
    with sqlite_db.write() as session:
        organisation = session.scalars(select(Organisation).order_by(Organisation.id)).first()
        assert organisation is not None
        made = report(session, kind, NOW, organisation_id=organisation.id, subject=subject, code="39999")
        mette = acting(session.get_one(Adviser, world.mette), organisation)
        assert incidents.see(session, mette, [str(made.id)], NOW) == 1
        assert (made.ended_at is not None) is ends
