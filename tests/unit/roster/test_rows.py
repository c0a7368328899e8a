"""What stands in the roster's rows and in its spreadsheet (notice 附表)."""

from __future__ import annotations

import io
import re
import zipfile

import msoffcrypto
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.catalogue.load import load_catalogue
from backend.roster.rules import COLUMNS, Units, month, problem_of, row_of
from backend.roster.sheet import encrypt, generate_password, write_sheet
from tests.support.people import answers

CATALOGUE = load_catalogue()
UNITS = Units("陆军", "示例旅示例营")
#: The sample row of the notice's 附表, as it stands there.
SAMPLE = {"name": "张三", "id_number": "381421199903212588"}


def test_the_columns_are_those_of_the_notice_in_its_order() -> None:
    assert "\t".join(COLUMNS) == (
        "序号\t姓名\t性别\t公民身份号码\t入伍时间\t入伍所在省市县\t文化程度\t政治面貌\t服现役大单位\t服现役旅营级单位\t退出现役证号\t"
        "退役时间\t退役安置地所属省份\t现所在市县\t家庭住址\t联系方式"
    )


def test_a_row_has_the_forms_of_the_sample_row() -> None:
    given_answers = answers(
        name="林小明",
        id_number="350102200001010011",
        enlist_month="2018-09",
        discharge_month="2020-08",
        mobile="13800000000",
        political_status="party",
    )
    assert row_of(CATALOGUE, 1, given_answers, UNITS) == (
        "1",
        "林小明",
        "男",
        "350102200001010011",
        "2018.09",
        "福建省福州市鼓楼区",
        "本科",
        "中共党员",
        "陆军",
        "示例旅示例营",
        "退字第2026001号",
        "2020.08",
        "福建",
        "福州市鼓楼区",
        "福州市鼓楼区示例街道示例路1号",
        "13800000000",
    )


def test_the_identity_number_of_the_sample_row_is_rejected() -> None:
    assert "校验没通过" in str(problem_of(SAMPLE))
    with pytest.raises(ValueError, match="校验没通过"):
        row_of(CATALOGUE, 1, answers(**SAMPLE), UNITS)


@pytest.mark.parametrize(("number", "sex"), [("350102200001010011", "男"), ("35010220000101002X", "女")])
def test_the_sex_is_read_from_the_17th_digit(number: str, sex: str) -> None:
    assert row_of(CATALOGUE, 1, answers(id_number=number), UNITS)[2] == sex


@pytest.mark.parametrize(("status", "shown"), [("probationary", "中共预备党员"), ("league", "共青团员"), ("none", "群众")])
def test_the_political_status_is_written_officially(status: str, shown: str) -> None:
    assert row_of(CATALOGUE, 1, answers(political_status=status), UNITS)[7] == shown


@pytest.mark.parametrize(("value", "shown"), [("2018-09", "2018.09"), ("2020-12", "2020.12"), ("2020", "2020"), (None, "")])
def test_months_are_written_with_a_point(value: str | None, shown: str) -> None:
    assert month(value) == shown


def opened(file: bytes) -> list[tuple[object, ...]]:
    sheet = openpyxl.load_workbook(io.BytesIO(file)).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


def test_the_sheet_begins_with_the_columns_and_holds_identity_numbers_as_text() -> None:
    row = row_of(CATALOGUE, 1, answers(id_number="350102200001010011"), UNITS)
    rows = opened(write_sheet([row]))
    assert rows[0] == COLUMNS and rows[1] == row
    sheet = openpyxl.load_workbook(io.BytesIO(write_sheet([row]))).active
    assert sheet is not None
    assert {(cell.data_type, cell.number_format) for line in sheet.iter_rows() for cell in line} == {("s", "@")}


def kinds_of_cells(file: bytes) -> list[str]:
    """The kind of every cell as it stands in the file; `inlineStr` is a string. Fails when there is a formula anywhere."""
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and "<f " not in sheet
    return [re.sub(r'.*\bt="(\w+)".*', r"\1", cell) for cell in re.findall(r"<c [^>]*>", sheet)]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "=HYPERLINK(", "\t=", "\r\n=", "＝"])
def test_a_cell_that_begins_like_a_formula_is_text(start: str) -> None:
    typed = f'{start}cmd|" /C calc"!A0'
    file = write_sheet([tuple([typed] * len(COLUMNS))])
    assert kinds_of_cells(file) == ["inlineStr"] * 2 * len(COLUMNS)
    (value, *_rest) = opened(file)[1]
    assert isinstance(value, str) and value.endswith('cmd|" /C calc"!A0')


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_a_spreadsheet_program_that_edits_such_a_cell_keeps_it_as_text(start: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(write_sheet([[f"{start}1+1"]]))).active
    assert sheet is not None
    assert sheet["A2"].quotePrefix is True and sheet["A2"].data_type == "s"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=16, max_size=16))
def test_whatever_is_typed_a_sheet_can_be_written_and_has_no_formula(values: list[str]) -> None:
    file = write_sheet([values])
    assert set(kinds_of_cells(file)) == {"inlineStr"}
    assert [len(str(value or "")) for value in opened(file)[1]] == [len(value) for value in values]


def test_the_file_opens_with_its_password_and_with_no_other() -> None:
    sheet = write_sheet([row_of(CATALOGUE, 1, answers(), UNITS)])
    password = generate_password()
    locked = encrypt(sheet, password)
    assert "陆军".encode() not in locked and not zipfile.is_zipfile(io.BytesIO(locked))
    file = msoffcrypto.OfficeFile(io.BytesIO(locked))
    assert file.is_encrypted()
    file.load_key(password=password, verify_password=True)
    plain = io.BytesIO()
    file.decrypt(plain, verify_integrity=True)
    assert opened(plain.getvalue())[0] == COLUMNS
    for wrong in ("", password.lower(), generate_password()):
        with pytest.raises((msoffcrypto.exceptions.InvalidKeyError, msoffcrypto.exceptions.DecryptionError)):
            msoffcrypto.OfficeFile(io.BytesIO(locked)).load_key(password=wrong, verify_password=True)
    with pytest.raises(Exception, match="zip"):
        openpyxl.load_workbook(io.BytesIO(locked))


def test_the_encryption_is_agile_with_aes_256() -> None:
    locked = encrypt(write_sheet([]), "示例")
    assert b'cipherAlgorithm="AES"' in locked and b'keyBits="256"' in locked
    assert b"schemas.microsoft.com/office/2006/encryption" in locked


def test_passwords_are_long_different_and_readable_aloud() -> None:
    made = {generate_password() for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(r"([A-HJKMNP-Z2-9]{4}-){4}[A-HJKMNP-Z2-9]{4}", password) for password in made)
