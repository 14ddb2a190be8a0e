"""What ``make bench`` measures of the inbox can be measured. Never how long anything takes."""

from __future__ import annotations

import re

import pytest

from bench.inbox import Effort, measured
from bench.inbox_world import Size
from bench.page import Table
from bench.waves import sqlite
from handoff.folders import FOLDERS


@pytest.mark.filterwarnings("ignore:Using the in-memory storage")
def test_every_figure_of_the_inbox_is_a_number():
    with sqlite() as new:
        section = measured({"SQLite": new}, Effort(Size(conversations=120, messages=6), rounds=1))
    tables = [part for part in section.parts if isinstance(part, Table)]
    assert tables[0].columns[0] == "a page, ms"
    assert len(tables[0].rows) > len(FOLDERS)
    for row in (row for table in tables for row in table.rows):
        assert [cell for cell in row[1:] if not re.fullmatch(r"\d+(\.\d+)?", cell)] == []
