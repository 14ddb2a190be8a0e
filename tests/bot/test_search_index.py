"""What is stored can be found in the transaction that stores it, and is gone with it; and what was there before."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import delete, func, select

from bot.db import Database
from bot.models import (
    COPENHAGEN,
    Adviser,
    Case,
    CaseWord,
    Conversation,
    ConversationWord,
    Message,
    Note,
    Organisation,
    Resident,
    SearchBuild,
)
from bot.search_build import build_some, is_finished, start_again
from bot.search_index import Kind, SearchIndex, index_of
from bot.search_words import written_words

NOW = datetime(2026, 12, 1, 10, 42, tzinfo=COPENHAGEN)
INDEX = SearchIndex("an invented key")


@pytest.fixture
def indexed(db: Database) -> Database:
    db.index = INDEX
    return db


def fill(db: Database, slug: str = "solgaarden", phone: str = "+4511114027") -> tuple[int, int]:
    """An organisation with one case and its conversation; gives their ids."""
    with db.write() as session:
        home = Organisation(slug=slug, name=slug, number=phone.replace("4027", "0010"), settings={}, created_at=NOW)
        session.add(home)
        session.flush()
        resident = Resident(organisation_id=home.id, name="Line Bek Sørensen", phone=phone, created_at=NOW)
        case = Case(organisation=home, resident=resident, case_ref="SB-2026-002", department="Søparken", **_CASE)
        talk = Conversation(organisation=home, phone=phone, case=case, created_at=NOW, state={})
        session.add(talk)
        session.flush()
        session.add(written(talk.id, "jeg kan ikke betale huslejen"))
        session.add(written(talk.id, "Tak. Er der andet, du vil fortælle om varmen?", author="bot"))
        return case.id, talk.id


_CASE = {
    "arrears_ore": 500_000,
    "received": NOW.date(),
    "deadline": NOW.date(),
    "opened_at": NOW,
    "updated_at": NOW,
}


def written(conversation_id: int, body: str, author: str = "resident") -> Message:
    direction = "in" if author == "resident" else "out"
    return Message(
        conversation_id=conversation_id, direction=direction, author=author, body=body, status="processed", at=NOW
    )


def cases(db: Database, word: str, kind: Kind = "who", index: SearchIndex = INDEX, home: int = 1) -> list[int]:
    with db.read() as session:
        return list(session.scalars(select(CaseWord.case_id).where(CaseWord.token == index.token(home, kind, word))))


def talks(db: Database, word: str, kind: Kind = "written", index: SearchIndex = INDEX, home: int = 1) -> list[int]:
    found = select(ConversationWord.conversation_id).where(ConversationWord.token == index.token(home, kind, word))
    with db.read() as session:
        return list(session.scalars(found))


def test_a_case_is_found_by_what_it_says_of_its_resident(indexed: Database):
    case_id, talk_id = fill(indexed)
    for word in ("lin", "line", "sorensen", "sopark", "sb2026"):
        assert cases(indexed, word) == [case_id], word
    assert cases(indexed, "sb2026002", "ref") == [case_id]
    assert cases(indexed, "4511114027", "phone") == [case_id]
    assert talks(indexed, "4511114027", "phone") == [talk_id]


def test_what_a_resident_wrote_is_found_and_what_the_bot_says_to_all_is_not(indexed: Database):
    _, talk_id = fill(indexed)
    assert talks(indexed, "huslej") == [talk_id]
    assert talks(indexed, "varm") == []


def test_a_note_and_an_advisers_words_are_found(indexed: Database):
    _, talk_id = fill(indexed)
    with indexed.write() as session:
        adviser = Adviser(email="mette@solgaarden.example", name="Mette Lind", created_at=NOW)
        session.add(adviser)
        session.flush()
        session.add(Note(conversation_id=talk_id, adviser_id=adviser.id, body="Ringer om elregningen", at=NOW))
        session.add(written(talk_id, "Send mig brevet", author="adviser"))
    assert talks(indexed, "elregning") == talks(indexed, "brev") == [talk_id]


def test_an_edited_note_is_found_by_its_new_words_only(indexed: Database):
    _, talk_id = fill(indexed)
    with indexed.write() as session:
        session.scalars(select(Message).where(Message.author == "resident")).one().body = "det er løst"
    assert (talks(indexed, "huslej"), talks(indexed, "lost")) == ([], [talk_id])
    assert talks(indexed, "4511114027", "phone") == [talk_id]


def test_a_new_name_and_number_take_the_place_of_the_old_ones(indexed: Database):
    case_id, _ = fill(indexed)
    with indexed.write() as session:
        resident = session.scalars(select(Resident)).one()
        resident.name, resident.phone = "Karla Juhl", "+4511114099"
    assert (cases(indexed, "sorensen"), cases(indexed, "juhl")) == ([], [case_id])
    assert (cases(indexed, "4027", "phone"), cases(indexed, "4099", "phone")) == ([], [case_id])


def test_each_organisation_has_words_of_its_own(indexed: Database):
    case_id, talk_id = fill(indexed)
    other_case, other_talk = fill(indexed, "vestbo", "+4511224027")
    assert (cases(indexed, "sorensen"), cases(indexed, "sorensen", home=2)) == ([case_id], [other_case])
    assert (talks(indexed, "huslej"), talks(indexed, "huslej", home=2)) == ([talk_id], [other_talk])


def test_nothing_is_left_of_a_conversation_and_a_case_that_are_erased(indexed: Database):
    case_id, talk_id = fill(indexed)
    with indexed.write() as session:
        session.execute(delete(Conversation).where(Conversation.id == talk_id))
        session.execute(delete(Case).where(Case.id == case_id))
    with indexed.read() as session:
        assert session.scalar(select(func.count()).select_from(ConversationWord)) == 0
        assert session.scalar(select(func.count()).select_from(CaseWord)) == 0


def test_what_is_rolled_back_is_not_found(indexed: Database):
    _, talk_id = fill(indexed)
    with indexed.write() as session:
        session.add(written(talk_id, "hemmelighed"))
        session.flush()
        session.rollback()
    assert talks(indexed, "hemmelighed") == []


def test_no_word_can_be_read_out_of_the_tables_without_the_key(indexed: Database):
    fill(indexed)
    assert cases(indexed, "sorensen", index=SearchIndex("another key")) == []
    assert INDEX.mark != SearchIndex("another key").mark


def test_what_was_stored_before_is_found_after_the_build(db: Database):
    case_id, talk_id = fill(db)
    db.index = INDEX
    assert (cases(db, "sorensen"), talks(db, "huslej")) == ([], [])

    assert build_some(db, lambda: NOW) == "done"

    assert (cases(db, "sorensen"), talks(db, "huslej")) == ([case_id], [talk_id])
    with db.read() as session:
        assert is_finished(session, INDEX)
        assert not is_finished(session, SearchIndex("another key"))


def test_a_build_goes_on_where_it_stopped(db: Database):
    case_id, talk_id = fill(db)
    db.index = INDEX

    assert build_some(db, lambda: NOW, batches=1) == "more"
    assert (cases(db, "sorensen"), talks(db, "huslej")) == ([case_id], [])
    with db.read() as session:
        assert not is_finished(session, INDEX)
    assert build_some(db, lambda: NOW, batches=2) == "done"

    assert talks(db, "huslej") == [talk_id]


def test_with_another_key_everything_is_indexed_anew_and_the_old_words_go(indexed: Database):
    case_id, _ = fill(indexed)
    build_some(indexed, lambda: NOW)
    indexed.index = new = SearchIndex("another key")

    assert build_some(indexed, lambda: NOW) == "done"

    assert (cases(indexed, "sorensen"), cases(indexed, "sorensen", index=new)) == ([], [case_id])


def test_a_finished_build_is_done_again_only_when_it_is_asked_for(indexed: Database):
    fill(indexed)
    build_some(indexed, lambda: NOW)
    with indexed.write() as session:
        session.execute(delete(CaseWord))

    build_some(indexed, lambda: NOW)
    assert cases(indexed, "sorensen") == []
    start_again(indexed)
    build_some(indexed, lambda: NOW)
    assert cases(indexed, "sorensen") != []


def test_without_a_key_nothing_is_indexed(db: Database):
    db.index = index_of("")
    fill(db)
    start_again(db)
    assert build_some(db, lambda: NOW) == "done"
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(CaseWord)) == 0
        assert session.get(SearchBuild, 1) is None


def test_every_word_that_is_kept_of_a_message_leads_to_it(indexed: Database):
    _, talk_id = fill(indexed)
    body = "Hej, min løn kommer først den 15. - kan I vente? Ring 11 11 50 60, elregningen var 1.200 kr 🙂 cảm ơn"
    with indexed.write() as session:
        session.add(written(talk_id, body))
    for word in written_words(body):
        assert talks(indexed, word) == [talk_id], word
    assert talks(indexed, "4511115060", "phone") == [talk_id]
