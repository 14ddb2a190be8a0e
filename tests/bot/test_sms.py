"""What an SMS costs and where it can go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sms import downgrade, is_e164, is_gsm7, length, national, read_phone, segments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("æøåÆØÅéÉ" * 20, 1),
        ("€" * 80, 1),  # an extended sign counts two
        ("€" * 81, 2),
        ("€" * 152, 2),  # a pair is never split: 76 fit into each part of 153
        ("€" * 153, 3),
        ("ş" * 70, 1),
        ("ş" * 71, 2),
        ("ç" * 71, 2),  # ç is not in GSM-7, only Ç
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 66, 2),  # 33 fit into each part of 67
        ("😀" * 67, 3),
    ],
)
def test_segments(text: str, expected: int):
    assert segments(text) == expected


@pytest.mark.parametrize(
    ("typed", "sent"),
    [("„Hej” – ja…", '"Hej" - ja...'), ("1.000\u00a0kr.", "1.000 kr."), ("a\u200bb\x1b", "ab"), ("l’hôtel", "l'hôtel")],
)
def test_typographic_signs_become_plain_ones(typed: str, sent: str):
    assert downgrade(typed) == sent


@given(st.text(max_size=400))
def test_downgrading_twice_is_downgrading_once(text: str):
    assert downgrade(downgrade(text)) == downgrade(text)


@given(st.text(alphabet=st.sampled_from("aæø€[{ş😀 "), max_size=700))
def test_every_segment_is_within_its_size_and_none_is_spare(text: str):
    part = 153 if is_gsm7(text) else 67
    assert length(text) <= max(segments(text) * part, 160 if is_gsm7(text) else 70)
    assert segments(text) <= 1 or length(text) > (segments(text) - 1) * (part - 1)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("11 11 40 27", "+4511114027"),
        ("+4511114027", "+4511114027"),
        ("0045 11 11 40 27", "+4511114027"),
        ("4511114027", "+4511114027"),
        ("11.11.40.27", "+4511114027"),
        ("11-11-40-27 (mor)", "+4511114027"),
        ("tlf.: 11114027", "+4511114027"),
        ("11114027.0", "+4511114027"),
        ("33 12 00 00 / 11 11 40 27", "+4511114027"),
        ("11114027, 11114028", "+4511114027"),
    ],
)
def test_the_first_number_that_takes_sms_is_read_from_a_dirty_cell(cell: str, number: str):
    assert read_phone(cell).number == number


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("", "missing"),
        ("   ", "missing"),
        ("hemmeligt", "invalid"),
        ("123", "invalid"),
        ("00000000", "invalid"),
        ("11111111", "invalid"),
        ("12345678", "invalid"),
        ("33 12 00 00", "landline"),
        ("+45 86 12 00 00", "landline"),
        ("70 10 00 00", "landline"),
    ],
)
def test_a_cell_without_a_number_for_sms_says_why(cell: str, problem: str):
    assert read_phone(cell).problem == problem
    assert read_phone(cell).number is None


def test_a_range_that_is_mobile_within_a_fixed_line_prefix_is_mobile():
    assert read_phone("34 41 00 00").number == "+4534410000"


@given(st.text(max_size=60))
def test_any_cell_gives_a_number_or_a_problem_never_both(cell: str):
    phone = read_phone(cell)
    assert (phone.number is None) != (phone.problem is None)
    assert phone.number is None or is_e164(phone.number)


def test_a_number_is_shown_in_pairs():
    assert national("+4511114027") == "+45 11 11 40 27"
    assert national("+46701234567") == "+46701234567"
