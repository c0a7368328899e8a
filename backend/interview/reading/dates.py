"""Months as people write them: 2026.9, 26年9月, 去年九月, 九月一号, 二〇二六年九月, 09/2026, 上个月, last September."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from backend.interview.reading.found import Found
from backend.interview.reading.normalise import normalise
from backend.interview.reading.numerals import count_of, spelled

_CN = "零〇一二三四五六七八九"
_YEAR4 = rf"(?:19|20)\d\d|[一二][{_CN}]{{3}}"
_YEAR2 = rf"\d\d|[{_CN}]{{2}}"
_MONTH = rf"1[0-2]|0?[1-9]|十[一二]?|[{_CN[2:]}]|元"
_DAY = r"(?:\s*(?:[.\-/]\s*)?(?:3[01]|[12]\d|0?[1-9]|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])\s*(?:日|号|號))"
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH_MONTH = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_RELATIVE_YEARS = {
    "大前年": -3,
    "前年": -2,
    "去年": -1,
    "上一年": -1,
    "上年": -1,
    "旧年": -1,
    "今年": 0,
    "本年": 0,
    "当年": 0,
    "明年": 1,
}
_RELATIVE_YEAR = "|".join(sorted(_RELATIVE_YEARS, key=len, reverse=True))
_NOT_LENGTH = r"(?!\s*(?:前|多|后|以|左右|期|来|了|半|制))"

# Each is tried at every place, the earlier wins over the later where they overlap.
_FORMS: tuple[str, ...] = (
    rf"(?<!\d)(?P<year>{_YEAR4})\s*年?\s*(?:[.\-/年]|的|\s)\s*(?P<month>{_MONTH})(?!\d)\s*(?:月份|月)?(?:{_DAY}|[.\-/](?:3[01]|[12]\d|0?[1-9])(?!\d))?",
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])?(?!\d)",
    r"(?<!\d)(?P<month>1[0-2]|0?[1-9])\s*[./\-]\s*(?P<year>(?:19|20)\d\d)(?!\d)",
    rf"(?<!\d)'?(?P<year>{_YEAR2})\s*年\s*(?P<month>{_MONTH})\s*(?:月份|月|底|初)(?:{_DAY})?",
    rf"(?P<relative>{_RELATIVE_YEAR})\s*的?\s*(?P<month>{_MONTH})\s*(?:月份|月)(?:{_DAY})?",
    r"(?<![\d.])(?P<year>[012]\d)[./](?P<month>1[0-2]|0?[1-9])(?![\d.])",
    r"(?<![\d.])(?P<month>1[0-2]|0?[1-9])[.](?:3[01]|[12]\d|0?[1-9])(?=\s*(?:日|号)?\s*(?:退|离队|回来))",
    rf"{_ENGLISH_MONTH},?\s+(?:of\s+)?(?P<year>(?:19|20)\d\d|last year|this year)",
    rf"(?P<last>last|this)\s+{_ENGLISH_MONTH}(?![a-z])",
    rf"(?P<years_ago>[一二两三四五六七八九十\d]{{1,2}})年(?:以前|之前|前)的?\s*(?P<month>{_MONTH})\s*(?:月份|月)",
    r"(?P<shift>上上个?月|上个?月|本月|这个?月|当月|下个?月)",
    r"(?P<ago>[一二两三四五六七八九十\d]{1,2})个月(?:以前|之前|前)",
    r"(?P<day>大前天|前天|昨天|昨日|今天|今日|前几天|上周|上个?星期)",
    r"(?P<half>半年(?:以前|之前|前))",
    # 义务兵两年九月退: a length of time before it is no year.
    rf"(?<![\d.个第]|[{_CN}十])(?:(?<!年)|(?<=[两二2]年))(?P<month>{_MONTH})\s*(?:月份|月)(?:{_DAY})?",
    rf"(?<![a-z])(?P<name>{'|'.join((*_ENGLISH[:4], *_ENGLISH[5:]))}|may(?=\s+\d))[a-z]*(?![a-z])",
)
_YEAR_FORMS: tuple[str, ...] = (
    rf"(?<!\d)(?P<year>{_YEAR4})(?!\d)\s*年?{_NOT_LENGTH}",
    rf"(?P<relative>{_RELATIVE_YEAR})(?!\s*度)",
    rf"(?<![\d了满有共近快役干兵过])(?P<year>\d\d|[{_CN}]{{2}})\s*年(?!\s*(?:前|多|后|以|左右|期|来|了|半|制|老兵))",
    r"(?P<year>last year|this year)",
)
_MONTHS = [re.compile(form) for form in _FORMS]
_YEARS = [re.compile(form) for form in _YEAR_FORMS]
# 2026年13月: a month that there is not. It is told apart from a year alone, so that the slip can be named.
_NO_SUCH_MONTH = re.compile(r"(?:年|[.\-/])\s*(?:1[3-9]|[2-9]\d|00?)\s*(?:月|$)|(?:^|[^\d年个])(?:1[3-9]|[2-9]\d)\s*月")


def read_month(text: str, today: date) -> Found[str] | None:
    """The first month in `text` as "YYYY-MM", or "YYYY" when only the year is said; None when there is neither."""
    found = read_months(text, today)
    return next((month for month in found if len(month.value) > 4), found[0] if found else None)


def read_months(text: str, today: date) -> list[Found[str]]:
    """Every month and bare year of `text` in order. A month without a year is the latest that is not yet to come."""
    plain = normalise(text)
    found: list[Found[str]] = []
    for forms, reader in ((_MONTHS, _month), (_YEARS, _year)):
        for form in forms:
            found.extend(_new(form, plain, today, reader, found))
    return sorted(found, key=lambda month: month.start)


def names_impossible_month(text: str) -> bool:
    """True when the text names a month that there is not (13月, 2026.00)."""
    return bool(_NO_SUCH_MONTH.search(normalise(text)))


def _new(
    form: re.Pattern[str], plain: str, today: date, reader: Callable[[re.Match[str], date], str | None], found: list[Found[str]]
) -> list[Found[str]]:
    new: list[Found[str]] = []
    for match in form.finditer(plain):
        value = reader(match, today)
        if value and not any(other.overlaps(*match.span()) for other in (*found, *new)):
            new.append(Found(value, *match.span()))
    return new


def _month(match: re.Match[str], today: date) -> str | None:
    said = match.groupdict()
    if said.get("shift"):
        steps = {"上上": -2, "上": -1, "下": 1}
        return _shifted(today, next((step for word, step in steps.items() if said["shift"].startswith(word)), 0))
    if said.get("ago"):
        months = count_of(said["ago"])
        return _shifted(today, -months) if months else None
    if said.get("day"):
        days = {"昨": 1, "前天": 2, "大前天": 3, "前几天": 4, "上": 7}
        back = max((gone for word, gone in days.items() if said["day"].startswith(word)), default=0)
        return _written(*_year_and_month(date.fromordinal(today.toordinal() - back)))
    if said.get("half"):
        return _shifted(today, -6)
    month = _ENGLISH.index(said["name"][:3]) + 1 if said.get("name") else _month_number(said["month"])
    if said.get("years_ago"):
        return _written(today.year - (count_of(said["years_ago"]) or 0), month)
    if said.get("last"):
        return _written(*_latest(month, today))
    if said.get("year") or said.get("relative"):
        year = _year(match, today)
        return f"{year}-{month:02d}" if year else None
    return _written(*_latest(month, today))


def _year(match: re.Match[str], today: date) -> str | None:
    said = match.groupdict()
    if said.get("relative"):
        return str(today.year + _RELATIVE_YEARS[said["relative"]])
    if said["year"] in ("last year", "this year"):
        return str(today.year - (said["year"] == "last year"))
    digits = spelled(said["year"])
    if len(digits) == 4:
        return digits if 1940 <= int(digits) <= today.year + 10 else None
    # Two digits: up to next year they are of this century. 九八年 is 1998, 26年 is 2026.
    century = 2000 if int(digits) <= today.year % 100 + 1 else 1900
    year = century + int(digits)
    return str(year) if year >= 1950 else None


def _month_number(said: str) -> int:
    return 1 if said == "元" else count_of(said) or 0


def _latest(month: int, today: date) -> tuple[int, int]:
    return (today.year if month <= today.month else today.year - 1), month


def _year_and_month(day: date) -> tuple[int, int]:
    return day.year, day.month


def _shifted(today: date, months: int) -> str:
    total = today.year * 12 + today.month - 1 + months
    return _written(total // 12, total % 12 + 1)


def _written(year: int, month: int) -> str:
    return f"{year:04d}-{month:02d}"
