"""The inbox has a Danish phrase for every value that the bot can write, and writes money and time as Danes do."""

from __future__ import annotations

from datetime import date, datetime
from typing import get_args

import pytest

from bot.check_ins import Why as NoCheckIn
from bot.dialogs.effects import HandoffReason, TaskType
from bot.models import COPENHAGEN
from bot.nlu.intents import INTENTS
from bot.rent_calendar import Kind as MarkKind
from bot.rent_calendar import Stage
from handoff.bubbles import heard_chips
from handoff.closing import Outcome, outcomes_for
from handoff.formats import day, day_heading, full_day, genitive, initials, kroner, moment, short_moment, weekday
from handoff.handoffs import Why
from handoff.heard import GROUPS
from handoff.wording import catalogue, emphasis, knows, lowered, word

NOW = datetime(2026, 12, 1, 10, 42, tzinfo=COPENHAGEN)


def test_every_one_of_the_43_intents_has_a_chip_of_its_own():
    assert len(INTENTS) == 43
    chips = [word("heard", name) for name in INTENTS]
    assert all(knows("heard", name) for name in INTENTS)
    assert len(set(chips)) == 43


@pytest.mark.parametrize(
    ("section", "values"),
    [
        ("reasons", get_args(HandoffReason)),
        ("tasks", get_args(TaskType)),
        ("outcomes", get_args(Outcome)),
        ("refused", get_args(Why)),
        ("statuses", ("queued", "sending", "sent", "delivered", "undelivered", "failed", "refused")),
        ("heard_groups", tuple(GROUPS)),
        ("markers", ("urgent_heard", "urgent_unheard", "promise_kept", "promise_broken")),
        ("markers", ("check_in_asked", "check_ins_planned", "check_in_dropped", "closed_silent")),
        ("refusals", get_args(NoCheckIn)),
        ("instalments", ("reminder", "thanks", "paid", "missed")),
        ("stages", get_args(Stage)),
        ("marks", get_args(MarkKind)),
        ("stop_when", ("on", "earliest", "before", "unknown", "any_day")),
        ("mark_when", ("on", "earliest", "latest")),
    ],
)
def test_every_value_of_a_closed_list_has_a_phrase(section: str, values: tuple[str, ...]):
    assert [value for value in values if not knows(section, value)] == []


def test_a_reason_that_the_catalogue_does_not_know_still_reads():
    assert word("reasons", "something_of_tomorrow") == "Har brug for et menneske"


def test_an_intent_that_the_catalogue_does_not_know_is_shown_in_plain_letters():
    assert word("heard", "ask_something_new") == "ask something new"


@pytest.mark.parametrize("names", [["out_of_scope"], ["greet", "out_of_scope"]])
def test_of_what_was_not_understood_no_chip_is_shown(names: list[str]):
    """Nor the values in it: a birthday given as proof is no day that was heard for something."""
    heard = {"intents": [{"name": name} for name in names], "values": [{"entity": "date", "value": "2027-03-14"}]}
    assert heard_chips(heard, NOW.date()) == ()
    heard["intents"].append({"name": "promise_to_pay"})
    assert "14. mar. 2027" in heard_chips(heard, NOW.date())


def test_no_phrase_shouts_or_holds_a_dash_or_quote_of_the_typographer():
    phrases = [p for section in catalogue().values() for p in section.values() if isinstance(p, str)]
    assert [p for p in phrases if set(p) & set("!–—“”„’‘…»«")] == []


def test_there_are_outcomes_for_a_case_and_for_a_number_without_one():
    assert "paid" in outcomes_for(has_case=True)
    assert "paid" not in outcomes_for(has_case=False)


def test_what_the_eye_should_catch_stands_between_stars():
    assert emphasis("**Du** tog samtalen") == (("Du", True), (" tog samtalen", False))
    assert lowered("Vil tale med et menneske") == "vil tale med et menneske"


@pytest.mark.parametrize(
    ("ore", "words"), [(845050, "8.450,50 kr."), (75000, "750 kr."), (100, "1 kr."), (5, "0,05 kr.")]
)
def test_money_is_written_as_danes_write_it(ore: int, words: str):
    assert kroner(ore).replace("\N{NO-BREAK SPACE}", " ") == words


def test_days_are_near_words_or_dates():
    assert [day(date(2026, 12, d), NOW.date()) for d in (1, 2, 4)] == ["i dag", "i morgen", "4. dec."]
    assert day(date(2026, 11, 30), NOW.date()) == "i går"
    assert day(date(2025, 12, 4), NOW.date()) == "4. dec. 2025"
    assert full_day(date(2026, 12, 3)) == "torsdag d. 3. december"
    assert weekday(date(2026, 12, 3)) == "torsdag 3. dec."


def test_moments_say_no_more_than_is_needed():
    def at(month: int, on: int, hour: int, minute: int) -> datetime:
        return datetime(2026, month, on, hour, minute, tzinfo=COPENHAGEN)

    assert moment(at(12, 1, 8, 12), NOW) == "i dag 8.12"
    assert moment(at(11, 30, 14, 31), NOW) == "i går 14.31"
    assert moment(at(11, 27, 14, 20), NOW) == "fre. 14.20"
    assert moment(at(11, 20, 9, 5), NOW) == "20. nov. 9.05"
    assert short_moment(at(12, 1, 10, 41), NOW) == "10.41"
    assert short_moment(at(11, 30, 10, 41), NOW) == "i går"


def test_the_thread_is_parted_by_days():
    assert day_heading(date(2026, 12, 1), NOW.date()) == "I dag"
    assert day_heading(date(2026, 11, 28), NOW.date()) == "Lørdag d. 28. november"
    assert day_heading(date(2025, 11, 28), NOW.date()) == "Fredag d. 28. november 2025"


def test_names_are_written_as_danes_write_them():
    assert [genitive(name) for name in ("Line", "Jens", "Max")] == ["Lines", "Jens'", "Max'"]
    assert [initials(name) for name in ("Mette Lind", "Line Bek Sørensen", "Cher", " ")] == ["ML", "LS", "C", "?"]
