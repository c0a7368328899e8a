"""A sheet to be sent out. Every cell is text: nothing that a person typed can become a formula in somebody's office."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 40
#: A Chinese character takes the room of two others.
WIDE = 2


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
            cell = sheet.cell(number, place)
            assert isinstance(cell, Cell)
            _put(cell, text)
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


def _put(cell: Cell, text: str) -> None:
    """Text and nothing else: also where it begins as a formula does, and also after somebody edited it."""
    cell.value = text or None
    if text:
        cell.data_type = "s"
        cell.quotePrefix = text[0] in "=+-@\t\r"
        cell.number_format = "@"
