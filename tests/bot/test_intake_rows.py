"""What a cell says, and what is told to whoever made the file when it says nothing that we can use."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.case_cells import STAGES, clean, quote, read_amount, read_birth_day, read_day, read_language, read_stage
from bot.case_rows import COLUMNS, CaseRow, column_of, row_from_mapping

TODAY = date(2026, 11, 27)
GOOD = {"sagsnr": "SB-1", "navn": "Line Bek", "restance": "8.450,50", "telefon": "11 11 40 27"}

CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.dates(), st.datetimes(), st.decimals()
)


def read(**cells) -> CaseRow:
    row = row_from_mapping({**GOOD, **cells}, TODAY, row=4)
    assert isinstance(row, CaseRow), row
    return row


def wrong(**cells) -> list[str]:
    errors = row_from_mapping({**GOOD, **cells}, TODAY, row=4)
    assert isinstance(errors, list), errors
    return [str(error) for error in errors]


@pytest.mark.parametrize(
    ("cell", "ore"),
    [
        ("8.450,50", 845_050),
        ("8450,50", 845_050),
        ("8450.5", 845_050),
        ("8.450", 845_000),
        ("8450", 845_000),
        ("8450,-", 845_000),
        ("8.450,--", 845_000),
        ("8450.-", 845_000),
        ("kr. 8.450,50", 845_050),
        ("8.450,50 kr.", 845_050),
        ("8.450,- kr.", 845_000),
        ("DKK 8450", 845_000),
        ("8 450,50", 845_050),
        ("8\N{NO-BREAK SPACE}450,50", 845_050),
        ("8,450.50", 845_050),
        ("8450.5000", 845_050),
        (" 0 ", 0),
        ("0,00", 0),
        ("-450,50", -45_050),
        ("\N{MINUS SIGN}450", -45_000),
        ("kr. -450", -45_000),
        (8450.5, 845_050),
        (8450, 845_000),
        (0.1 + 0.2, 30),
        (Decimal("8450.50"), 845_050),
    ],
)
def test_a_sum_is_read_as_danes_and_systems_write_it(cell, ore):
    assert read_amount(cell) == ore


@pytest.mark.parametrize(
    "cell",
    ["otte tusind", "8,450", "8.450.50", "8.45.000", "1e5", "٣٤", "12 34", "0.500", "8450 og lidt", "", None, True,
     float("nan"), float("inf"), 10**400, "9" * 5000],
)  # fmt: skip
def test_what_could_be_two_sums_or_none_is_none(cell):
    assert read_amount(cell) is None


@pytest.mark.parametrize(
    "cell",
    ["27-11-2026", "27/11/2026", "27.11.2026", "2026-11-27", "2026-11-27T00:00:00", "27-11-2026 00:00:00", 46353,
     46353.0, TODAY, datetime(2026, 11, 27, 13, 5)],  # noqa: DTZ001  Excel's days have no zone
)  # fmt: skip
def test_a_day_is_read_in_every_form_of_the_contract(cell):
    assert read_day(cell) == TODAY


@pytest.mark.parametrize(
    "cell", ["31-02-2026", "27-11-26", "11/27/2026", "27-11/2026", "27. november", "46353", "1026-11-27", 5, True, ""]
)
def test_a_day_that_is_not_sure_is_none(cell):
    assert read_day(cell) is None


@pytest.mark.parametrize(
    "cell",
    ["14-03", "14/3", "14.03", "14. marts", "14 mar", "14 March", "d. 14. marts 1980", "14-03-1980", "14/3-80",
     "1980-03-14", date(1980, 3, 14), 14.03],
)  # fmt: skip
def test_of_a_birthday_day_and_month_are_kept(cell):
    assert read_birth_day(cell) == "14-03"


@pytest.mark.parametrize("cell", ["31-04", "140380-1234", "marts", "14", "14-13", 14.1, ""])
def test_what_is_no_birthday_or_two_of_them_is_none(cell):
    assert read_birth_day(cell) is None


def test_a_leap_day_is_a_birthday():
    assert read_birth_day("29-02") == "29-02"


@pytest.mark.parametrize(
    ("cell", "language"),
    [("da", "da"), ("DA", "da"), ("dansk", "da"), ("Engelsk", "en"), ("en-GB", "en"), ("arabisk", "ar"),
     ("somali", "so"), ("Türkçe", "tr"), ("færøsk", "fo"), ("klingon", None), ("xx", None)],
)  # fmt: skip
def test_a_language_is_two_letters_or_its_name(cell, language):
    assert read_language(cell) == language


@pytest.mark.parametrize(
    ("cell", "stage"),
    [("Rykker", "rykker"), ("påkrav", "paakrav"), ("OPHÆVET", "ophaevet"), ("foged ", "foged"), ("inkasso", None)],
)
def test_a_stage_is_one_of_five_words(cell, stage):
    assert read_stage(cell) == stage


@pytest.mark.parametrize(
    ("heading", "column"),
    [(" SAGSNR ", "case_ref"), ("Sags nr.", "case_ref"), ("Case Ref", "case_ref"), ("case_ref", "case_ref"),
     ("FØDSELSDAG", "birth_day"), ("foedselsdag", "birth_day"), ("Lejemaal", "tenancy_ref"), ("lejema\u030al",
     "tenancy_ref"), ("postnr", "postal_code"), ("Eviction date", "eviction_date"), ("bemærkning", None), ("", None)],
)  # fmt: skip
def test_case_spacing_and_accents_of_a_heading_do_not_matter(heading, column):
    assert column_of(heading) == column


def test_every_column_has_a_danish_and_an_english_heading():
    assert [column_of(heading) for pair in COLUMNS.items() for heading in pair] == [
        name for name in COLUMNS for _ in range(2)
    ]


def test_a_row_says_all_that_the_contract_has():
    row = read(
        frist="05-12-2026", modtaget="27-11-2026", trin="påkrav", fogeddato="21-12-2026", adresse="Søparken 8",
        postnr=2750.0, by="Ballerup", kommune="Ballerup", afdeling="Søparken", lejemål="12-8", fødselsdag="14/3",
        sprog="en", leje="6.240,00",
    )  # fmt: skip
    assert row == CaseRow(
        row=4, case_ref="SB-1", name="Line Bek", arrears_ore=845_050, phone="+4511114027", phone_cell='"11 11 40 27"',
        deadline=date(2026, 12, 5), received=TODAY, stage="paakrav", eviction_date=date(2026, 12, 21),
        address="Søparken 8", postal_code="2750", city="Ballerup", municipality="Ballerup", department="Søparken",
        tenancy_ref="12-8", birth_day="14-03", language="en", rent_ore=624_000,
    )  # fmt: skip


def test_the_api_s_english_names_do_as_well():
    row = row_from_mapping({"case_ref": "SB-1", "name": "Line Bek", "arrears": 8450.5, "rent": None}, TODAY)
    assert isinstance(row, CaseRow)
    assert (row.arrears_ore, row.rent_ore, row.phone_problem) == (845_050, None, "missing")


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"restance": "otte tusind"}, 'Række 4, restance: "otte tusind" er ikke et beløb. Skriv fx 8450,50.'),
        ({"restance": "-5"}, 'Række 4, restance: "-5" er under 0. Skriv 0, når der ikke mangler noget.'),
        (
            {"restance": "1.000.000,01"},
            'Række 4, restance: "1.000.000,01" er over 1 million kr. Skriv beløbet i kroner, fx 8450,50.',
        ),
        ({"restance": ""}, "Række 4, restance: feltet er tomt. Skriv fx 8450,50, eller 0 når alt er betalt."),
        ({"navn": " \n"}, "Række 4, navn: feltet er tomt. Det skal udfyldes."),
        ({"navn": "--"}, 'Række 4, navn: "--" er ikke et navn. Skriv fornavn og efternavn.'),
        ({"sagsnr": None}, "Række 4, sagsnr: feltet er tomt. Det skal udfyldes."),
        ({"Frist": "snart"}, 'Række 4, Frist: "snart" er ikke en dato. Skriv fx 27-11-2026.'),
        (
            {"modtaget": "29-11-2027"},
            'Række 4, modtaget: "29-11-2027" ligger i fremtiden. Skriv den dag, sagen kom.',
        ),
        (
            {"modtaget": "20-11-2026", "frist": "19-11-2026"},
            "Række 4, frist: fristen 19-11-2026 er før modtaget 20-11-2026. Ret en af datoerne.",
        ),
        (
            {"TRIN": "inkasso"},
            'Række 4, TRIN: "inkasso" er ikke et trin. Skriv rykker, paakrav, advokat, ophaevet eller foged.',
        ),
        ({"postnr": "12345678901"}, 'Række 4, postnr: "12345678901" er for lang. Der er plads til 10 tegn.'),
        ({"leje": "dyr"}, 'Række 4, leje: "dyr" er ikke et beløb. Skriv fx 8450,50.'),
    ],
)
def test_an_error_names_row_column_what_is_wrong_and_what_to_do(cells, sentence):
    assert wrong(**cells) == [sentence]


def test_all_that_is_wrong_with_a_row_is_told_at_once():
    assert len(wrong(navn="", restance="x", trin="y", frist="z")) == 4


def test_tomorrow_is_taken_as_received_since_systems_run_ahead_at_night():
    assert read(modtaget="28-11-2026").received == date(2026, 11, 28)


@pytest.mark.parametrize(
    ("cells", "notice"),
    [
        (
            {"sprog": "klingon"},
            'Række 4, sprog: "klingon" er ikke et sprog, vi kender. Skriv fx da, en eller ar. Der skrives på dansk.',
        ),
        (
            {"fødselsdag": "31-04"},
            'Række 4, fødselsdag: "31-04" er ikke en fødselsdag. Skriv dag og måned, fx 14-03. Sagen tages uden.',
        ),
        (
            {"modtaget": "27-12-2026"},
            'Række 4, modtaget: "27-12-2026" ligger i fremtiden. Sagen tages og venter til den dag.',
        ),
        (
            {"Frist": "26-11-2026"},
            'Række 4, Frist: "26-11-2026" er gået. Er sagen ny, så ring til beboeren i dag.',
        ),
    ],
)
def test_a_case_is_not_turned_away_for_what_it_can_do_without(cells, notice):
    assert read(**cells).notices == (notice,)


def test_a_cpr_number_is_neither_kept_nor_shown():
    row = read(navn="Line Bek 140380-1234", fødselsdag="140380-1234")
    assert "1234" not in repr(row)


@pytest.mark.parametrize(
    ("cell", "problem"), [("33 12 34 56", "landline"), ("", "missing"), ("ring til kontoret", "invalid")]
)
def test_a_number_that_takes_no_sms_does_not_turn_the_case_away(cell, problem):
    row = read(telefon=cell)
    assert (row.phone, row.phone_problem) == (None, problem)


def test_a_cell_becomes_one_clean_line():
    assert clean(" Line\r\n\tBek\x00 \u200bJensen ") == "Line Bek Jensen"


def test_a_number_of_excels_is_shown_as_it_stood_there():
    assert clean(1001.0) == "1001"


def test_a_number_that_python_will_not_write_down_is_no_crash():
    assert quote(10**5000) == '"?"'


def test_a_long_cell_is_shown_shortened():
    assert len(quote("x" * 500)) == 42


@given(st.dictionaries(st.sampled_from([*COLUMNS, *COLUMNS.values(), "andet"]), CELLS))
def test_any_cells_at_all_give_a_row_or_errors(mapping):
    row = row_from_mapping(mapping, TODAY)
    if isinstance(row, CaseRow):
        assert row.case_ref
        assert 0 <= row.arrears_ore <= 100_000_000
        assert row.stage in {None, *STAGES}
        assert "\x00" not in repr(row)
    else:
        assert all(error.message for error in row)


@given(st.integers(0, 100_000_000))
def test_a_sum_written_the_danish_way_comes_back(ore):
    kroner = f"{ore // 100:,}".replace(",", ".")
    assert read_amount(f"{kroner},{ore % 100:02d}") == ore


@given(
    st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(["%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d"])
)
def test_a_day_comes_back_in_every_form(day, form):
    assert read_day(day.strftime(form)) == day
