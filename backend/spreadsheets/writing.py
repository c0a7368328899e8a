"""A table to be sent out. Every cell is text: nothing that a person typed can become a formula in somebody's office."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

XLSX, CSV = "xlsx", "csv"
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CONTENT_TYPES = {XLSX: CONTENT_TYPE, CSV: "text/csv; charset=utf-8"}
WIDEST = 40
#: A Chinese character takes the room of two others.
WIDE = 2
#: A program that meets one of these at the head of a cell may take the cell for a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
#: What XML cannot hold; nobody's name has it.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def write(form: str, title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The table as .xlsx or .csv (UTF-8 with its mark, or a spreadsheet takes Chinese for something else)."""
    return write_csv(head, rows) if form == CSV else write_sheet(title, head, rows)


def write_csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A .csv: what would be taken for a formula gets an apostrophe before it."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(head)
    for row in rows:
        texts = ["" if value is None else str(value) for value in row]
        writer.writerow([f"'{text}" if text.startswith(FORMULA_SIGNS) else text for text in texts])
    return written.getvalue().encode("utf-8-sig")


def write_sheet(title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A workbook with one sheet: a head, and a row each. None is an empty cell."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # a new workbook has one
    sheet.title = title[:31]
    widths = [0] * len(head)
    for number, row in enumerate([head, *rows], 1):
        for place, value in enumerate(row, 1):
            text = "" if value is None else str(value)
            put_text(sheet.cell(number, place), text)
            widths[place - 1] = max(widths[place - 1], sum(WIDE if ord(c) > 0x2E80 else 1 for c in text))
        if number == 1:
            for place in range(1, len(head) + 1):
                sheet.cell(1, place).font = Font(bold=True)
                sheet.cell(1, place).alignment = Alignment(horizontal="center")
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = min(width, WIDEST) + 2
    sheet.freeze_panes = "A2"
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def put_text(cell: Cell, text: str) -> None:
    """Text and nothing else: also where it begins as a formula does, and also after somebody edited it."""
    text = _CONTROLS.sub(" ", text)
    cell.value, cell.data_type, cell.number_format = text, "s", "@"
    cell.quotePrefix = text.startswith(FORMULA_SIGNS)
