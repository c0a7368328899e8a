"""Files that come from an outside system: rows of text as .xlsx or .csv, and never a formula."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from backend.clock import SHANGHAI
from backend.errors import GuituError

LARGEST = 4 * 1024 * 1024
#: A packed sheet may unpack to this much.
LARGEST_UNPACKED = 64 * 1024 * 1024
MOST_ROWS = 5000


def read(content: bytes, needed: Sequence[str]) -> list[tuple[int, Mapping[str, Any]]]:
    """The lines below the titles, each with its number in the file: title → text, or datetime for a cell that is a date.

    Empty lines are left out; columns beside `needed` are kept. Raises GuituError for a file that is none, is too large, lacks a
    column, or holds a formula.
    """
    if len(content) > LARGEST:
        raise _refusal(f"文件太大，最多{LARGEST // 1024 // 1024} MB。")
    lines = _read_xlsx(content) if content[:2] == b"PK" else _read_csv(content)
    if not lines:
        raise _refusal("文件是空的。")
    titles = [str(value or "").strip() for value in lines[0]]
    missing = [title for title in needed if title not in titles]
    if missing:
        raise _refusal(f"缺少列：{'、'.join(missing)}。", columns=missing)
    doubled = sorted({title for title in titles if title and titles.count(title) > 1})
    if doubled:
        raise _refusal(f"这些列出现了两次：{'、'.join(doubled)}。", columns=doubled)
    if len(lines) - 1 > MOST_ROWS:
        raise _refusal(f"最多{MOST_ROWS}行，请分开导入。")
    found: list[tuple[int, Mapping[str, Any]]] = []
    for number, line in enumerate(lines[1:], 2):
        row = {title: _plain(value, number, title) for title, value in zip(titles, line, strict=False) if title}
        if any(value != "" for value in row.values()):
            found.append((number, row))
    return found


def _plain(value: Any, number: int, title: str) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=SHANGHAI)
    text = "" if value is None else str(value).strip()
    if text.startswith("="):
        raise _refusal(f"第{number}行的“{title}”是公式，请改成文字。", row=number)
    return text.removeprefix("'")


def _read_csv(content: bytes) -> list[list[Any]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refusal("不是 .xlsx，也不是 UTF-8 的 .csv。请另存后再导入。") from None
    if "\0" in text:
        raise _refusal("不是 .xlsx，也不是 UTF-8 的 .csv。请另存后再导入。")
    try:
        return [list(line) for line in csv.reader(io.StringIO(text, newline=""), strict=True)]
    except csv.Error:
        raise _refusal("这个 .csv 的引号或者格式不对。请另存后再导入。") from None


def _read_xlsx(content: bytes) -> list[list[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
                raise _refusal("这个表格展开后太大。请分开导入。")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        try:
            sheet = book.worksheets[0]
            return [list(line) for line in sheet.iter_rows(max_row=MOST_ROWS + 2, values_only=True)]
        finally:
            book.close()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError, SyntaxError):
        # openpyxl raises what its parts raise: of the archive, of XML (a SyntaxError), of values.
        raise _refusal("这个 .xlsx 打不开。请用表格软件另存后再导入。") from None


def _refusal(message: str, **details: object) -> GuituError:
    error = GuituError(message, code="bad_file", **details)
    error.status = 422
    return error
