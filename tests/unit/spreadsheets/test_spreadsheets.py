"""What is read from a spreadsheet is what was typed; what may not be read is refused with its place."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from backend.spreadsheets.reading import MOST_COLUMNS, BadSheet, Column, read_apart, read_rows
from backend.spreadsheets.writing import write_sheet

COLUMNS = (Column("name", "姓名", required=True), Column("number", "公民身份号码", required=True), Column("note", "备注"))
HEAD = ("姓名", "公民身份号码", "备注")


def book(*rows: tuple[object, ...]) -> bytes:
    """A workbook as somebody's office writes it."""
    made = Workbook()
    assert made.active is not None
    for row in rows:
        made.active.append(row)
    packed = io.BytesIO()
    made.save(packed)
    return packed.getvalue()


def test_columns_are_found_by_their_head_in_any_order() -> None:
    rows = read_rows(book(("备注", "序号", "公民身份号码", "姓名"), ("甲", 1, "350102", "林小明"), (None,) * 4), COLUMNS)
    assert [(row.number, row.cells) for row in rows] == [(2, {"note": "甲", "number": "350102", "name": "林小明"})]


def test_a_date_and_a_whole_number_are_read_as_they_look() -> None:
    (row,) = read_rows(book(HEAD, (12, 350102, date(2026, 9, 1))), COLUMNS)
    assert row.cells == {"name": "12", "number": "350102", "note": "2026-09-01"}


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([("姓名", "备注"), ("甲", "乙")], "第一行缺这些列：公民身份号码"),
        ([("姓名", "姓名", "公民身份号码"), ("甲", "乙", "1")], "“姓名”这一列有两个"),
        ([HEAD], "表里没有数据"),
    ],
)
def test_a_sheet_that_is_not_as_agreed_is_refused(rows: list[tuple[object, ...]], problem: str) -> None:
    with pytest.raises(BadSheet, match=problem):
        read_rows(book(*rows), COLUMNS)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (("=1+1", "350102", None), "第2行“姓名”：是公式"),
        (("甲", 350102200601150018, None), "第2行“公民身份号码”：存成了数字"),
        (("甲", None, "乙"), "第2行“公民身份号码”：没有填"),
        (("甲" * 301, "1", None), "第2行“姓名”：太长了"),
    ],
)
def test_a_cell_that_may_not_be_read_is_named(row: tuple[object, ...], problem: str) -> None:
    with pytest.raises(BadSheet) as refusal:
        read_rows(book(HEAD, row), COLUMNS)
    assert any(each.startswith(problem) for each in refusal.value.problems)


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "不是 .xlsx"),
        ("姓名,号码\n甲,1".encode(), "不是 .xlsx"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "旧格式"),
        (zipped(a=b"nothing"), "打不开"),
        (b"x" * (5 * 1024 * 1024 + 1), "最多5MB"),
        (zipped(a=b"\0" * (201 * 1024 * 1024)), "解开后太大"),
    ],
    ids=["empty", "csv", "xls", "other zip", "large", "bomb"],
)
def test_a_file_that_is_no_such_spreadsheet_is_refused_with_what_to_do(content: bytes, problem: str) -> None:
    with pytest.raises(BadSheet, match=problem):
        read_rows(content, COLUMNS)


@given(st.lists(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=20), min_size=1, max_size=5))
def test_nothing_that_was_typed_becomes_a_formula(words: list[str]) -> None:
    typed = [prefix + word for word, prefix in zip(words, ("=", "+", "-", "@", ""), strict=False)]
    sheet = load_workbook(io.BytesIO(write_sheet("名单", ["内容"], [[word] for word in typed]))).active
    assert sheet is not None
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == typed
    assert {cell.data_type for cell in cells} == {"s"}


def rewritten(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A workbook with something else in one of its parts."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            read = source.read(name)
            assert name != part or old in read
            target.writestr(name, read.replace(old, new) if name == part else read)
    return packed.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (SHEET, b"</sheetData>", b"<row"),
        (SHEET, b"<v>12</v>", b"<v>1x2</v>"),
        ("xl/workbook.xml", b"<sheets>", b"<sheets/><others>"),
    ],
    ids=["cut off", "no number", "broken book"],
)
def test_a_sheet_that_breaks_while_it_is_read_is_refused_like_one_that_does_not_open(part: str, old: bytes, new: bytes) -> None:
    content = rewritten(book(HEAD, (12, "350102", None)), part, old, new)
    with pytest.raises(BadSheet, match="打不开"):
        read_rows(content, COLUMNS)


def test_a_book_without_a_sheet_is_refused() -> None:
    made = Workbook()
    made.create_chartsheet()
    assert made.active is not None
    made.remove(made.active)
    packed = io.BytesIO()
    made.save(packed)
    with pytest.raises(BadSheet):
        read_rows(packed.getvalue(), COLUMNS)


def test_bytes_that_changed_on_the_way_are_refused() -> None:
    content = rewritten(book(HEAD, ("甲", "350102", None)), SHEET, b"350102", b"350102")
    with pytest.raises(BadSheet, match="打不开"):
        read_rows(content.replace(b"350102", b"350103"), COLUMNS)


class Watched(tuple[Column, ...]):
    """Columns that know in which threads they were looked at."""

    def __init__(self, _columns: Sequence[Column]) -> None:
        self.threads: set[int] = set()

    def __iter__(self) -> Iterator[Column]:
        self.threads.add(threading.get_ident())
        return super().__iter__()


async def test_a_large_sheet_is_read_while_everything_else_goes_on() -> None:
    columns = Watched(COLUMNS)
    rows = await read_apart(book(HEAD, ("甲", "350102", None)), columns)
    assert [row.cells["name"] for row in rows] == ["甲"]
    assert columns.threads and threading.get_ident() not in columns.threads


def test_columns_far_to_the_right_are_not_looked_at() -> None:
    with pytest.raises(BadSheet, match="第一行缺这些列"):
        read_rows(book((*[None] * MOST_COLUMNS, *HEAD), (*[None] * MOST_COLUMNS, "甲", "350102")), COLUMNS)
    (row,) = read_rows(book((*HEAD, *[None] * 16_000, "远"), ("甲", "350102")), COLUMNS)
    assert row.cells == {"name": "甲", "number": "350102"}
