"""Every rule of a simulated year can fail: each is broken on purpose and seen; a good record breaks none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from bot.commands.year.days_off import easter, is_off
from bot.commands.year.page import RULES_IN_WORDS
from bot.commands.year.record import Agreed, Arrived, Due, Ended, Held, Record, Stuck, Told, Wrote
from bot.commands.year.rules import RULES, check
from bot.models import COPENHAGEN
from bot.workdays import Window, is_working_day

TUESDAY = datetime(2026, 10, 27, 10, 0, tzinfo=COPENHAGEN)
PHONE = "+4511114027"


def at(day: int = 27, hour: int = 10, minute: int = 0, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=COPENHAGEN)


WAVE_SMS = Arrived(
    TUESDAY,
    PHONE,
    "Hej Amina.",
    1,
    organisation="solgaarden",
    author="wave",
    kind="wave",
    case_id=7,
    wave_id=1,
    step=0,
    expires_at=at(hour=17),
)
ANSWER = Arrived(at(hour=12), PHONE, "Tak.", 2, organisation="solgaarden", author="bot", case_id=7)
WROTE = Wrote(at(hour=11), PHONE, "ja", 7, False, at(hour=11), is_processed=True, is_answered=True)
CASE = Ended(7, "SIM-0001", "closed", "paid", date(2026, 11, 4), at(20), date(2026, 10, 20), 0, at(30))
GOOD = Record(
    now=at(20, month=11),
    windows={"solgaarden": Window(time(9), time(18))},
    arrived=[WAVE_SMS, ANSWER],
    wrote=[WROTE],
    told=[Told(at(21), 7, 845_000), Told(at(30), 7, 0)],
    held=[Held(PHONE, "solgaarden", at(28), at(29))],
    ended=[CASE],
    agreed=[Agreed("promise", 7, date(2026, 10, 30), True)],
    due=[Due(7, 1, 0, 0, "sms", TUESDAY, True)],
)


def with_sms(*sms: Arrived) -> Record:
    return replace(GOOD, arrived=[*GOOD.arrived, *sms])


def later_wave_sms(moment: datetime, **more: object) -> Arrived:
    named = {"message_id": 3, "body": "Hej igen.", "step": 1, "expires_at": None, **more}
    return replace(WAVE_SMS, at=moment, **named)  # type: ignore[arg-type]  # fields of the case at hand


def wrote(text: str, moment: datetime, **more: object) -> Record:
    return replace(GOOD, wrote=[replace(WROTE, text=text, at=moment, **{"stored_at": moment, **more})])  # type: ignore[arg-type]


BROKEN: dict[str, list[Record]] = {
    "in_window": [
        with_sms(later_wave_sms(at(28, 18))),
        with_sms(later_wave_sms(at(28, 8, 59))),
        with_sms(later_wave_sms(at(31, 10))),
    ],
    "not_on_a_day_off": [with_sms(later_wave_sms(datetime(2026, 12, 24, 10, tzinfo=COPENHAGEN), case_id=8))],
    "not_after_stop": [
        replace(with_sms(later_wave_sms(at(28))), wrote=wrote("STOP", at(27, 11)).wrote),
        replace(with_sms(later_wave_sms(at(28), kind="check_in")), wrote=wrote("STOP", at(27, 11)).wrote),
    ],
    "not_after_payment": [
        with_sms(later_wave_sms(at(2, month=11))),
        with_sms(later_wave_sms(at(2, month=11), kind="reminder", author="bot")),
    ],
    "not_expired": [with_sms(later_wave_sms(at(28, 12), expires_at=at(28, 11)))],
    "never_twice": [
        with_sms(replace(ANSWER, at=at(27, 13))),
        with_sms(later_wave_sms(at(28), step=0)),
        with_sms(later_wave_sms(at(27, 15), body=WAVE_SMS.body, kind="reminder")),
    ],
    "one_wave_sms_a_day": [with_sms(later_wave_sms(at(27, 15)))],
    "known_to_us": [with_sms(Arrived(at(28), PHONE, "Hej", None))],
    "silent_while_held": [with_sms(replace(ANSWER, at=at(28, 12), message_id=3))],
    "all_heard": [wrote("hjælp", at(27, 11), stored_at=None), wrote("hjælp", at(27, 11), is_processed=False)],
    "all_answered": [wrote("kan jeg få hjælp?", at(27, 11), is_answered=False)],
    "all_end": [
        replace(GOOD, ended=[replace(CASE, status="open", outcome=None)]),
        replace(GOOD, ended=[replace(CASE, outcome=None)]),
    ],
    "all_agreements_looked_at": [replace(GOOD, agreed=[Agreed("promise", 7, date(2026, 10, 30), False)])],
    "no_step_lost": [replace(GOOD, due=[Due(7, 1, 0, 1, "call", TUESDAY, False)])],
    "nothing_stuck": [replace(GOOD, stuck=[Stuck(9, 7, at(28), "sending")])],
    "no_cpr": [replace(GOOD, leaked=["message.body"])],
    "nothing_failed": [replace(GOOD, failed=[(at(28), "wave_failed KeyError")])],
    "all_taken": [replace(GOOD, unknown_refs=["SIM-0002"])],
}


def test_a_year_as_it_should_be_breaks_no_rule():
    assert check(GOOD) == []


@pytest.mark.parametrize("name", list(RULES))
def test_each_rule_sees_what_breaks_it(name: str):
    for record in BROKEN[name]:
        assert name in {one.rule for one in check(record)}


ALLOWED: dict[str, Callable[[], Record]] = {
    "an answer at night": lambda: with_sms(replace(ANSWER, at=at(31, 3, 14), message_id=3)),
    "a thanks after payment": lambda: with_sms(later_wave_sms(at(2, month=11), kind="thanks", author="bot")),
    "a wave after START": lambda: replace(
        with_sms(later_wave_sms(at(28))),
        wrote=[*wrote("STOP", at(27, 11)).wrote, *wrote("START", at(27, 13)).wrote],
    ),
    "a STOP that never reached us": lambda: replace(
        with_sms(later_wave_sms(at(28))), wrote=wrote("STOP", at(20, month=11), stored_at=None).wrote
    ),
    "the crisis text while held": lambda: with_sms(
        replace(ANSWER, at=at(28, 12), message_id=3, body="Ring 112, hvis det haster.")
    ),
    "the confirmation of STOP while held": lambda: with_sms(
        replace(ANSWER, at=at(28, 12), message_id=3, body="Du får ikke flere sms'er fra os.")
    ),
    "a plan's answer by an adviser": lambda: with_sms(
        replace(ANSWER, at=at(28, 12), message_id=3, tells_decision=True)
    ),
    "thanks without an answer": lambda: wrote("tak", at(27, 11), is_answered=False, is_quiet=True),
    "a human has it": lambda: wrote("hjælp", at(27, 11), is_answered=False, is_with_human=True),
    "an open case with a task": lambda: replace(GOOD, ended=[replace(CASE, status="open", outcome=None, open_tasks=1)]),
}


@pytest.mark.parametrize("name", list(ALLOWED))
def test_what_is_allowed_breaks_no_rule(name: str):
    assert check(ALLOWED[name]()) == []


def test_each_rule_says_on_the_page_what_it_asks():
    assert list(RULES_IN_WORDS) == list(RULES)


def test_the_days_off_reckoned_by_hand_are_the_products_own():
    day = date(2024, 1, 1)
    while day.year < 2032:
        assert is_off(day) is not is_working_day(day), day
        day += timedelta(days=1)


def test_easter_is_when_it_was():
    assert [easter(year) for year in (2024, 2025, 2026, 2027, 2038)] == [
        date(2024, 3, 31),
        date(2025, 4, 20),
        date(2026, 4, 5),
        date(2027, 3, 28),
        date(2038, 4, 25),
    ]
