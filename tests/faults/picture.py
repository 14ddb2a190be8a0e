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

#: What is not compared, and why.
NOT_COMPARED: Mapping[str, str] = {
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
    "adviser.password_hash": "drawn anew each time",
    "login_session.token_hash": "drawn anew each time",
}
#: So long it lasts; the third try at a phone that is switched off is part of it.
_EVENING = timedelta(hours=5)
#: Of these the distinct rows count, without ids and times: being taken up again is told once more in the history.
_AS_A_SET = {"message_status"}
#: The only differences that a kill may leave behind: killed where, what is different, and why that is right.
SANCTIONED = (
    (
        "after the commit of postman.py _handing_over|after send of postman.py|before the commit of postman.py _settle",
        "mail misses|mail has too much .*'error': 'unclear'|what mails got misses",
        "a mail of which nobody knows whether it left is never sent again, and the notices say so",
    ),
    (
        "",
        "audit_event has too much .*'wave_released'",
        "who starts or releases a wave again, having seen no answer, has done so twice, and the log says that",
    ),
    (
        "uploads.py|intake.py",
        "audit_event .*'upload_(claimed|taken)'",
        "a file whose taking died is claimed a second time, and the log says that",
    ),
    (
        "after the commit of wave_uploads.py lay_up",
        "(audit_event|upload) has too much",
        "a file that was sent again lies there twice; taken twice it changes nothing, and it is forgotten after a day",
    ),
    (
        "tries.py|log_in_page.py|first_run",
        "login_try",
        "a try whose answer nobody saw has counted",
    ),
    (
        "first_run_page.py make|before the commit of login.py enter",
        "login_session misses|adviser (misses|has too much) .*anna@",
        "who was made the first admin, and saw no answer, logs in",
    ),
)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[+-]\d\d:?\d\d|Z)?")
_SECONDS = re.compile(r"\b1[6-9]\d{8}\b")  #: since 1970, as they stand in a key


def take_picture(db: Database, evening: datetime, outside: Mapping[str, Iterable[Any]]) -> Picture:
    """All that stands in the database, and what was told to the world outside."""
    found = {name: sorted(_value(str(each), evening) for each in told) for name, told in outside.items()}
    with db.read() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in NOT_COMPARED:
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


def is_sanctioned(where: str, difference: str) -> bool:
    """Whether a kill there may leave this behind."""
    return any(re.search(killed, where) and re.match(told, difference) for killed, told, _ in SANCTIONED)


def _rows(table: Table, rows: Iterable[Mapping[Any, Any]], evening: datetime) -> list[str]:
    told = [_row(table, row, evening) for row in rows]
    return sorted(set(told)) if table.name in _AS_A_SET else told


def _row(table: Table, row: Mapping[Any, Any], evening: datetime) -> str:
    hidden = {column for column in row if f"{table.name}.{column}" in NOT_COMPARED}
    hidden |= {"id", "at"} if table.name in _AS_A_SET else set()
    shown = {key: _value(value, evening) for key, value in row.items() if key not in hidden and value is not None}
    return str(shown)


def _value(value: Any, evening: datetime) -> Any:
    if isinstance(value, datetime):
        return _when(value, evening)
    if isinstance(value, str):
        told = _MOMENT.sub(lambda found: _when(datetime.fromisoformat(found[0]), evening), value)
        return _SECONDS.sub(lambda found: _when(datetime.fromtimestamp(int(found[0]), UTC), evening), told)
    if isinstance(value, dict | list):
        return _value(str(value), evening)
    return value.isoformat() if isinstance(value, date) else value


def _when(moment: datetime, evening: datetime) -> str:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    passed = aware - evening
    return "now" if timedelta(seconds=-1) <= passed < _EVENING else aware.astimezone(UTC).isoformat()
