"""What ``make bench`` measures of the inbox can be measured. Never how long anything takes."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from bench import inbox_index
from bench.inbox import Effort, measured
from bench.inbox_world import NOW, Size, fill
from bench.page import Table
from bench.waves import sqlite
from bot.db import Database
from bot.models import CaseWord, ConversationWord
from bot.search_build import build_some, is_finished
from bot.search_index import SearchIndex
from handoff.folders import FOLDERS


@pytest.mark.filterwarnings("ignore:Using the in-memory storage")
def test_every_figure_of_the_inbox_is_a_number():
    with sqlite() as new:
        section = measured({"SQLite": new}, Effort((Size(20, 6), Size(120, 6)), rounds=1, indexed=20))
    tables = [part for part in section.parts if isinstance(part, Table)]
    assert tables[0].columns == ("a page, p95, ms", "120", "720", "p50 there", "longest there")
    assert len(tables[0].rows) > len(FOLDERS)
    for row in (row for table in tables for row in table.rows):
        assert [cell for cell in row[1:] if not re.fullmatch(r"\d+(\.\d+)?", cell)] == []


def test_the_index_reckoned_in_one_go_is_the_one_that_the_product_writes(db: Database):
    fill(db, Size(60, 10))
    index = SearchIndex("an invented key")
    words = inbox_index.reckoned(db, index)
    inbox_index.write(db, index, words, NOW)
    at_once = written(db)
    assert (len(words.cases), len(words.conversations)) == (len(at_once[0]), len(at_once[1]))
    with db.write() as session:
        assert is_finished(session, index)
        for table in (CaseWord, ConversationWord):
            session.query(table).delete()
    db.index = SearchIndex("another key")
    build_some(db, lambda: NOW)
    db.index = index
    build_some(db, lambda: NOW)
    assert written(db) == at_once


def written(db: Database) -> tuple[list[object], list[object]]:
    """All words of cases and of conversations, in one order."""
    with db.read() as session:
        cases = session.execute(select(CaseWord.token, CaseWord.case_id).order_by(CaseWord.token, CaseWord.case_id))
        talks = select(ConversationWord.token, ConversationWord.conversation_id)
        found = session.execute(talks.order_by(ConversationWord.token, ConversationWord.conversation_id))
        return [tuple(row) for row in cases], [tuple(row) for row in found]
