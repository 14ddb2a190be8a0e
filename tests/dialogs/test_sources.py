"""Every text on money or law has a source, a day on which it was looked up, and a day when that is due again."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.dialogs import texts
from bot.dialogs.sources import HOLDS, SECTIONS, Kept, due, kept, needs_source, spared

TODAY = date(2026, 11, 22)
KEPT = Kept("boligstoette.full", ("Lov om individuel boligstøtte",), date(2026, 11, 22))


def on_money_or_law() -> set[str]:
    shipped = [(key, body) for language in texts.LANGUAGES for key, body in texts.catalogue(language).items()]
    return {key for key, body in shipped if needs_source(key, body)}


def test_every_text_that_is_on_money_or_law_has_an_entry_in_sources_toml():
    assert on_money_or_law() - kept().keys() == set()


def test_there_is_no_entry_without_a_text():
    assert (kept().keys() | spared().keys()) - texts.catalogue("da").keys() == set()
    assert kept().keys() & spared().keys() == set()


def test_what_is_spared_would_else_have_to_be_kept_and_says_why():
    for key, why in spared().items():
        body = texts.catalogue("da")[key]
        assert why
        assert needs_source("", body) or key.split(".")[0] in SECTIONS, key


@pytest.mark.parametrize("entry", kept().values(), ids=lambda entry: entry.key)
def test_an_entry_names_its_sources_and_was_checked_on_a_day_that_has_been(entry):
    assert entry.sources
    assert date(2026, 1, 1) <= entry.checked <= TODAY
    assert entry.approved or entry.note


@pytest.mark.parametrize(
    ("body", "is_on_law"),
    [
        ("Kommunen bestemmer.", True),
        ("You apply to Udbetaling Danmark.", True),
        ("Ring 112, hvis der er fare.", True),
        ("Ring 70 12 80 63.", True),
        ("Det er efter § 81.", True),
        ("Du kan højst få 363 kr. om måneden.", True),
        ("Selv tak. Skriv bare her, hvis der er mere.", False),
        ("Skriv fx 500 eller 14/3.", False),
    ],
)
def test_a_law_an_authority_a_rate_or_a_number_is_seen_in_the_words(body, is_on_law):
    assert needs_source("other.welcome", body) is is_on_law


@pytest.mark.parametrize(
    ("entry", "today", "looked_up", "reasons"),
    [
        (KEPT, TODAY, None, ()),
        (KEPT, TODAY + HOLDS, None, ()),
        (KEPT, TODAY + HOLDS + timedelta(days=1), None, ("old",)),
        (KEPT, TODAY + timedelta(days=300), TODAY + timedelta(days=200), ()),
        (KEPT, TODAY + timedelta(days=400), TODAY + timedelta(days=200), ("old",)),
        (KEPT, TODAY, date(2025, 1, 1), ()),  # our own day counts where it is later
        (replace(KEPT, rates_year=2026), TODAY, None, ()),
        (replace(KEPT, rates_year=2026), date(2027, 1, 1), None, ("rates",)),
        (replace(KEPT, rates_year=2026), date(2027, 1, 2), date(2027, 1, 1), ("rates",)),  # looking changes no rate
        (replace(KEPT, approved=False), TODAY, None, ("unapproved",)),
        (replace(KEPT, approved=False), TODAY, TODAY, ()),
        (replace(KEPT, approved=False, rates_year=2025), date(2027, 8, 1), None, ("unapproved", "rates", "old")),
    ],
)
def test_a_text_is_due_when_it_is_old_or_of_last_years_rates_or_was_never_approved(entry, today, looked_up, reasons):
    assert due(entry, today, looked_up) == reasons
