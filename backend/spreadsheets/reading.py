"""Rows of a spreadsheet that somebody sent: all of it is right, or it is refused with the cells that are not."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook

from backend.errors import GuituError

MOST_BYTES = 5 * 1024 * 1024
#: Unpacked: a small file may hold an endless one.
MOST_UNPACKED = 200 * 1024 * 1024
MOST_ROWS = 20_000
#: A sheet may say that it is 16,384 columns wide, and each cell of each row would be made.
MOST_COLUMNS = 200
MOST_PROBLEMS = 50
MOST_CHARACTERS = 300
#: From here on a spreadsheet's numbers lose their last digits.
EXACT_DIGITS = 15
OLE_HEADER = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Column:
    """A column by the name in its head, and under which key its cells are given.

    month   its cells are months such as 2026.10: stored as a number, that one cannot be told from 2026.1
    """

    key: str
    head: str
    required: bool = False
    month: bool = False


@dataclass(frozen=True)
class Row:
    """One row: its number in the sheet, and its cells as text; an empty cell is not there."""

    number: int
    cells: dict[str, str]


class BadSheet(GuituError):
    """The spreadsheet is refused as a whole. `problems` names each place, at most 50 of them."""

    status = 422
    code = "bad_sheet"

    def __init__(self, message: str, problems: Sequence[str] = ()) -> None:
        super().__init__(message, problems=list(problems[:MOST_PROBLEMS]))
        self.problems = list(problems[:MOST_PROBLEMS])

    def in_lines(self) -> str:
        """The refusal for a terminal: each place on a line of its own."""
        return "\n  ".join([str(self), *self.problems])


def read_rows(content: bytes, columns: Sequence[Column]) -> list[Row]:
    """The rows of the first sheet under a head that has `columns`, in any order and with others between.

    Raises BadSheet: no .xlsx, too large, a column that is missing or twice, a formula, a number that lost its digits.
    """
    _check_file(content)
    problems: list[str] = []
    try:
        rows = _read(content, columns, problems)
    except BadSheet:
        raise
    except Exception as error:
        # Whatever a broken file does to the library, when it is opened or row by row, it is the file that is refused.
        raise BadSheet(f"这个文件打不开，多半是坏了：{type(error).__name__}。请重新另存为 .xlsx 再传。") from None
    if problems:
        raise BadSheet(f"有{len(problems)}处要改，改好再传，这次一行也没有收。", problems)
    if not rows:
        raise BadSheet("表里没有数据，第一行是表头，从第二行开始填。")
    return rows


async def read_apart(content: bytes, columns: Sequence[Column]) -> list[Row]:
    """The same in a thread: twenty thousand rows take seconds, in which others want their answers."""
    return await asyncio.to_thread(read_rows, content, columns)


def _read(content: bytes, columns: Sequence[Column], problems: list[str]) -> list[Row]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
    try:
        lines = book.worksheets[0].iter_rows(max_col=MOST_COLUMNS)
        head = _read_head(next(lines, ()), columns)
        return list(_rows(lines, head, problems))
    finally:
        book.close()


def _check_file(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise BadSheet(f"文件有{len(content) / 1024 / 1024:.1f}MB，最多5MB。请分成几份再传。")
    if content.startswith(OLE_HEADER):
        raise BadSheet("这是旧格式（.xls）或加了密码的文件。请去掉密码，另存为 .xlsx 再传。")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
    except zipfile.BadZipFile:
        raise BadSheet("这不是 .xlsx 表格。请用表格软件另存为 .xlsx 再传。") from None
    if unpacked > MOST_UNPACKED:
        raise BadSheet("这个文件解开后太大了。请分成几份再传。")


def _read_head(cells: Sequence[Any], columns: Sequence[Column]) -> dict[int, Column]:
    by_head = {column.head: column for column in columns}
    found: dict[int, Column] = {}
    for place, cell in enumerate(cells):
        column = by_head.get(str(cell.value or "").strip())
        if column is None:
            continue
        if column in found.values():
            raise BadSheet(f"“{column.head}”这一列有两个，请只留一个。")
        found[place] = column
    missing = [column.head for column in columns if column.required and column not in found.values()]
    if missing:
        raise BadSheet(f"第一行缺这些列：{'、'.join(missing)}。请按模板的表头填。")
    return found


def _rows(lines: Iterator[Sequence[Any]], head: dict[int, Column], problems: list[str]) -> Iterator[Row]:
    for number, line in enumerate(lines, 2):
        if number > MOST_ROWS + 1:
            raise BadSheet(f"表里超过{MOST_ROWS}行，请分成几份再传。")
        cells: dict[str, str] = {}
        for place, column in head.items():
            cell = line[place] if place < len(line) else None
            text, problem = _text(cell, column.month)
            if problem:
                problems.append(f"第{number}行“{column.head}”：{problem}")
            elif text:
                cells[column.key] = text
        if not cells:
            # An empty line, as they stand at the end of many sheets.
            continue
        problems += [
            f"第{number}行“{column.head}”：没有填" for column in head.values() if column.required and column.key not in cells
        ]
        yield Row(number, cells)


def _text(cell: Any, month: bool) -> tuple[str, str]:
    """A cell's text, and what is wrong with it."""
    value = getattr(cell, "value", None)
    if value is None:
        return "", ""
    if getattr(cell, "data_type", "") == "f" or (isinstance(value, str) and value.startswith("=")):
        return "", "是公式，请改成数值或文字"
    if isinstance(value, bool):
        return ("是" if value else "否"), ""
    if isinstance(value, datetime | date):
        return f"{value:%Y-%m-%d}", ""
    if isinstance(value, int | float):
        if abs(value) >= 10**EXACT_DIGITS:
            return "", "存成了数字，末几位已经丢了。请把这一列设成文本格式，重新填"
        if month and str(value).endswith(".1"):
            return "", "存成了数字，分不清是1月还是10月。请把这一列设成文本格式，重新填"
        return (str(int(value)) if float(value).is_integer() else str(value)), ""
    text = str(value).strip()
    return ("", f"太长了，最多{MOST_CHARACTERS}个字") if len(text) > MOST_CHARACTERS else (text, "")
