"""What a simulated year is made of: chance, residents, the rent system, bad luck, kills."""

from __future__ import annotations

import contextlib
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from bot.case_file import read_case_file
from bot.case_rows import CaseRow
from bot.commands.year.answers import Mind, promised_day, react
from bot.commands.year.chance import Chance
from bot.commands.year.kills import Killed, Points
from bot.commands.year.people import is_quiet, kinds, make_people
from bot.commands.year.reading import with_patience
from bot.commands.year.rent_system import Account, RentSystem
from bot.commands.year.weather import forecast, on_sms
from bot.db import Database
from bot.models import COPENHAGEN, Heartbeat
from bot.organisations import read_settings
from bot.workdays import Window
from scheduler.ladder import steps_of, timetable

NOW = datetime(2026, 10, 27, 10, 0, tzinfo=COPENHAGEN)
FIRST = "Hej Amina. Svar JA, så skriver vi videre her. Svar STOP, hvis du ikke vil have sms fra os."


def test_chance_answers_by_name_and_not_by_order():
    assert Chance(1).share("a", 1) == Chance(1).share("a", 1)
    assert Chance(1).share("a", 1) != Chance(2).share("a", 1)
    assert {Chance(1).between(3, 5, n) for n in range(60)} == {3, 4, 5}
    assert {Chance(1).weighted([("x", 1), ("y", 3)], n) for n in range(60)} == {"x", "y"}


def test_every_kind_of_resident_comes_before_any_comes_twice():
    people = make_people(Chance(1), len(kinds()))
    assert {person.kind for person in people} == set(kinds())
    assert make_people(Chance(1), 5) == people[:5]


def test_residents_have_invented_numbers():
    phones = [person.phone for person in make_people(Chance(3), 200) if person.phone]
    assert all(phone.startswith("+451") and len(phone) == 11 for phone in phones)


def person_who(name: str, number: int = 0):
    kind = next(kind for kind in kinds() if kind.name == name)
    people = make_people(Chance(1), 200)
    return next(person for person in people[number:] if person.kind == kind)


def test_a_resident_says_the_next_line_and_tells_the_birthday_when_asked():
    person = person_who("svarer ja, siger sin fødselsdag og lover en dag")
    mind, said = react(person, Mind(), FIRST, NOW, Chance(1), 845_000)
    assert [one.text for one in said] == ["ja"]
    mind, said = react(person, mind, "Hvilken dag og måned har du fødselsdag?", NOW, Chance(1), 845_000)
    day, month = person.birthday.split("-")
    assert [one.text for one in said] == [f"{int(day)}/{int(month)}"]
    mind, said = react(person, mind, "Tak.", NOW, Chance(1), 845_000)
    assert said[0].offers == "all"
    assert said[0].text == "jeg kan betale det hele på fredag"
    assert said[0].at > NOW


def test_who_has_nothing_more_to_say_is_silent():
    person = person_who("betaler uden et ord")
    assert react(person, Mind(), FIRST, NOW, Chance(1), 845_000) == (Mind(), [])


def test_who_writes_at_night_does():
    _, said = react(person_who("skriver om natten"), Mind(), FIRST, NOW, Chance(1), 0)
    assert said[0].at.hour < 5


def test_two_sms_in_a_row_are_two():
    person = person_who("to sms'er i træk")
    _, said = react(person, Mind(), FIRST, NOW, Chance(1), 0)
    assert len(said) == 2


def test_a_promised_day_is_a_friday_some_days_ahead():
    for n in range(14):
        day = date(2026, 10, 1) + timedelta(days=n)
        assert 3 <= (promised_day(day) - day).days <= 9


def test_courtesies_want_no_answer():
    assert is_quiet("tak")
    assert not is_quiet("kan jeg få hjælp?")


def test_the_rent_systems_file_can_be_read_and_tells_what_is_owed(tmp_path):
    accounts = [Account(person, "solgaarden", person.phone) for person in make_people(Chance(1), 20)]
    rent = RentSystem(Chance(1), accounts, months=1)
    behind = rent.new_arrears(0, date(2026, 10, 1))
    assert len(behind) == 20
    today = date(2026, 11, 2)
    rent.pay(behind[0], behind[0].arrears_ore, today)
    text, told = rent.file("solgaarden", today)
    file = tmp_path / "cases.csv"
    file.write_text(text, encoding="utf-8")
    rows = read_case_file(file, today).rows
    assert {row.case_ref: row.arrears_ore for row in rows if isinstance(row, CaseRow)} == told
    assert told[behind[0].person.case_ref] == 0


def test_bad_luck_is_of_every_kind_and_the_same_for_the_same_seed():
    year = (date(2026, 10, 1), date(2027, 9, 30))
    spells = forecast(Chance(1), *year)
    assert {spell.kind for spell in spells} == {"gateway_down", "service_down", "killed", "no_file"}
    assert spells == forecast(Chance(1), *year)
    assert {"timeout", "500", "429", "30003", "lost_receipt", None} <= {on_sms(Chance(1), n) for n in range(2000)}


def test_a_call_is_not_missing_while_the_resident_goes_on_writing():
    window = Window(time(9), time(18))
    times = timetable(steps_of(read_settings({}).ladder), NOW, date(2026, 11, 20), window)
    call = next(each for each in times if each.step.kind == "call")
    wrote = call.at + timedelta(hours=3)
    patient = with_patience(times, NOW, [NOW - timedelta(days=9), wrote], window)
    assert next(each.at for each in patient if each.step.kind == "call") > wrote
    assert with_patience(times, NOW, [NOW - timedelta(days=9)], window) == list(times)


def beat(db: Database, name: str) -> None:
    with db.write() as session:
        session.add(Heartbeat(name=name, at=NOW))


def names(db: Database) -> list[str]:
    with db.read() as session:
        return list(session.scalars(select(Heartbeat.name).order_by(Heartbeat.name)))


def test_a_kill_at_the_commit_leaves_nothing_and_passes_every_except(db: Database):
    points = Points(db)
    points.kill_at(2)  # 1: begin, 2: commit
    with pytest.raises(Killed), contextlib.suppress(Exception):
        beat(db, "lost")
    beat(db, "kept")
    assert names(db) == ["kept"]


def test_another_process_cuts_in_between_two_transactions(db: Database):
    points = Points(db)
    points.cut_in_at(2, lambda: beat(db, "other"))
    beat(db, "first")
    beat(db, "second")  # at its begin the other one does its whole work
    assert names(db) == ["first", "other", "second"]
