"""What an evening leaves behind, told so that two evenings can be compared: every row, what phones, mailboxes and
addresses got.

Moments of the evening itself are told as "now", for who was killed did it ten minutes later.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, select

from bot.db import Database
from bot.models import Base

Picture = dict[str, list[str]]

#: What is not compared, and why: the only differences that a kill may leave behind.
SANCTIONED: Mapping[str, str] = {
    "lease": "who leads, or sends mails, and until when, names a process that is dead",
    "sender_rate": "when a number may send next is the machine's time",
    "heartbeat": "when something was done last",
    "clock_offset": "the demo's clock",
    "live_event": "a word to open inboxes that something has changed; said twice, a list is drawn twice",
    "presence": "who looks at what at this moment",
    "message.attempts": "an SMS that was taken up by somebody who died has been taken up once more",
    "message.lease_until": "the lease of somebody who is dead",
    "mail.tries": "as with SMS",
    "mail.due_at": "a lease, too",
    "webhook_delivery.tries": "as with SMS; the address knows the call by its id",
    "webhook_delivery.due_at": "a lease, too",
}
#: Of these the distinct rows count, without their ids: being taken up again is told once more in a message's history.
_AS_A_SET = {"message_status"}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[+-]\d\d:?\d\d|Z)?")


def take_picture(db: Database, evening: datetime, outside: Mapping[str, Iterable[Any]]) -> Picture:
    """All that stands in the database, and what was told to the world outside."""
    found = {name: sorted(str(each) for each in told) for name, told in outside.items()}
    with db.read() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in SANCTIONED:
                wanted = select(table).order_by(*table.primary_key.columns)
                found[table.name] = _rows(table, session.execute(wanted).mappings(), evening)
    return found


def differences(expected: Picture, found: Picture) -> list[str]:
    """What is missing in the one, and what is there too much, by table."""
    told = []
    for name in sorted(expected.keys() | found.keys()):
        was, is_now = expected.get(name, []), found.get(name, [])
        if was != is_now:
            told += [f"{name} misses {row}" for row in was if was.count(row) > is_now.count(row)]
            told += [f"{name} has too much {row}" for row in is_now if is_now.count(row) > was.count(row)]
            told += [f"{name} is in another order"] if sorted(was) == sorted(is_now) else []
    return told


def _rows(table: Table, rows: Iterable[Mapping[Any, Any]], evening: datetime) -> list[str]:
    told = [_row(table, row, evening) for row in rows]
    return sorted(set(told)) if table.name in _AS_A_SET else told


def _row(table: Table, row: Mapping[Any, Any], evening: datetime) -> str:
    hidden = {column for column in row if f"{table.name}.{column}" in SANCTIONED}
    hidden |= {"id"} if table.name in _AS_A_SET else set()
    shown = {key: _value(value, evening) for key, value in row.items() if key not in hidden and value is not None}
    return str(shown)


def _value(value: Any, evening: datetime) -> Any:
    if isinstance(value, datetime):
        return _when(value, evening)
    if isinstance(value, str):
        return _MOMENT.sub(lambda found: _when(datetime.fromisoformat(found[0]), evening), value)
    if isinstance(value, dict | list):
        return _value(str(value), evening)
    return value.isoformat() if isinstance(value, date) else value


def _when(moment: datetime, evening: datetime) -> str:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    passed = aware - evening
    return "now" if timedelta(0) <= passed < timedelta(hours=2) else aware.astimezone(UTC).isoformat()
