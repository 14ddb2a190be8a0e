"""An agreed plan over the phone network: the clock goes on by months, and the handset shows what came and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import requests
from sqlalchemy import select

from bot.db import Database
from bot.models import Plan, Task
from tests.rig import LINE, NOW, Rig, eventually


@pytest.fixture
def rig(sqlite_db: Database) -> Iterator[Rig]:
    rig = Rig(sqlite_db).start()
    yield rig
    rig.stop()


def go_to(rig: Rig, moment: str) -> None:
    answer = requests.post(f"{rig.url}/simulator/api/clock", json={"now": moment}, timeout=60)
    assert answer.ok, answer.text


def agree(rig: Rig, case_id: int) -> None:
    with rig.db.write() as session:
        terms = {"monthly_ore": 100_000, "instalments": 9, "first_date": date(2026, 11, 10), "total_ore": 845_050}
        session.add(Plan(case_id=case_id, status="approved", at=NOW, decided_at=NOW, **terms))


def test_each_instalment_is_reminded_of_on_its_own_day_until_stop(rig: Rig):
    case_id = rig.add_case()
    rig.write("boligstøtte?")
    eventually(lambda: rig.got())
    agree(rig, case_id)

    go_to(rig, "2026-12-15T12:00:00+01:00")

    reminders = [sms for sms in rig.phone() if "påmindelse" in sms["body"]]
    assert [sms["at"][:10] for sms in reminders] == ["2026-11-06", "2026-12-07"]
    assert "tirsdag d. 10. november" in reminders[0]["body"]
    assert all(sms["status"] == "delivered" for sms in reminders)
    with rig.db.read() as session:
        asked = list(session.scalars(select(Task).where(Task.type == "check_payment").order_by(Task.id)))
    assert [task.due for task in asked] == [date(2026, 11, 11), date(2026, 12, 11)]

    rig.write("stop", phone=LINE)
    eventually(lambda: any("ikke flere sms" in text for text in rig.got()))
    go_to(rig, "2027-01-15T12:00:00+01:00")
    assert len([text for text in rig.got() if "påmindelse" in text]) == 2
