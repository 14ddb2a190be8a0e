"""After the answer over the phone network: a promise kept, thanked for, a yes, and months later how it goes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
import requests
from sqlalchemy import select

from bot.db import Database
from bot.models import COPENHAGEN, Case, CheckIn, Promise
from tests.rig import NOW, Rig, eventually


@pytest.fixture
def rig(sqlite_db: Database) -> Iterator[Rig]:
    rig = Rig(sqlite_db).start()
    yield rig
    rig.stop()


def go_to(rig: Rig, moment: str) -> None:
    answer = requests.post(f"{rig.url}/simulator/api/clock", json={"now": moment}, timeout=60)
    assert answer.ok, answer.text


def feed(rig: Rig, case_id: int, arrears_ore: int, moment: str) -> None:
    """What the rent system says that morning."""
    with rig.db.write() as session:
        case = session.get_one(Case, case_id)
        case.arrears_ore, case.updated_at = arrears_ore, datetime.fromisoformat(moment).astimezone(COPENHAGEN)


def promise(rig: Rig) -> int:
    """Line has written, and has promised 3.000 kr. for today."""
    case_id = rig.add_case()
    rig.write("boligstøtte?")
    eventually(lambda: rig.got())
    with rig.db.write() as session:
        promised = {"amount_ore": 300_000, "day": NOW.date(), "arrears_ore": 845_050}
        session.add(Promise(case_id=case_id, at=NOW, **promised))
    return case_id


def test_a_kept_promise_is_thanked_for_once_and_in_a_talk_of_today_nothing_is_asked(rig: Rig):
    case_id = promise(rig)
    feed(rig, case_id, 545_050, "2026-10-28T06:00:00+01:00")
    go_to(rig, "2026-11-20T12:00:00+01:00")
    thanks = [sms for sms in rig.phone() if "som vi aftalte" in sms["body"]]
    assert [sms["at"][:16] for sms in thanks] == ["2026-10-28T09:00"]
    assert "Må jeg skrive igen" not in thanks[0]["body"]


def test_a_promise_that_was_not_kept_is_no_sms_at_all(rig: Rig):
    case_id = promise(rig)
    before = len(rig.got())
    feed(rig, case_id, 845_050, "2026-10-28T06:00:00+01:00")
    go_to(rig, "2026-11-20T12:00:00+01:00")
    assert len(rig.got()) == before
    with rig.db.read() as session:
        assert session.scalars(select(Promise.status)).all() == ["broken"]


@pytest.mark.parametrize("last", ["1", "stop"])
def test_check_ins_come_on_their_days_until_stop(rig: Rig, last: str):
    case_id = promise(rig)
    go_to(rig, "2026-10-29T20:00:00+01:00")
    feed(rig, case_id, 545_050, "2026-10-30T06:00:00+01:00")
    go_to(rig, "2026-10-30T12:00:00+01:00")
    eventually(lambda: any("Må jeg skrive igen" in text for text in rig.got()))
    rig.write("ja")
    eventually(lambda: any("om tre måneder" in text for text in rig.got()))
    feed(rig, case_id, 0, "2026-11-10T06:00:00+01:00")
    with rig.db.write() as session:
        session.get_one(Case, case_id).status = "settled"

    go_to(rig, "2026-12-05T12:00:00+01:00")
    hello = [sms for sms in rig.phone() if "hvordan det går. Svar 1" in sms["body"]]
    assert [sms["at"][:16] for sms in hello] == ["2026-11-30T09:00"]  # the thirtieth day is a Sunday
    rig.write(last)
    answer = "glad for at høre" if last == "1" else "ikke flere sms"
    eventually(lambda: any(answer in text for text in rig.got()))

    go_to(rig, "2027-06-15T12:00:00+02:00")
    asked = [sms["at"][:10] for sms in rig.phone() if "hvordan det går. Svar 1" in sms["body"]]
    assert asked == (["2026-11-30", "2027-01-28", "2027-04-28"] if last == "1" else ["2026-11-30"])
    with rig.db.read() as session:
        statuses = list(session.scalars(select(CheckIn.status).order_by(CheckIn.id)))
    assert statuses == (["answered", "sent", "sent"] if last == "1" else ["answered", "dropped", "dropped"])
