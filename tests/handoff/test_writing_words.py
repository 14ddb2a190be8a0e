"""What is pure about writing: times to send at, signs to look at, places of a canned reply, who a note names."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.models import COPENHAGEN
from bot.planned import goes_at
from handoff.canned import Written, objections
from handoff.mentions import Colleague, named, pieces
from handoff.places import PLACES, fill, unknown
from handoff.reply_signs import asks_twice, look
from handoff.send_times import presets, read_time
from handoff.wording import knows
from handoff.writing import read_signs, time_words


def moment(day: int, clock: str, month: int = 12, year: int = 2026) -> datetime:
    hour, minute = clock.split(".")
    return datetime(year, month, day, int(hour), int(minute), tzinfo=COPENHAGEN)


NOW = moment(1, "10.42")  # a Tuesday


def test_tomorrow_and_monday_are_offered_at_nine():
    assert [(it.key, it.at) for it in presets(NOW)] == [("tomorrow", moment(2, "9.00")), ("monday", moment(7, "9.00"))]


def test_on_a_sunday_tomorrow_is_monday_and_offered_once():
    assert [it.key for it in presets(moment(6, "10.00"))] == ["tomorrow"]


def test_a_monday_that_is_a_holiday_gives_way_to_the_first_working_day():
    offered = presets(moment(2, "10.00", 4))  # Thursday before Easter 2026
    assert offered[-1].at == moment(7, "9.00", 4)


def test_tomorrow_is_nine_by_the_clock_on_the_wall_also_when_summer_time_ends():
    assert presets(moment(24, "12.00", 10))[0].at.isoformat() == "2026-10-25T09:00:00+01:00"


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [
        ("2026-12-03", "14:30", moment(3, "14.30")),
        ("2026-12-03", "14.30", moment(3, "14.30")),
        ("2026-12-01", "10:43", "time_past"),
        ("2026-11-30", "12:00", "time_past"),
        ("2027-12-01", "12:00", "time_far"),
        ("", "12:00", "no_time"),
        ("3. december", "12:00", "no_time"),
        ("2026-12-03", "", "no_time"),
    ],
)
def test_a_typed_time_is_read_or_refused_with_its_reason(day: str, clock: str, expected: object):
    assert read_time("own", day, clock, NOW) == expected


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        (moment(3, "7.59"), moment(3, "8.00")),
        (moment(3, "8.00"), moment(3, "8.00")),
        (moment(3, "20.59"), moment(3, "20.59")),
        (moment(3, "21.00"), moment(4, "8.00")),
        (moment(31, "23.30"), moment(1, "8.00", 1, 2027)),
        (moment(5, "12.00"), moment(5, "12.00")),  # a Saturday is the adviser's to choose
    ],
)
def test_nothing_that_was_planned_goes_at_night(wanted: datetime, goes: datetime):
    assert goes_at(wanted) == goes


def test_the_page_says_when_it_really_goes():
    assert time_words(moment(3, "14.30")) == "Går torsdag d. 3. december kl. 14.30."
    assert "ikke mellem kl. 21 og 8. Går fredag d. 4. december kl. 8.00" in time_words(moment(3, "22.00"))
    assert "Det er weekend" in time_words(moment(5, "12.00"))
    assert "Det er en helligdag" in time_words(moment(25, "12.00"))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Jeg ringer kl. 13. Hilsen Mette", []),
        ("Ring på 11 11 40 27 d. 3. december. Du mangler 8.450,50 kr.", []),
        ("Se borger.dk/boligstoette", ["link"]),
        ("Skriv til mette@solgaarden.dk", []),
        ("Overfør til reg. 1234 konto 1234567890", ["account"]),
        ("Betal på 9570-0012345678", ["account"]),
        ("Dit nummer er 010190-1234", ["cpr"]),
        ("Fristen er {deadline}", ["empty_place"]),
        ("Hej 😊", ["odd_sign"]),
        ("Det er Mettes’ tur", ["changed_sign"]),
    ],
)
def test_what_there_is_to_know_of_an_sms(text: str, names: list[str]):
    assert [found.name for found in look(text)] == names


def test_a_sign_that_costs_is_named_with_what_it_costs():
    (sign,) = read_signs("Vi ses i morgen på kontoret, og så ser vi på det hele sammen, du og jeg 😊").signs
    assert sign.words == "😊 gør, at der kun er plads til 70 tegn i en sms. Uden bliver det 1 SMS, med bliver det 2 SMS"
    (sign,) = read_signs("Det er Mettes’ tur").signs
    assert sign.words == "’ bliver lavet om til '"


def test_a_sign_that_costs_is_told_and_a_link_is_asked_about():
    assert not asks_twice(look("Hej 😊"))
    assert asks_twice(look("Se borger.dk"))


def test_places_are_filled_and_what_is_not_known_is_left_to_be_seen():
    filled = fill("Hej {name}. Fristen er {deadline}.", {"name": "Line", "deadline": ""}, is_recognised=True)
    assert (filled.text, filled.missing) == ("Hej Line. Fristen er {deadline}.", ("deadline",))


def test_an_amount_ends_a_sentence_with_one_full_stop():
    assert fill("Du mangler {arrears}.", {"arrears": "8.450 kr."}, is_recognised=True).text == "Du mangler 8.450 kr."


def test_the_amount_is_not_told_to_somebody_who_is_not_recognised():
    filled = fill("Du mangler {arrears}.", {"arrears": "8.450 kr."}, is_recognised=False)
    assert filled.secret == ("arrears",)
    assert not filled.may_insert
    assert "8.450" not in filled.text


def test_a_value_with_braces_is_not_filled_in_again():
    assert fill("{name}", {"name": "{arrears}", "arrears": "1"}, is_recognised=True).text == "{arrears}"


def test_only_our_places_may_stand_in_a_reply():
    assert unknown("Hej {name} og {nanm}") == ("{nanm}",)
    assert unknown("Hej {name") == ("{",)
    assert all(knows("places", name) for name in PLACES)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("Se www.borger.dk", "link"),
        ("Betal nu, ellers mister du boligen", "threat"),
        ("Send dit MitID", "secret"),
        ("Hej {navn}", "canned_place"),
        ("Dit nummer er 010190-1234", "canned_cpr"),
        ("", "empty"),
        ("x" * 1001, "canned_too_long"),
    ],
)
def test_a_canned_reply_that_no_sms_of_ours_may_hold_is_refused(body: str, name: str):
    assert name in [sign.name for sign in objections(Written("Navn", body, "da")) if sign.is_refused]


def test_a_long_reply_is_only_told_to_be_long():
    (sign,) = objections(Written("Navn", "Vi ser på det sammen. " * 16, "da"))
    assert (sign.name, sign.is_refused) == ("canned_long", False)


KNOWN = (Colleague(1, "Mette Lind", "Mette Lind"), Colleague(2, "Mette Bo", "Mette Bo"), Colleague(3, "Åse Ø", "Åse"))


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ("@Åse, vil du ringe?", {3}),
        ("@åse og @Mette Bo", {2, 3}),
        ("@Mette kig her", {1, 2}),
        ("@Mette Lind: kig her", {1}),
        ("@Åsesen og post@Åse.dk", set()),
        ("Mette", set()),
    ],
)
def test_a_name_after_an_at_is_a_colleague(body: str, meant: set[int]):
    assert named(body, KNOWN) == meant


def test_names_are_marked_and_all_words_stay():
    found = pieces("Hej @Åse, kig", KNOWN)
    assert found == (("Hej ", False), ("@Åse", True), (", kig", False))
