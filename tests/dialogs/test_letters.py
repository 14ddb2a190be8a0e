"""A letter: whether it came, from whom, and on which day that has been."""

from datetime import date

import pytest

from bot.dialogs.letters import has_come, letter_day, sender
from tests.dialogs.samples import TODAY, heard


@pytest.mark.parametrize(
    ("message", "come"),
    [
        (heard("ja", "affirm"), True),
        (heard("nej", "deny"), False),
        (heard("ingen breve"), False),
        (heard("har ikke fået noget"), False),
        (heard("et rykkerbrev i sidste uge"), True),
        (heard("fra advokaten"), True),
        (heard("tør ikke åbne det"), True),
        (heard("d. 19. november", date="2026-11-19"), True),
        (heard("jeg betaler 1000 på fredag", amount=1_000, date="2026-11-27"), None),
        (heard("hvad mener du"), None),
    ],
    ids=lambda value: getattr(value, "text", value),
)
def test_whether_a_letter_has_come(message, come):
    assert has_come(message) is come


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("fra boligforeningen", "udlejer"),
        ("fra jer", "udlejer"),
        ("advokat Hansen", "advokat"),
        ("byretten", "fogedretten"),
        ("det er fra fogeden og advokaten", "fogedretten"),
        ("kommunen", "kommunen"),
        ("om boligstøtte", None),
        ("ved ikke", None),
    ],
)
def test_who_it_is_from(text, who):
    assert sender(heard(text)) == who


@pytest.mark.parametrize(
    ("text", "read", "day"),
    [
        ("d. 19. november", "2026-11-19", date(2026, 11, 19)),
        ("mandag", "2026-11-30", date(2026, 11, 23)),
        ("d. 3.", "2026-12-03", date(2026, 11, 3)),
        ("3. december", "2026-12-03", date(2025, 12, 3)),
        ("d. 31.", "2026-12-31", None),
        ("i dag", "2026-11-24", date(2026, 11, 24)),
    ],
)
def test_its_day_is_never_to_come(text, read, day):
    assert letter_day(heard(text, date=read), TODAY) == day


def test_without_a_day_there_is_none():
    assert letter_day(heard("fra jer"), TODAY) is None
