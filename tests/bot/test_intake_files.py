"""A file of cases, as people and systems really make them; what makes it unreadable is one sentence."""

import csv
import io
import os
import tracemalloc
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.case_file import CaseFile, CaseFileError, read_case_file
from bot.case_rows import CaseRow
from bot.sheet_check import wrong_with

TODAY = date(2026, 11, 27)
SAMPLE = Path(__file__).parents[2] / "docs" / "sample-cases.csv"

HEADINGS = ["Sagsnr", "Navn", "Telefon", "Restance", "Trin", "Sagsbehandler"]
BROKEN = [
    ["SB-1", "Søren Ærø", "11 11 40 27", "8.450,50", "rykker", "mb"],
    ["SB-2", "Line Bek", "33 12 34 56", "1.200", "påkrav", ""],
    ["SB-3", "Åse Lund", "11114028", "otte tusind", "rykker", ""],
    ["SB-1", "Per Dam", "11114029", "300", "rykker", ""],
    ["SB-4", "Mia Ask", "", "450,-", "inkasso", ""],
    [],
    ["SB-5", "", "11114030", "100", "", ""],
    ["SB-6", "Bo Eg", "", "99,95", "foged", ""],
]


def as_csv(rows: list[list[Any]], delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(rows: list[list[Any]], *others: str) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for name in others:
        book.create_sheet(name).append(["noget andet"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.fixture
def read(tmp_path: Path):
    def read(data: bytes, name: str = "sager.csv") -> CaseFile:
        path = tmp_path / name
        path.write_bytes(data)
        return read_case_file(path, TODAY)

    return read


def refused(read, data: bytes) -> str:
    with pytest.raises(CaseFileError) as caught:
        read(data)
    return str(caught.value)


def errors(file: CaseFile) -> list[str]:
    return [str(error) for row in file.rows if isinstance(row, list) for error in row]


def refs(file: CaseFile) -> list[str]:
    return [row.case_ref for row in file.rows if isinstance(row, CaseRow)]


@pytest.mark.parametrize(
    "data",
    [
        as_csv([HEADINGS, *BROKEN], encoding="cp1252"),
        as_csv([HEADINGS, *BROKEN], encoding="utf-8"),
        as_csv([HEADINGS, *BROKEN], delimiter=",", encoding="utf-8-sig"),
        as_xlsx([HEADINGS, *BROKEN]),
    ],
    ids=["cp1252", "utf-8", "commas and BOM", "xlsx"],
)
def test_a_broken_file_tells_each_rows_error_and_gives_the_good_rows(read, data):
    file = read(data)

    assert errors(file) == [
        'Række 4, Restance: "otte tusind" er ikke et beløb. Skriv fx 8450,50.',
        'Række 6, Trin: "inkasso" er ikke et trin. Skriv rykker, paakrav, advokat, ophaevet eller foged.',
        "Række 8, Navn: feltet er tomt. Det skal udfyldes.",
    ]
    assert refs(file) == ["SB-1", "SB-2", "SB-1", "SB-6"]
    assert file.rows[0].name == "Søren Ærø"
    assert file.notices == ("Disse kolonner kendes ikke og bruges ikke: Sagsbehandler.",)


def test_excels_own_numbers_and_days_are_read(read):
    day = datetime(2026, 11, 20)  # noqa: DTZ001  Excel's days have no zone
    rows = [["case_ref", "name", "phone", "arrears", "received", "birth_day"]]
    file = read(as_xlsx([*rows, [1001, "Line Bek", 11114027, 8450.5, day, date(1980, 3, 14)]]))

    row = file.rows[0]
    assert isinstance(row, CaseRow)
    assert (row.case_ref, row.phone, row.arrears_ore) == ("1001", "+4511114027", 845_050)
    assert (row.received, row.birth_day) == (day.date(), "14-03")


def test_an_xlsx_is_known_by_what_it_is_and_not_by_its_name(read):
    assert refs(read(as_xlsx([HEADINGS, BROKEN[0]]), "sager.csv")) == ["SB-1"]


def test_only_the_first_sheet_with_something_in_it_is_read_and_that_is_told(read):
    file = read(as_xlsx([HEADINGS, BROKEN[0]], "Noter"))
    assert 'Kun arket "Sheet" er læst. De andre ark i filen er ikke.' in file.notices


def test_rows_are_numbered_as_in_the_sheet_also_after_empty_ones_and_cells_of_two_lines(read):
    data = b'sagsnr;navn;restance\n;;\nSB-1;"Line\nBek";100\n\nSB-2;Per Dam;x\n'
    file = read(data)
    assert errors(file) == ['Række 5, restance: "x" er ikke et beløb. Skriv fx 8450,50.']
    assert file.rows[0].name == "Line Bek"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_will_do(read, end):
    assert refs(read(end.join(["sagsnr;navn;restance", "SB-1;Line Bek;100", ""]).encode())) == ["SB-1"]


def test_the_line_with_which_excel_names_its_separator_is_no_row(read):
    file = read(b"sep=,\r\nsagsnr,navn,restance\r\nSB-1,Line Bek,x\r\n")
    assert errors(file)[0].startswith("Række 2, restance")


def test_a_comma_in_an_unquoted_sum_is_not_taken_for_a_smaller_one(read):
    """8.450,50 without quotes in a file with commas is two cells: 8.450 and 50."""
    file = read(b"sagsnr,navn,restance\nSB-1,Line Bek,8.450,50\nSB-2,Per Dam,100\n")
    assert errors(file) == [
        "Række 2: der er flere celler end overskrifter. Et beløb eller en adresse har måske et skilletegn i sig: "
        "sæt cellen i anførselstegn."
    ]
    assert refs(file) == ["SB-2"]


def test_a_nul_in_a_cell_is_taken_out(read):
    assert read(b"sagsnr;navn;restance\nSB-1;Li\x00ne Bek;100\n").rows[0].name == "Line Bek"


@pytest.mark.parametrize(
    ("headings", "sentence"),
    [
        (
            "navn;telefon;restance",
            'Kolonnen "sagsnr" mangler. Fundne overskrifter: navn, telefon, restance.',
        ),
        ("x", 'Kolonnerne "sagsnr" og "navn" og "restance" mangler. Fundne overskrifter: x.'),
        ("sagsnr;navn;restance;arrears", 'Kolonnerne "restance" og "arrears" er den samme. Slet den ene.'),
    ],
)
def test_headings_that_will_not_do_are_named(read, headings, sentence):
    assert refused(read, f"{headings}\n1;2;3;4\n".encode()) == sentence


ZIP = io.BytesIO()
with zipfile.ZipFile(ZIP, "w") as archive:
    archive.writestr("word/document.xml", "<document/>")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Filen er tom"),
        (b" \n\n", "Filen er tom"),
        (b";;\n;;\n", "Filen er tom"),
        (b"\xef\xbb\xbf", "Filen er tom"),
        (b"sagsnr;navn;restance\n", "ingen sager"),
        (b"%PDF-1.7 and more", "hverken CSV eller XLSX"),
        (b"\x01\x02\x03\x04" * 100, "hverken CSV eller XLSX"),
        ("sagsnr;navn;restance".encode("utf-16"), "UTF-16"),
        (b"sagsnr;navn;restance\nSB-1;L\x81ne;100", "hverken UTF-8 eller Windows-1252"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 64, "gammelt Excel-ark"),
        (ZIP.getvalue(), "ikke et helt Excel-ark"),
        (as_xlsx([HEADINGS, BROKEN[0]])[:-400], "ikke et helt Excel-ark"),
        (as_xlsx([]), "Filen er tom"),
        (b'sagsnr;navn;restance\nSB-1;"Line;100\nSB-2;Per;100\n', "anførselstegn"),
        (b"sagsnr;navn;restance\n" + b"SB-1;Line;1\n" * 50_001, "50.000"),
        (b"x" * (20 * 1024 * 1024 + 1), "20 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_cannot_be_taken_is_told_in_one_sentence(read, data, words):
    sentence = refused(read, data)
    assert words in sentence
    assert "\n" not in sentence


def test_fifty_thousand_rows_are_not_too_many(read):
    assert len(read(b"sagsnr;navn;restance\n" + b"SB-1;Line;1\n" * 50_000).rows) == 50_000


def test_a_stray_cell_in_the_far_corner_does_not_eat_the_memory(read):
    book = openpyxl.Workbook()
    book.active.append(HEADINGS)
    book.active["XFD1048576"] = "x"
    file = io.BytesIO()
    book.save(file)
    assert "langt uden for sagerne" in refused(read, file.getvalue())


def sheet_with(cells: str, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    """A sheet with one more row, written as no openpyxl would."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for part, data in parts(as_xlsx([HEADINGS])).items():
            told = data.replace(b"</sheetData>", f"{cells}</sheetData>".encode())
            old = "xl/worksheets/sheet1.xml"
            archive.writestr(name if part == old else part, told.replace(old.encode(), name.encode()))
    return made.getvalue()


@pytest.mark.parametrize(
    "cells",
    [
        "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        '<row r="1048576"><c r = "XFD1048576"><v>1</v></c></row>',
        '<row r="1048576"><c r="xfd1048576"><v>1</v></c></row>',
        '<row r="1048576"><c r="XFD00000000001048576"><v>1</v></c></row>',
        '<row r="1048576"><c s=">" r="XFD1048576"><v>1</v></c></row>',
        f'<row r="1048576">{"<c/>" * 16383}<c><v>1</v></c></row>',
    ],
)
def test_a_stray_cell_is_seen_however_it_is_written(read, cells):
    """Its reader would ask for 400 GB, and take the whole service with it."""
    assert "langt uden for sagerne" in refused(read, sheet_with(cells))
    assert "langt uden for sagerne" in refused(read, sheet_with(cells, "xl/elsewhere/sheet1.dat"))


def test_a_sheet_of_another_kind_in_xlsx_clothes_is_refused(read):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("content.xml", "<office/>")
    assert "ikke et helt Excel-ark" in refused(read, made.getvalue())


def test_a_part_that_says_it_is_small_and_is_not_is_refused():
    made, size = io.BytesIO(), 20 * 1024 * 1024
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, data in parts(as_xlsx([HEADINGS])).items():
            archive.writestr(part, data)
        archive.writestr("xl/sharedStrings.xml", b"a" * size)
    lying = made.getvalue().replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    tracemalloc.start()
    assert wrong_with(lying) == "broken"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < size / 4


def test_what_is_no_file_is_told(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for name, words in (("mangler.csv", "ingen fil"), (".", "er ikke en fil"), ("pipe", "er ikke en fil")):
        with pytest.raises(CaseFileError, match=words):
            read_case_file(tmp_path / name, TODAY)


def test_the_sample_file_has_ten_cases_without_a_word_of_complaint():
    file = read_case_file(SAMPLE, TODAY)
    assert (len(refs(file)), file.notices, errors(file)) == (10, (), [])


def shrug(data: bytes, path: Path) -> None:
    path.write_bytes(data)
    """Each row is a case or says what is wrong with it; else the file is refused in words."""
    try:
        rows = list(read_case_file(path, TODAY).rows)
    except CaseFileError as error:
        assert str(error)  # noqa: PT017  either is right
        return
    assert all(isinstance(row, CaseRow) or (row and all(error.message for error in row)) for row in rows)


ANY_FILE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@ANY_FILE
@given(st.binary())
def test_any_bytes_as_a_file_are_read_or_refused(tmp_path, data):
    shrug(data, tmp_path / "any")


@ANY_FILE
@given(st.text(st.characters(codec="utf-8")))
def test_any_text_below_the_headings_is_read_or_refused(tmp_path, text):
    shrug(f"sagsnr;navn;restance;telefon;frist\n{text}".encode(), tmp_path / "any")


SHEET = as_xlsx([HEADINGS, *BROKEN])


@ANY_FILE
@given(st.integers(0, len(SHEET) - 1), st.binary(min_size=1, max_size=8))
def test_a_damaged_sheet_is_read_or_refused(tmp_path, place, damage):
    shrug(SHEET[:place] + damage + SHEET[place + len(damage) :], tmp_path / "any")


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@ANY_FILE
@given(st.sampled_from(sorted(parts(SHEET))), st.floats(0, 1), st.binary(min_size=1, max_size=8))
def test_a_sheet_with_damaged_xml_is_read_or_refused(tmp_path, name, share, damage):
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w") as archive:
        for part, data in parts(SHEET).items():
            place = int(share * len(data))
            archive.writestr(part, data[:place] + damage + data[place + 8 :] if part == name else data)
    shrug(changed.getvalue(), tmp_path / "any")


def test_a_damaged_sheet_in_any_packing_is_refused():
    for packing in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", packing) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", "<worksheet>" + "<row/>" * 2000 + "</worksheet>")
        data = bytearray(packed.getvalue())
        for place in range(60, 120):
            damaged = data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]
            assert wrong_with(bytes(damaged)) in ("broken", None), place


def test_a_zip_that_unpacks_to_very_much_is_refused_before_it_does(read):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(201 * 1024 * 1024))
    assert "fylder for meget" in refused(read, bomb.getvalue())
