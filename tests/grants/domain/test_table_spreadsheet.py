"""Tables as XLSX."""

from decimal import Decimal
from io import BytesIO
from typing import Any

from django.test import override_settings
from openpyxl import load_workbook

from grants.domain.table_list import KRONER, PERCENT
from grants.domain.table_spreadsheet import as_xlsx
from grants.domain.tables import Column, Row, Table
from tests.grants.domain.table_examples import a_table, over_time, regions_in_rows, shares


def book(*tables: Table) -> Any:
    return load_workbook(BytesIO(as_xlsx(tables)))


def test_each_table_has_a_sheet_with_its_rows() -> None:
    made = book(shares(), over_time())
    assert made.sheetnames == ["Tabell 29", "Tabell 4"]
    rows = [[cell.value for cell in row] for row in made["Tabell 29"].iter_rows(max_row=5)]
    assert rows[1:] == [["ja, alle", 18, 36], ["ja, noen", 19, 38], ["nei", 13, 26], ["I alt", 50, 100]]
    assert "N = 50. 50 av 55 svarte." in [row[0].value for row in made["Tabell 29"].iter_rows()]


def test_notes_are_those_of_the_page() -> None:
    def words(**options: Any) -> list[Any]:
        sheet = load_workbook(BytesIO(as_xlsx([over_time()], **options)))["Tabell 4"]
        return [row[0].value for row in sheet.iter_rows()]

    assert not any("kommunen din" in str(word) or "Demo" in str(word) for word in words())
    assert any("de andre kommunen din" in str(word) for word in words(is_own=True))
    with override_settings(DEMO=True):
        assert "Demo: beløpene for 2009 er ekte, svarene er oppdiktet." in words()


def test_numbers_are_numbers_and_keep_their_decimals() -> None:
    sheet = book(regions_in_rows())["Tabell 25"]
    amount, mean = sheet["B3"], sheet["C3"]
    assert (amount.value, amount.number_format) == (400_000, "#,##0")
    assert (mean.value, mean.number_format) == (3, "0.0")
    assert sheet["C2"].value == 2.5


def test_a_heading_that_is_a_question_is_read_in_full() -> None:
    """Without wrapping the next heading covers it."""
    table = a_table(16, [Column("ja", "ja", PERCENT, question="Rettet mot innvandrere")], [Row("åpent", (1,))])
    heading = book(table)["Tabell 16"]["B1"]
    assert (heading.value, heading.alignment.wrap_text) == ("Rettet mot innvandrere: ja", True)
    assert heading.font.bold


def test_a_figure_that_is_missing_is_an_empty_cell() -> None:
    sheet = book(over_time((1, None, Decimal("3.5"))))["Tabell 4"]
    assert [cell.value for cell in sheet[2]] == ["Gjennomsnitt", 1, None, 3.5]


def test_no_name_is_a_formula() -> None:
    names = ["=HYPERLINK(1)", "+47", "-1", "@SUM", "Ås\x0bkommune"]
    table = a_table(1, [Column("beløp", "=Beløp", KRONER)], [Row(name, (1,)) for name in names])
    cells = [cell for row in book(table)["Tabell 1"].iter_rows(max_row=6) for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert [cell.value for cell in cells[2::2]] == ["'=HYPERLINK(1)", "'+47", "'-1", "'@SUM", "Åskommune"]
