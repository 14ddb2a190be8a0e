"""What ``make bench`` measures of a start, and of a service at rest, can be measured. Never how long anything takes."""

from __future__ import annotations

import re

from bench.page import Table
from bench.start import Effort, measured
from bench.waves import sqlite


def test_a_start_and_each_process_at_rest_are_measured():
    with sqlite() as new:
        section = measured({"SQLite": new}, Effort(1, settles=0.1, idle=0.3, set_ups=(("serve", "scheduler"),)))
    starts, idles = (part for part in section.parts if isinstance(part, Table))
    assert [row[0] for row in starts.rows] == ["SQLite, a database that is there", "SQLite, an empty database"]
    assert all(re.fullmatch(r"\d+\.\d\d", cell) for cell in (*starts.rows[0][1:4], *starts.rows[1][1:3]))
    assert [row[0] for row in idles.rows] == [f"SQLite, {name}" for name in ("serve", "scheduler")]
    assert all(float(cell) > 1 for row in idles.rows for cell in row[1:3])
    assert idles.rows[0][5] in ("met", "**not met**")
