"""What ``make bench`` measures of open inboxes can be measured, over HTTP. Never how long anything takes."""

from __future__ import annotations

import re

from bench.page import Table
from bench.streams import Effort, measured
from bench.waves import sqlite


def test_every_stream_is_told_of_an_sms_and_every_open_inbox_fetches_its_list():
    effort = Effort(streams=4, rest=0.2, messages=2, inboxes=2, rate=10, busy=1.5, residents=20)
    with sqlite() as new:
        section = measured({"SQLite": new}, ("web", "bench.deaf"), effort)
    rest, busy = (part for part in section.parts if isinstance(part, Table))
    assert rest.rows[0][:2] == ("SQLite", "4 of 4")
    assert re.fullmatch(r"\d+", rest.rows[0][6])
    assert re.fullmatch(r"\d+", rest.rows[0][7])
    assert int(busy.rows[0][4]) >= 2
    assert [cell for cell in busy.rows[0][1:] if not re.fullmatch(r"\d+(\.\d+)?", cell)] == []
