"""CPR numbers go, whatever stands between their digits; phones, amounts and dates stay."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.masking import MASK, mask_cpr
from bot.sms import is_gsm7

_ADMINISTRATIVE = 60  #: added to the day where there is no CPR number yet


@pytest.mark.parametrize(
    "text",
    [
        "010203-1234", "0102031234", "010203 1234", "710203-1234", "010203.1234", "01 02 03 1234", "01.02.03-1234",
        "01-02-03-1234", "01/02-03 1234", "01-02-1990-1234", "010219901234", "010203 - 1234", "٠١٠٢٠٣-١٢٣٤",
        "010203–1234",
    ],
)  # fmt: skip
def test_a_cpr_number_is_taken_out_of_its_sentence(text):
    assert mask_cpr(f"mit nr {text} tak") == (f"mit nr {MASK} tak", True)


def test_after_the_word_cpr_any_grouping_is_one():
    assert mask_cpr("cpr: 01 02 03 12 34") == (f"cpr: {MASK}", True)


@pytest.mark.parametrize(
    "text",
    [
        "d. 01.12.26 4500 kr", "d. 01.12.26 4500", "d. 01 12 26 4500 kr.", "011226 4500 kr", "4512345678",
        "12345678", "01.12.2026",
        "4500", "+45 11 11 40 27", "0045 11 11 40 27", "11 11 40 27", "ring 11114027 kl 1230",
        "konto 3409 1234567890", "8.450,50 kr",
        "+46 01 02 03 1234", "31.12.2026 1500", "betalt den 01.06.15 2500",
    ],
)  # fmt: skip
def test_phones_amounts_and_dates_stay(text):
    assert mask_cpr(text) == (text, False)


def test_two_numbers_in_one_text_both_go():
    assert mask_cpr("010203-1234 og 0405061234") == (f"{MASK} og {MASK}", True)


def test_the_mask_fits_in_a_plain_sms():
    assert is_gsm7(MASK)


@given(st.text(alphabet="0123456789 .-/+kr,cp[]d", max_size=60))
def test_masking_twice_changes_nothing_more(text):
    once, _ = mask_cpr(text)
    assert mask_cpr(once) == (once, False) or MASK not in once


@given(st.text(max_size=200))
def test_any_text_can_be_masked(text):
    masked, had_one = mask_cpr(text)
    assert had_one == (masked != text)


@given(
    st.dates(date(1930, 1, 1), date(2015, 12, 31)),
    st.integers(0, 9999),
    st.sampled_from(["", "-", " ", ".", " - "]),
    st.booleans(),
)
def test_every_birthday_with_four_digits_is_masked(day, serial, gap, administrative):
    number = f"{day.day + _ADMINISTRATIVE * administrative:02}{day:%m%y}{gap}{serial:04}"
    assert mask_cpr(f"hej {number}!") == (f"hej {MASK}!", True)


@given(
    st.dates(date(1940, 1, 1), date(2019, 12, 31)),
    st.integers(0, 9999),
    st.sampled_from(["-", "", " ", ".", "/", " - ", "–", "\n", "-\n", ", ", "  ", "\u200b"]),
    st.sampled_from(["", ".", " ", "-", "/"]),
    st.sampled_from(
        ["{}", "cpr:{}", "cpr {}.", "jeg hedder Ida {}", "nr.{}og", "({})", "hej\n{}\nmvh", "{}, tlf 12345678"]
    ),
    st.sampled_from(["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "０１２３４５６７８９"]),
)
def test_every_spelling_of_a_number_is_masked_in_every_script(day, serial, gap, inner, frame, script):
    number = f"{day:%d}{inner}{day:%m}{inner}{day:%y}{gap}{serial:04}".translate(str.maketrans("0123456789", script))
    assert mask_cpr(frame.format(number)) == (frame.format(MASK), True)


@given(st.dates(date(1940, 1, 1), date(2019, 12, 31)), st.dates(date(1940, 1, 1), date(2019, 12, 31)))
def test_two_numbers_beside_each_other_both_go(one, other):
    for gap in (" ", ", ", "/", "\n", " og "):
        assert mask_cpr(f"{one:%d%m%y}-1234{gap}{other:%d%m%y}-4321") == (f"{MASK}{gap}{MASK}", True)


_TABLE = Path(__file__).with_name("tables") / "cpr.txt"
_ROWS = [line for line in _TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("# ")]


@pytest.mark.parametrize("row", _ROWS)
def test_what_a_reader_would_take_for_a_number_goes_and_nothing_else(row):
    verdict, _, text = row.replace("⏎", "\n").partition(" | ")
    masked, had_one = mask_cpr(text)
    assert had_one == (verdict == "mask")
    assert (masked == text) == (verdict == "keep")


@given(st.integers(1, 999_999_999))
def test_no_amount_of_up_to_nine_figures_is_masked(kroner):
    dotted = f"{kroner:,}".replace(",", ".")
    for text in (f"{kroner}", f"{kroner} kr", f"{dotted},50 kr.", f"{dotted},-", f"{kroner}\n{kroner}", f"kr {dotted}"):
        assert mask_cpr(text) == (text, False)


@given(st.integers(10, 99), st.integers(10, 99), st.integers(10, 99), st.integers(10, 99), st.integers(0, 23))
def test_no_phone_number_in_pairs_with_an_hour_behind_it_is_masked(a, b, c, d, hour):
    phone = f"{a} {b} {c} {d}"
    for text in (
        phone,
        f"+45 {phone}",
        f"ring {phone} kl {hour}",
        f"tlf. {phone} efter {hour:02}",
        f"{phone}\n{hour:02}.30",
    ):
        assert mask_cpr(text) == (text, False)


@given(st.integers(10_000_000, 99_999_999), st.sampled_from(["{}", "+45{}", "+45 {}", "tlf {} tak"]))
def test_no_phone_number_is_masked(number, shape):
    text = shape.format(number)
    assert mask_cpr(text) == (text, False)


@given(st.dates(date(2020, 1, 1), date(2039, 12, 31)), st.integers(1000, 9999))
def test_no_day_with_an_amount_behind_it_is_masked(day, kroner):
    for text in (f"{day:%d.%m.%y} {kroner} kr", f"d. {day:%d.%m.%Y} {kroner}", f"{day:%d/%m-%y} {kroner},-"):
        assert mask_cpr(text) == (text, False)
