"""What ``make bench`` measures of sending can be measured. Never how long anything takes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bench.page import Table
from bench.sending import Effort, measured
from bot.db import Database
from tests.rig import understand


def test_every_figure_of_the_sending_is_a_number(sqlite_db: Database):
    def fresh() -> Iterator[Database]:
        yield sqlite_db

    effort = Effort(waiting=(3,), answers=1, looks=2, gateway_seconds=0)
    section = measured(understand, effort, {"SQLite": fresh})

    tables = [part for part in section.parts if isinstance(part, Table)]
    assert [table.columns[0] for table in tables] == ["an answer, s", "a look, ms"]
    for table in tables:
        assert [row[0] for row in table.rows] == ["SQLite, 3 waiting"]
        assert all(re.fullmatch(r"\d+\.\d+", cell) for row in table.rows for cell in row[1:])
