"""A spreadsheet of one sheet, written row by row in the same memory whatever its length.

openpyxl, which reads such files here, takes 0.1 ms to write a row of eight cells, and a list may have 200 000. What a list
needs is four small parts and one long one. Texts stand in their cells and never are formulas, whatever they begin with.
"""

import datetime
import re
import zipfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import IO, Any
from xml.sax.saxutils import escape

from django.utils import timezone

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
KINDS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{KINDS}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{KINDS}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KINDS}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
    '<sheets><sheet name="Liste" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
    # 0: as it is, 1: a day, 2: a day with its time, 3: the header.
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><fonts count="2"><font/><font><b/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf xfId="0"/>'
    '<xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="22" applyNumberFormat="1"/><xf fontId="1" applyFont="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}
FIRST_DAY = datetime.date(1899, 12, 30)
# What XML can't hold, and half a character that is none.
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MOST_LETTERS = 32_767  # in one cell
AT_A_TIME = 1_000


def write_workbook(file: IO[bytes], header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as package:
        for name, text in PARTS.items():
            package.writestr(name, HEAD + text)
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>'.encode())
            columns = [_letters(number) for number in range(len(header))]
            sheet.write(_row(1, columns, header, ' s="3"').encode())
            waiting: list[str] = []
            for number, row in enumerate(rows, 2):
                if len(row) > len(columns):
                    columns = [_letters(n) for n in range(len(row))]
                waiting.append(_row(number, columns, row))
                if len(waiting) == AT_A_TIME:
                    sheet.write("".join(waiting).encode())
                    waiting = []
            sheet.write(("".join(waiting) + "</sheetData></worksheet>").encode())


def _letters(number: int) -> str:
    """A, B, ... Z, AA, AB."""
    found = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(65 + rest) + found
    return found


def _row(number: int, columns: Sequence[str], cells: Sequence[Any], style: str = "") -> str:
    made = [_cell(f"{column}{number}", cell, style) for column, cell in zip(columns, cells, strict=False)]
    return f'<row r="{number}">{"".join(made)}</row>'


def _cell(place: str, value: Any, style: str) -> str:
    """Numbers and days as such, everything else as text."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):  # most cells are
        return _text(place, value, style)
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int):
        return f'<c r="{place}"{style}><v>{value}</v></c>'
    if isinstance(value, Decimal) and value.is_finite():
        return f'<c r="{place}"{style}><v>{value:f}</v></c>'
    if isinstance(value, datetime.datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        return f'<c r="{place}" s="2"><v>{(local.date() - FIRST_DAY).days + seconds / 86400:.10f}</v></c>'
    if isinstance(value, datetime.date) and value >= FIRST_DAY:
        return f'<c r="{place}" s="1"><v>{(value - FIRST_DAY).days}</v></c>'
    return _text(place, str(value), style)


def _text(place: str, text: str, style: str) -> str:
    text = escape(FORBIDDEN.sub("", text)[:MOST_LETTERS])
    return f'<c r="{place}"{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
