"""Reading files: encodings, separators, spreadsheets and what is none; numbers as Norwegians and as the English write them."""

import datetime
import io
import time
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from grants.domain.grant_file_columns import (
    AMOUNTS,
    COLUMNS,
    MEASURE_ANSWERS,
    PUBLISHED,
    UNIT_ANSWERS,
    column_of,
    heading_of,
    kind_of,
    questions_of,
)
from grants.domain.grant_file_values import (
    LONGEST_TEXT,
    option,
    plain,
    read_amount,
    read_answer,
    read_count,
    read_number,
    within,
)
from grants.domain.grant_file_workbook import MAX_UNPACKED, read_workbook
from grants.domain.grant_files import MAX_BYTES, MAX_ROWS, SURPLUS, Sheet, read_file
from grants.domain.questions import MEASURE_QUESTIONS, UNIT_QUESTIONS
from organisation.domain.errors import DomainError
from tests.docs.tables import code, rows, section

TEXT = "reporting_unit;region;amount_nok\nTromsø kommune;Region Nord;450000\n\nÅs kommune;Region Øst;1 550 000\n"


def read(text: str, encoding: str = "utf-8", name: str = "fil.csv") -> Sheet:
    return read_file(name, text.encode(encoding))


def cells(sheet: Sheet) -> list[dict[str, str]]:
    return [line.cells for line in sheet.rows]


def book(*rows: Any, more: Any = None) -> bytes:
    made = Workbook()
    sheet = made.active
    for row in rows:
        sheet.append(row)
    if more:
        more(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def refused(message: str) -> Any:
    return pytest.raises(DomainError, match=message)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_usual_encoding_gives_the_same(encoding: str) -> None:
    sheet = read(TEXT, encoding)
    assert sheet.columns == ("reporting_unit", "region", "amount_nok")
    assert [line.number for line in sheet.rows] == [2, 4], "empty lines are skipped, and counted as a spreadsheet does"
    assert cells(sheet)[1] == {"reporting_unit": "Ås kommune", "region": "Region Øst", "amount_nok": "1 550 000"}


@pytest.mark.parametrize(("separator", "end"), [(";", "\n"), (",", "\r\n"), ("\t", "\r")])
def test_every_usual_separator_gives_the_same(separator: str, end: str) -> None:
    lines = [["Enhet", "Beløp"], ['"Oslo kommune, Bydel Bjerke; øst\tfor"', "220000"], ['"Med ""anførsel"""', '"1,5"']]
    sheet = read(end.join(separator.join(line) for line in lines))
    assert cells(sheet)[0]["reporting_unit"] == "Oslo kommune, Bydel Bjerke; øst\tfor"
    assert cells(sheet)[1] == {"reporting_unit": 'Med "anførsel"', "amount_nok": "1,5"}


def test_excels_line_about_the_separator_is_read_past() -> None:
    sheet = read("sep=,\r\nenhet,beløp\r\nAlta kommune,140000\r\n")
    assert [line.number for line in sheet.rows] == [3]
    assert cells(sheet) == [{"reporting_unit": "Alta kommune", "amount_nok": "140000"}]


def test_headings_are_known_whatever_their_case_and_spaces() -> None:
    assert (
        column_of(" Rapporterende  Enhet ") == column_of("REPORTING_UNIT") == column_of("kommune") == "reporting_unit"
    )
    assert column_of("Beløp") == column_of("tildelt") == column_of("amount nok") == "amount_nok"
    assert column_of("cooperated_with_several") == column_of("cooperated_with") == "cooperated_with"
    assert column_of("Samarbeidspartnere") == "cooperated_with"
    assert column_of("noe annet") is column_of("") is None
    for kind, columns in COLUMNS.items():
        for column in columns:
            assert column_of(heading_of(column)) == column_of(column) == column, f"{kind}: {column} is not itself"


def test_the_kind_of_a_file_is_known_by_its_columns() -> None:
    assert kind_of(["reporting_unit", "region", "amount_nok"]) == AMOUNTS
    assert kind_of(["reporting_unit", "amount_nok", "decided_by"]) == UNIT_ANSWERS
    assert kind_of(["reporting_unit", "measure", "targeting"]) == MEASURE_ANSWERS
    assert kind_of(["table", "row", "value"]) == kind_of(["table", "row", "value", "year"]) == PUBLISHED
    assert questions_of(UNIT_ANSWERS) is UNIT_QUESTIONS and questions_of(MEASURE_ANSWERS) is MEASURE_QUESTIONS
    assert questions_of(AMOUNTS) == {}
    with refused("flere slags filer.*«hvem bestemte fordelingen av midlene»"):
        kind_of(["reporting_unit", "measure", "targeting", "decided_by"])
    with refused("mangler kolonnen «beløp»"):
        kind_of(["reporting_unit", "region"])
    with refused("ingen spørsmål"):
        kind_of(["reporting_unit", "measure"])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("tom.csv", b"", "Filen er tom"),
        ("tom.csv", b"\n  \n\t\n", "Filen er tom"),
        ("uten.csv", b"Alta kommune;140000\n", "må være overskrifter"),
        ("bare.csv", "enhet;beløp\n".encode(), "ingen rader"),
        ("ukjent.csv", "enhet;beløp;farge;lukt\nAlta;1;r;s".encode(), "ukjente: «farge», «lukt»"),
        ("to.csv", "enhet;beløp;Tildelt\nAlta;1;1".encode(), "flere ganger: «Tildelt»"),
        ("stor.csv", b"x" * (MAX_BYTES + 1), "for stor"),
        ("lang.csv", b"enhet;region\n" + b"a;b\n" * (MAX_ROWS + 1), "for stor"),
        ("bred.csv", b";".join([b"enhet"] * 61), "for stor"),
        ("gal.csv", b'enhet;region\n"Alta;b\n', "anførselstegn"),
        ("gal.csv", b"enhet\x00;region\n", "kan ikke leses"),
        ("gal.csv", b"\xff\xfee\x00n", "kan ikke leses"),
        ("gal.csv", b"enhet;region\nAlta\x81;b\n", "kan ikke leses"),
        ("bilde.png", b"\x89PNG", "CSV eller XLSX"),
        ("gammel.xls", b"\xd0\xcf\x11\xe0", "CSV eller XLSX"),
        ("gal.xlsx", b"enhet;region\n", "som XLSX"),
        ("gal.xlsx", b"PK\x03\x04 ikke et regneark", "som XLSX"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said(name: str, content: bytes, message: str) -> None:
    with refused(message) as error:
        read_file(name, content)
    assert error.value.field == "file"


def test_a_cell_too_many_is_kept_to_be_said() -> None:
    sheet = read("enhet,beløp\nAlta kommune,140,000\nÅs kommune,1\n")
    assert cells(sheet)[0][SURPLUS] == "000" and SURPLUS not in cells(sheet)[1]


def test_identity_numbers_are_not_taken_in() -> None:
    with refused("fødselsnummer eller D-nummer i rad 3"):
        read("enhet;generelle tilbakemeldinger\nAlta;ja\nÅs;spør 010190 12316 om det\n")
    assert read("enhet;beløp\nAlta;12345678901\n").rows


def test_a_sheet_is_kept_as_json_and_back() -> None:
    sheet = read(TEXT)
    assert Sheet.from_rows(list(sheet.columns), sheet.as_rows()) == sheet


def test_a_spreadsheet_gives_what_a_csv_gives() -> None:
    content = book(
        [], ["Enhet ", "beløp", "antall aktive tiltak", "generelle tilbakemeldinger", None],
        ["Alta kommune", 140000, 2.0, datetime.date(2010, 3, 1)], [None], ["Ås kommune", 1600.5, 1.234, True],
        ["Oslo", 0.1 + 0.2, "=1+1", "x"],
    )  # fmt: skip
    sheet = read_file("Ark.XLSX", content)
    assert sheet.columns == ("reporting_unit", "amount_nok", "active_measures", "general_feedback")
    assert [line.number for line in sheet.rows] == [3, 5, 6]
    assert [list(line.cells.values()) for line in sheet.rows] == [
        ["Alta kommune", "140000", "2", "2010-03-01T00:00:00"],
        ["Ås kommune", "1600.5", "1.2340", "ja"],
        ["Oslo", "0.3", "", "x"],
    ], "a formula that nothing has worked out is empty, and 1.234 is never 1234"


def test_percents_of_a_spreadsheet_are_what_is_shown() -> None:
    def as_percent(made: Any) -> None:
        made.active["C2"].number_format = "0 %"

    sheet = read_file("ark.xlsx", book(["tabell", "rad", "verdi"], [5, "annet", 0.37], more=as_percent))
    assert cells(sheet)[0]["value"] == "37"


def test_a_spreadsheet_that_unpacks_to_too_much_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * (MAX_UNPACKED + 1))
    assert len(out.getvalue()) < MAX_BYTES
    with refused("for stort"):
        read_workbook(out.getvalue(), max_columns=60, max_rows=10)


def test_a_spreadsheet_with_too_many_rows_or_columns_is_refused() -> None:
    assert len(read_workbook(book(["a"], ["b"], ["c"]), max_columns=1, max_rows=2)) == 3, "one of them is the headings"
    with refused("for stort"):
        read_workbook(book(["a"], ["b"], ["c"], ["d"]), max_columns=1, max_rows=2)
    with refused("for stort"):
        read_workbook(book(["a", "b"]), max_columns=1, max_rows=2)


def sharing(text: str, cells: int) -> bytes:
    """A workbook of few bytes: one text that all cells point to."""
    row = '<c t="s"><v>0</v></c>' * 50
    rows = f"<row>{row}</row>" * (cells // 50)
    strings = 'PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book(["enhet", "beløp"]))) as good,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for part in good.infolist():
            content = good.read(part).decode()
            content = content.replace("</sheetData>", f"{rows}</sheetData>")
            bad.writestr(
                part, content.replace("</Types>", f'<Override {strings}spreadsheetml.sharedStrings+xml"/></Types>')
            )
        main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        bad.writestr("xl/sharedStrings.xml", f'<sst xmlns="{main}"><si><t>{text}</t></si></sst>')
    return out.getvalue()


@pytest.mark.parametrize(("length", "cells"), [(3_000_000, 1_000), (LONGEST_TEXT, 10_000)])
def test_a_text_that_thousands_of_cells_share_is_not_read_again_and_again(length: int, cells: int) -> None:
    """A few kilobytes that would become gigabytes: by a text that is too long for one cell, or by one that is not."""
    content = sharing("x" * length, cells)
    assert len(content) < 20_000
    begun = time.monotonic()
    with refused("for stort"):
        list(read_workbook(content, max_columns=60, max_rows=MAX_ROWS))
    assert time.monotonic() - begun < 3
    assert len(read_workbook(sharing("x", cells), max_columns=60, max_rows=MAX_ROWS)) == cells // 50 + 1


def test_a_cell_has_as_much_text_as_a_form_takes() -> None:
    def rows(length: int) -> list[Any]:
        return [["enhet", "generelle tilbakemeldinger"], ["Alta kommune", "x" * length]]

    assert read_file("ark.xlsx", book(*rows(LONGEST_TEXT))).rows
    with refused("for stort"):
        read_file("ark.xlsx", book(*rows(LONGEST_TEXT + 1)))


@pytest.mark.parametrize("spoil", ["entities", "entities in utf-16", "far away"])
def test_a_spreadsheet_that_is_made_to_hurt_is_refused(spoil: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book(["enhet", "beløp"], ["Alta", 1]))) as good, zipfile.ZipFile(out, "w") as bad:
        for part in good.infolist():
            text, encoding = good.read(part).decode(), "utf-8"
            if part.filename == "xl/worksheets/sheet1.xml":
                if spoil == "far away":
                    text = text.replace('<row r="2"', '<row r="999999999"')
                else:
                    text = '<!DOCTYPE a [<!ENTITY b "ha">]>' + text
                    encoding = "utf-16" if "utf-16" in spoil else encoding
            bad.writestr(part.filename, text.encode(encoding))
    with refused("XLSX|for stort"):
        read_file("ark.xlsx", out.getvalue())


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.xlsx", "a.txt", "a.pdf", ""]))
def test_any_bytes_are_a_sheet_or_refused(content: bytes, name: str) -> None:
    total(name, content)


CHARACTERS = "enhet;beløp,\"\t\r\n' 1\u00a0\ufeff\x85\u2028=s"


@given(st.text(alphabet=CHARACTERS, max_size=120), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_any_text_is_a_sheet_or_refused(text: str, encoding: str) -> None:
    total("a.csv", f"enhet;beløp\n{text}".encode(encoding, errors="replace"))


GOOD = book(["enhet", "beløp"], ["Alta kommune", 140000])


@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=4), st.booleans())
def test_a_damaged_spreadsheet_is_a_sheet_or_refused(place: int, instead: bytes, cut: bool) -> None:
    total("a.xlsx", GOOD[:place] + instead + (b"" if cut else GOOD[place + len(instead) :]))


def total(name: str, content: bytes) -> None:
    try:
        sheet = read_file(name, content)
    except DomainError:
        return
    assert sheet.rows and sheet.columns
    assert all("\x00" not in text for line in sheet.rows for text in line.cells.values())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 600 000", "1600000"), ("1.600.000,50", "1600000.50"), ("1,600,000.50", "1600000.50"),
        ("1600000.5", "1600000.5"), ("kr 140 000", "140000"), ("kr. 140.000,00", "140000"), ("140 000,-", "140000"),
        ("140\u00a0000", "140000"), ("140\u202f000,50", "140000.5"), ("140 000 kr", "140000"), ("NOK 5", "5"),
        ("1.600", "1600"), ("1,600", "1600"), ("0,600", "0.6"), ("1.60", "1.6"), ("1234,567", "1234.567"),
        ("0", "0"), ("007", "7"), ("12,5 kroner", "12.5"), ("1 600.50", "1600.5"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text: str, value: str) -> None:
    assert read_number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["mange", "-5", "\u22125", "- 5", "NaN", "Infinity", "1e5", "1 60", "1.600.00", "1,600,00", "1.600,000.5", "5 %",
     "", "kr", "٣", "1" * 40, "1__0", "12;5", "(5)"],
)  # fmt: skip
def test_what_is_no_number_is_refused(text: str) -> None:
    with refused("ikke et tall|mindre enn null"):
        read_number(text)


@given(st.decimals(min_value=0, max_value=Decimal("9999999999.99"), places=2))
def test_numbers_come_through_norwegian_and_english_writing(number: Decimal) -> None:
    english = f"{number:,.2f}"
    norwegian = english.replace(",", "\u00a0").replace(".", ",")
    german = english.replace(",", "x").replace(".", ",").replace("x", ".")
    for text in (english, norwegian, norwegian.replace("\u00a0", " "), german, f"kr {norwegian}", str(number)):
        assert read_amount(text) == number


@given(st.integers(0, 2_147_483_647))
def test_counts_come_through_with_thousands_of_any_kind(number: int) -> None:
    for group in ("", " ", "\u202f", ".", ","):
        assert read_count(f"{number:,}".replace(",", group)) == number


def test_amounts_have_øre_and_counts_are_whole() -> None:
    assert read_amount("12,500") == 12500 and read_amount("12.50") == Decimal("12.5")
    with refused("mer enn to desimaler"):
        read_amount("1234,567")
    with refused("for stort"):
        read_amount("10 000 000 000")
    assert read_count("12,0") == 12
    with refused("ikke et helt tall"):
        read_count("12,5")
    with refused("for stort"):
        read_count("3 000 000 000")


def test_answers_are_read_by_their_words_or_their_codes() -> None:
    decided, partners = UNIT_QUESTIONS["decided_by"], UNIT_QUESTIONS["cooperated_with"]
    assert read_answer(decided, "Sosialtjenesten,  etter å ha diskutert med andre etater") == "after_discussion"
    assert read_answer(decided, "ALONE") == "alone" and read_answer(decided, "") == ""
    several = "frivillige organisasjoner | offentlige etater i samme kommune;frivillige organisasjoner"
    assert read_answer(partners, several) == ["same_municipality", "voluntary"], "in the survey's order, each once"
    assert read_answer(partners, "ikke samarbeidet") == ["none"] and read_answer(partners, "") == []
    assert read_answer(MEASURE_QUESTIONS["goal_category"], "utstyr/skolebøker") == "equipment"
    assert read_answer(UNIT_QUESTIONS["active_measures"], "3") == 3
    assert read_answer(UNIT_QUESTIONS["active_measures"], "") is None
    assert read_answer(UNIT_QUESTIONS["amount_received_nok"], "140 000") == 140_000
    assert read_answer(UNIT_QUESTIONS["general_feedback"], "Fritt; ord | her") == "Fritt; ord | her"
    with refused("«kanskje» er ikke et av svarene. Velg blant .*«sosialtjenesten alene», «annet»"):
        read_answer(decided, "kanskje")
    with refused("kan ikke stå sammen"):
        read_answer(partners, "ikke samarbeidet|frivillige organisasjoner")


def test_every_option_is_read_back_from_its_words() -> None:
    for question in (*UNIT_QUESTIONS.values(), *MEASURE_QUESTIONS.values()):
        for answer, label in question.choices:
            assert option(question.choices, str(label).upper()) == option(question.choices, answer) == answer


def test_names_are_compared_without_case_and_spaces() -> None:
    assert plain(" A\u030as \u00a0KOMMUNE ") == plain("Ås kommune")
    assert within("abc", 3) == "abc"
    with refused("høyst 3 tegn"):
        within("abcd", 3)


def test_the_document_names_the_columns_there_are() -> None:
    headings = {
        AMOUNTS: "Beløp: what each unit was awarded",
        UNIT_ANSWERS: "Svar fra enhetene: the unit's own form",
        MEASURE_ANSWERS: "Svar for tiltakene: a form for each measure",
        PUBLISHED: "Publiserte tall: figures of earlier years",
    }
    for kind, heading in headings.items():
        listed = rows(section("grant-files.md", heading))
        for cells in listed:
            names = [name for cell in cells[:2] for name in (code(cell) or [cell]) if name]
            assert {column_of(name) for name in names} <= set(COLUMNS[kind]) and len(set(map(column_of, names))) == 1
        described = {column_of(code(cells[0])[0]) for cells in listed}
        assert described == set(questions_of(kind) or COLUMNS[kind])
