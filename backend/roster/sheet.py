"""The roster as a spreadsheet: every cell text, the file under AES (ECMA-376 agile encryption)."""

from __future__ import annotations

import io
import math
import secrets
from collections.abc import Sequence

import msoffcrypto.format.ooxml
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from backend.roster.rules import COLUMNS
from backend.spreadsheets.writing import put_text

TITLE = "退役军人信息登记表"
#: In the widths of a figure; a Chinese character takes two. Printed at the width of a landscape A3 page.
WIDTHS = (6, 14, 6, 21, 10, 20, 10, 14, 14, 22, 20, 10, 12, 16, 34, 14)
LINE_POINTS = 14.0
_THIN = Side(style="thin", color="808080")
_FRAME = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
#: Nothing that is mistaken for another when it is read out: no 0 O 1 I L.
_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def generate_password() -> str:
    """A password of five groups of four, 99 random bits; shown once and kept nowhere."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(5))


def write_sheet(rows: Sequence[Sequence[str]]) -> bytes:
    """The .xlsx with the columns of the notice in its first row. Whatever a cell holds, it is text and never a formula."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = TITLE
    for line, values in enumerate([COLUMNS, *rows], 1):
        for column, value in enumerate(values, 1):
            cell = sheet.cell(line, column)
            put_text(cell, value)
            cell.border = _FRAME
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
            cell.font = Font(name="宋体", size=10, bold=line == 1)
            if line == 1:
                cell.fill = PatternFill("solid", fgColor="EDEDED")
        # Programs do not work the height out for themselves when they open a file.
        sheet.row_dimensions[line].height = LINE_POINTS * _lines(values) + 8
    for column, width in enumerate(WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "C2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A3
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddHeader.center.text, sheet.oddHeader.center.size = TITLE, 16
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def encrypt(sheet: bytes, password: str) -> bytes:
    """The same file, to be opened with the password only (AES-256)."""
    locked = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(sheet)).encrypt(password, locked)
    return locked.getvalue()


def _lines(values: Sequence[str]) -> int:
    """How many lines the fullest of a row's cells takes."""
    # A little narrower than the column: programs leave a margin.
    taken = (
        sum(1 if letter.isascii() else 2 for letter in value) / (width - 2)
        for value, width in zip(values, WIDTHS, strict=False)
    )
    return max(1, *(math.ceil(each) for each in taken))
