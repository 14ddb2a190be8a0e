"""The card of help worth asking about: what it shows of a case, and that it never reads as a decision."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from bot.db import Database
from bot.models import Conversation, Fact
from handoff.help_card import HelpCard, read_help
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.test_inbox import text_of
from tests.handoff.world import NOW, World


def card_of(db: Database, conversation_id: int, now: datetime = NOW) -> HelpCard | None:
    with db.read() as session:
        return read_help(session, session.get_one(Conversation, conversation_id), now)


def names(card: HelpCard | None) -> list[str]:
    return [row.name for row in card.rows] if card else []


def tell(db: Database, conversation_id: int, **facts: object) -> None:
    with db.write() as session:
        case_id = session.get_one(Conversation, conversation_id).case_id
        session.add_all(
            Fact(conversation_id=conversation_id, case_id=case_id, name=name, value=value, at=NOW)
            for name, value in facts.items()
        )


def test_what_was_told_and_the_stage_speak_for_kinds_of_help_each_with_its_law(sqlite_db: Database, world: World):
    card = card_of(sqlite_db, world.line)
    assert card is not None
    assert names(card) == ["Midlertidig huslejehjælp", "Enkeltydelse", "Boligstøtte"]
    assert [row.law for row in card.rows][:2] == ["aktivloven § 81 a", "aktivloven § 81"]
    assert card.rows[0].why == "Sagen er hos advokat eller fogedret; børn hjemme"
    assert card.rows[0].source.startswith("Læst: star.dk")
    assert [row.name for row in card.more] == ["Særligt tilskud til de mest udsatte i 2026", "Mødrehjælpen"]
    assert card.warning == "Spørg først. En betalt regning dækkes sjældent."
    assert (card.checked, card.is_old) == ("22. nov.", False)


def test_who_means_to_borrow_is_the_first_thing_to_talk_about(sqlite_db: Database, world: World):
    tell(sqlite_db, world.line, borrows_to_pay=True)
    card = card_of(sqlite_db, world.line)
    assert card is not None
    assert card.warning.startswith("Vil låne for at betale.")
    assert names(card)[-1] == "Budget og gældsrådgivning"


def test_the_rest_is_folded_away_when_much_speaks_for_itself(sqlite_db: Database, world: World):
    tell(sqlite_db, world.line, inform_debt=True, inform_separation=True, ask_rent_administration=True)
    card = card_of(sqlite_db, world.line)
    assert card is not None
    assert len(card.rows) == 4
    assert {"Budget og gældsrådgivning", "Mødrehjælpen"} <= {row.name for row in card.more}


def test_old_sources_say_so(sqlite_db: Database, world: World):
    card = card_of(sqlite_db, world.line, NOW + timedelta(days=200))
    assert card is not None
    assert card.is_old


def test_an_unknown_number_and_a_paid_case_have_no_card(sqlite_db: Database, world: World):
    assert card_of(sqlite_db, world.unknown) is None
    with sqlite_db.write() as session:
        case = session.scalars(select(Conversation).where(Conversation.id == world.line)).one().case
        assert case is not None
        case.status = "settled"
    assert card_of(sqlite_db, world.line) is None


def test_the_page_shows_it_and_that_nothing_is_decided(adviser: AdviserAtWork, world: World):
    page = text_of(adviser.open(world.line).text)
    shown = page[page.index("Hjælp, der er værd at spørge til") : page.index("Bolig fra huslejesystemet")]
    assert "ikke en afgørelse" in shown
    assert "Enkeltydelse aktivloven § 81 Mistet arbejde eller timer" in shown
    assert "Kan være et lån." in shown
    assert "Kilder tjekket 22. nov." in shown


def test_in_a_crisis_no_help_with_money_comes_first(adviser: AdviserAtWork, world: World):
    page = adviser.open(world.kirsten).text
    body = page[page.index('id="case-body"') :]
    assert body.index("anyway") < body.index("Hjælp, der er værd at spørge til")
