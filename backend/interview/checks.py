"""Is a value that was read a possible one? Each check says what is wrong and what to send, in words for the veteran. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import phonenumbers
from stdnum import luhn
from stdnum.iso7064 import mod_11_2

from backend import clock
from backend.interview.reading.normalise import same_width
from backend.interview.reading.number_kinds import kind_of
from backend.interview.reading.numbers import find_numbers
from backend.interview.reading.numerals import is_run_digit, spelled
from backend.locale.text import T, Text

ID_LENGTH = 18
CARD_LENGTHS = (16, 19)
MOBILE_LENGTH = 11


@dataclass(frozen=True)
class Checked:
    """The value in its one spelling, or what is wrong with it; never both."""

    value: str | None
    problem: Text | None = None


def figures(text: str) -> str:
    """The digits of `text` in ASCII, however they are written, X in upper case; everything else is left out."""
    plain = same_width(text)
    return "".join(spelled(c) if is_run_digit(c) else "X" if c == "x" else "" for c in plain)


def birth_date_of(id_number: str) -> date | None:
    """The birth date in an identity number of 18 characters, None when its characters 7 to 14 are no date."""
    try:
        return date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))
    except ValueError:
        return None


def sex_of(id_number: str) -> str:
    """`male` or `female`, by the 17th digit of an identity number."""
    return "male" if int(id_number[16]) % 2 else "female"


def check_id_number(text: str, today: date | None = None) -> Checked:
    """18 characters, a real birth date that is not to come, the check character of ISO 7064 MOD 11-2 (GB 11643).

    The area code is never a reason to refuse: areas were renamed and renumbered.
    """
    today = today or clock.today()
    number = figures(text)
    stray = re.search(r"[a-wyz]", same_width(text))
    if stray and len(number) < ID_LENGTH:
        return _wrong(
            T("身份证号里不该有“{character}”，只有数字，最后一位可能是X。麻烦对着证件再发一遍。", character=stray[0].upper())
        )
    if len(number) == 15:
        return _wrong(T("这是15位的老身份证号，现在用的是18位。麻烦发身份证上的18位号码。"))
    if len(number) < ID_LENGTH:
        return _wrong(
            T(
                "身份证号是18位，你发的是{length}位，少了{missing}位。麻烦对着证件再发一遍。",
                length=len(number),
                missing=18 - len(number),
            )
        )
    if len(number) > ID_LENGTH:
        return _wrong(
            T(
                "身份证号是18位，你发的是{length}位，多了{extra}位。麻烦对着证件再发一遍。",
                length=len(number),
                extra=len(number) - 18,
            )
        )
    if "X" in number[:-1]:
        return _wrong(T("身份证号只有最后一位可能是X，前17位都是数字。麻烦对着证件再发一遍。"))
    born = birth_date_of(number)
    if born is None or born.year < 1900:
        return _wrong(
            T("身份证号第7到14位是出生日期，你发的是“{digits}”，没有这一天。麻烦对着证件再看一眼。", digits=number[6:14])
        )
    if born > today:
        return _wrong(T("按这个身份证号，出生日期是{born}，还没到呢，可能有一位打错了。麻烦再发一遍。", born=born))
    if not mod_11_2.is_valid(number):
        return _wrong(T("这个身份证号校验没通过，多半有一位打错了，或者两位写反了。麻烦对着证件再发一遍。"))
    return Checked(number)


def check_bank_card(text: str) -> Checked:
    """16 to 19 digits whose last is the Luhn check digit (ISO/IEC 7812)."""
    number = figures(text)
    shortest, longest = CARD_LENGTHS
    if "X" in number:
        return _wrong(T("银行卡号只有数字，没有X。看看是不是发成身份证号了？卡号在卡正面，四个一组。"))
    if len(number) == MOBILE_LENGTH and number.startswith("1"):
        return _wrong(T("这像是手机号。银行卡号在卡正面，16到19位，四个一组。"))
    if len(number) < shortest:
        return _wrong(
            T(
                "银行卡号一般是16到19位，你发的是{length}位，好像少了几位。麻烦对着卡面再发一遍，四个一组也行。",
                length=len(number),
            )
        )
    if len(number) > longest:
        return _wrong(
            T("银行卡号最多19位，你发的是{length}位，好像多了。麻烦对着卡面再发一遍，四个一组也行。", length=len(number))
        )
    if luhn.is_valid(number):
        return Checked(number)
    if kind_of(number) == "id":
        return _wrong(T("这像是身份证号。银行卡号在卡正面，16到19位，四个一组。"))
    if len(number) in (17, 18):
        return _wrong(
            T(
                "这个卡号好像多了或少了一位：你发的是{length}位，校验没通过。麻烦对着卡面再发一遍，四个一组也行。",
                length=len(number),
            )
        )
    return _wrong(T("这个卡号校验没通过，可能有一位打错了，或者两位写反了。麻烦对着卡面再发一遍，四个一组也行。"))


def check_mobile(text: str) -> Checked:
    """A mobile number of mainland China, without the country's prefix."""
    number = re.sub(r"^(?:00)?86(?=1\d{10}$)", "", figures(text))
    if "X" in number or not number:
        return _wrong(T("手机号是1开头的11位数字，麻烦再发一遍。"))
    if number.startswith("0"):
        return _wrong(T("这像是座机号，收不到短信。请发1开头的11位手机号。"))
    if len(number) < MOBILE_LENGTH:
        return _wrong(
            T("手机号是11位，你发的是{length}位，少了{missing}位。麻烦再发一遍。", length=len(number), missing=11 - len(number))
        )
    if len(number) > MOBILE_LENGTH:
        return _wrong(
            T("手机号是11位，你发的是{length}位，多了{extra}位。麻烦再发一遍。", length=len(number), extra=len(number) - 11)
        )
    if not number.startswith("1"):
        return _wrong(T("内地手机号是1开头的，你发的是{first}开头，麻烦看看是不是打错了。", first=number[0]))
    parsed = phonenumbers.parse(number, "CN")
    kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    if not phonenumbers.is_valid_number_for_region(parsed, "CN") or phonenumbers.number_type(parsed) not in kinds:
        return _wrong(T("没有{prefix}开头的手机号，可能有一位打错了，麻烦再发一遍。", prefix=number[:3]))
    return Checked(number)


def check_discharge_month(month: str, enlisted: str | None, today: date) -> Checked:
    """Not to come, and after the enlistment when that is known. Months are "YYYY-MM", or "YYYY" for a year alone."""
    if month > f"{today:%Y-%m}"[: len(month)]:
        return _wrong(T("这个时间还没到呢。已经退役的话，写退出现役证件上的年月，比如“{year}年9月”。", year=str(today.year)))
    if enlisted and not _before(enlisted, month):
        return _wrong(T("退役要在入伍之后，你之前说{enlisted}入伍。看看是哪个写错了？", enlisted=_shown(enlisted)))
    return Checked(month)


def check_enlist_month(month: str, discharged: str | None, today: date) -> Checked:
    """Not to come, and before the discharge when that is known. Months as in `check_discharge_month`."""
    if month > f"{today:%Y-%m}"[: len(month)]:
        return _wrong(T("入伍时间写成以后了，麻烦再看一眼，比如“{year}年9月”。", year=str(today.year - 2)))
    if discharged and not _before(month, discharged):
        return _wrong(T("入伍要在退役之前，你之前说{discharged}退役。看看是哪个写错了？", discharged=_shown(discharged)))
    if int(month[:4]) < 1950:
        return _wrong(T("入伍时间太早了，麻烦再看一眼，比如“{year}年9月”。", year=str(today.year - 2)))
    return Checked(month)


def _before(earlier: str, later: str) -> bool:
    size = min(len(earlier), len(later))
    return earlier[:size] < later[:size] or (size == 4 and earlier[:4] == later[:4])


def _shown(month: str) -> Text:
    year, _, number = month.partition("-")
    return T("{year}年{month}月", year=year, month=int(number)) if number else T("{year}年", year=year)


_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff〇"
_NAME = re.compile(rf"[{_HAN}]{{2,6}}|[{_HAN}]{{1,15}}(?:·[{_HAN}]{{1,15}}){{1,4}}|[{_HAN}]{{7,15}}")
# Words that no name holds: questions, papers, and what people say instead of their name.
_SUSPICIOUS = re.compile(
    r"什么|怎么|多少|哪里|[齐好行对完有到来办弄搞]了|身份证|手机|银行|户口|社保|邮寄|自取|退役|办理|没有|谢谢|你好|不(?:想|要|知|清|记|告|填|说|办|会|能|行|用|是|对|愿|方|太|懂)|忘[了记]|[说看填讲办等]吧"
    r"|先不|先别|再说|等(?:一下|一会|会儿?|等|下)|稍[后等]|待会|一会儿|晚点|回头|以后|下次|随便|算了|跳过|暂停|继续|提交|干嘛|为啥|[吗呢么]$|不$"
)


def check_name(text: str) -> Checked:
    """A name as an identity card has it: Chinese characters, the dot of minority names as ·."""
    name = re.sub(r"\s+", "", re.sub(r"[•●．.‧・。]", "·", text.strip(" ，,。！!?？\t\n")).strip("·"))
    if re.search(r"[A-Za-z]", name):
        return _wrong(T("请写身份证上的中文姓名，比如“林小明”。"))
    if re.search(r"\d", name):
        return _wrong(T("姓名里不会有数字，请只写身份证上的名字，比如“林小明”。"))
    if len(name) < 2:
        return _wrong(T("姓名好像没写全，请写身份证上的全名，比如“林小明”。"))
    if not _NAME.fullmatch(name) or _SUSPICIOUS.search(name):
        return _wrong(T("这不太像姓名，请只写身份证上的名字，比如“林小明”。"))
    return Checked(name)


_WHERE = re.compile(r"[省市县区镇乡村路街道巷弄里号栋幢座楼室组屯寨社区园苑城厝]")
_DOOR = re.compile(r"\d|[零〇一二三四五六七八九十百]+(?:号|栋|幢|座|楼|层|单元|室|组|队)|村|厝|寨|屯")
ADDRESS_LONGEST = 120


def check_address(text: str) -> Checked:
    """Enough detail to send something there: a place, and a village or a door number."""
    address = re.sub(r"[\r\n]+", " ", text).strip(" ，,。;；、\t")
    plain = same_width(address)
    if len(address) > ADDRESS_LONGEST:
        return _wrong(T("地址有点长，麻烦只写省市区、街道（乡镇）和门牌。"))
    if len(_WHERE.findall(plain)) < 2 or len(address) < 5:
        return _wrong(T("地址还不够细，请写到乡镇（街道）、村（路）和门牌，比如“鼓楼区示例街道示例路1号”。"))
    if not _DOOR.search(plain):
        return _wrong(T("地址还差门牌号，请加上，比如“示例路1号”。"))
    return Checked(address)


_CERTIFICATE = re.compile(rf"[{_HAN}A-Za-z0-9()（）\[\]〔〕\-—/.．·\s０-９]+")


def check_certificate_number(text: str) -> Checked:
    """As the certificate has it, spaces left out: letters, digits, 字第…号; at least one figure or X, at most 30 characters."""
    number = re.sub(r"\s+", "", text.strip(" ，,。！!"))
    number = re.sub(r"^(?:找到了?|有了|在这里?|就是|证号|号码|编号|是|：|:|，|,)+(?=.{4})", "", number)
    if not _CERTIFICATE.fullmatch(number) or not 4 <= len(number) <= 30:
        return _wrong(T("证号没看明白，请照退出现役证上的写法发，连“字第……号”一起。"))
    if not re.search(r"[0-9０-９]", number) and not re.search(r"第[^号]{2,}号", number):
        return _wrong(T("证号里一般有数字，请照退出现役证上的写法再发一次。"))
    if any(found.value.kind in ("id", "card", "mobile") for found in find_numbers(number)):
        return _wrong(T("这像是身份证号、银行卡号或者手机号。退出现役证的证号样子像“退字第XXXX号”，印在证件上。"))
    return Checked(number)


_MONTH = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2]))?")


def _month(value: str, check: Callable[[], Checked]) -> Checked:
    """The chat makes months of what is said; what is filed by others must have that shape before it can be compared."""
    return check() if _MONTH.fullmatch(value) else _wrong(T("应写成 2026-09 这样的年月"))


Check = Callable[[str, Mapping[str, Any], date], Checked]

#: What `check` of a question in interview.yml can be: takes the answer, the other answers, and today.
CHECKS: Mapping[str, Check] = {
    "name": lambda value, _answers, _today: check_name(value),
    "mobile": lambda value, _answers, _today: check_mobile(value),
    "bank_card": lambda value, _answers, _today: check_bank_card(value),
    "certificate_number": lambda value, _answers, _today: check_certificate_number(value),
    "address": lambda value, _answers, _today: check_address(value),
    "id_number": lambda value, _answers, today: check_id_number(value, today),
    "discharge_month": lambda value, answers, today: _month(
        value, lambda: check_discharge_month(value, answers.get("enlist_month"), today)
    ),
    "enlist_month": lambda value, answers, today: _month(
        value, lambda: check_enlist_month(value, answers.get("discharge_month"), today)
    ),
}


def _wrong(problem: Text) -> Checked:
    return Checked(None, problem)
