"""Answers that are checked: months, numbers, names, the certificate. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from backend.interview.checks import (
    Checked,
    check_bank_card,
    check_certificate_number,
    check_discharge_month,
    check_enlist_month,
    check_id_number,
    check_mobile,
    check_name,
    figures,
)
from backend.interview.reading.answer import NOTHING, Asked, Reading, of_check
from backend.interview.reading.dates import names_impossible_month, read_month
from backend.interview.reading.found import Found, cut
from backend.interview.reading.no_names import is_something_else
from backend.interview.reading.normalise import normalise
from backend.interview.reading.numbers import find_numbers
from backend.interview.reading.numerals import count_of
from backend.interview.reading.people import is_name, may_be_name, named_person, only_a_name
from backend.interview.reading.service_dates import service_dates
from backend.locale.text import T

#: A shorter run of figures is no try at a number.
FEWEST_FIGURES = 6
#: A longer text that is not clearly a name is a sentence, no name to ask about.
LONGEST_DOUBTED = 6


def discharge_month(said: Asked) -> Reading:
    """ "YYYY-MM" or "YYYY". A month alone completes the year that is known."""
    left, joined = service_dates(said.plain, said.today)
    found = left or _month(said, said.answers.get("discharge_month"))
    if found is None or names_impossible_month(said.text) or (left is None and joined and joined.start == found.start):
        return _no_month(said)
    enlisted = joined.value if joined else said.answers.get("enlist_month")
    checked = check_discharge_month(found.value, enlisted, said.today)
    extra = {"enlist_month": joined.value} if joined and checked.value else {}
    return replace(of_check(checked, found.start, found.end), extra=extra)


def enlist_month(said: Asked) -> Reading:
    """ "YYYY-MM" or "YYYY"; two years before the discharge where only a month is said is not guessed."""
    left, joined = service_dates(said.plain, said.today)
    known = str(said.answers.get("enlist_month") or "")
    year = known if len(known) == len("2024") else None
    found = joined or (left if left and not said.answers.get("discharge_month") else _month(said, year))
    if (
        found is None
        or names_impossible_month(said.text)
        or (joined is None and left and left.start == found.start and re.search(r"退", said.plain))
    ):
        return _no_month(said)
    return of_check(check_enlist_month(found.value, said.answers.get("discharge_month"), said.today), found.start, found.end)


def _month(said: Asked, known: str | None) -> Found[str] | None:
    bare = re.fullmatch(r"\s*(?:是|在)?(\d{1,2}|[一二三四五六七八九十]{1,2})(?:月份?)?[。.]?\s*", said.plain)
    number = count_of(bare[1]) if bare else None
    if known and number and 1 <= number <= 12:
        return Found(f"{known[:4]}-{number:02d}", 0, len(said.text))
    if bare and said.field == "discharge_month":
        # 9 for 9月: the discharge is the latest there was. Of an enlistment the year must be said.
        return _whole(read_month(f"{number}月", said.today) if number and number <= 12 else None, len(said.text))
    found = read_month(said.text, said.today)
    if found and known and len(found.value) > 4 and not re.search(r"年|\d{4}|\.", said.plain[found.start : found.end]):
        return Found(f"{known[:4]}{found.value[4:]}", found.start, found.end)
    return found


def _whole(found: Found[str] | None, end: int) -> Found[str] | None:
    return Found(found.value, 0, end) if found else None


def _no_month(said: Asked) -> Reading:
    if names_impossible_month(said.text):
        return Reading(problem=T("没有这个月份，月份是1到12。麻烦再说一次，比如“{year}年9月”。", year=str(said.today.year)))
    return NOTHING


def name(said: Asked) -> Reading:
    """A name, alone or after 我叫."""
    return _name(said)


#: What stands between the facts of one line: 林小明，350102…，大专.
_PIECE = re.compile(r"[^\s，,。;；、|\0]+")


def _name_among_others(said: Asked) -> Reading | None:
    """The one name in a line that says other things, too: 林小明 350102…; the rest is read by others."""
    numbers = find_numbers(said.text)
    pieces = list(_PIECE.finditer(cut(said.text, [(one.start, one.end) for one in numbers])))
    if len(pieces) + len(numbers) < 2 or any(len(piece[0]) < 2 for piece in pieces):
        return None
    names = [piece for piece in pieces if is_name(piece[0]) and not is_something_else(normalise(piece[0]), said.words)]
    return Reading(names[0][0], span=names[0].span()) if len(names) == 1 else None


def _name(said: Asked) -> Reading:
    named = named_person(said.text)
    if named:
        return Reading(named.value, span=(named.start, named.end))
    among = _name_among_others(said)
    if among is not None:
        return among
    written = only_a_name(said.text)
    if is_something_else(said.plain, said.words) or (written and is_something_else(normalise(written), said.words)):
        return NOTHING
    if written is None:
        tried = len(said.text.strip()) <= 12 and re.fullmatch(r"\s*(?:\S|.*[\da-zA-Z].*)\s*", said.text)
        return Reading(problem=check_name(said.text).problem if tried else None)
    checked = check_name(written)
    if checked.value and not may_be_name(checked.value):
        # A rare surname, or no name at all: nothing goes into an official form unasked.
        problem = T("“{written}”是身份证上的姓名吗？是的话，写“姓名：{written}”。", written=checked.value)
        return Reading(problem=problem if len(checked.value) <= LONGEST_DOUBTED else None)
    return of_check(checked, 0, len(said.text)) if checked.value or is_name(written) else NOTHING


def id_number(said: Asked) -> Reading:
    """18 characters; what is wrong with a number that is none."""
    for found in find_numbers(said.text):
        if found.value.kind in ("id", "number") or len(found.value.digits) > 11:
            return of_check(check_id_number(found.value.digits, said.today), found.start, found.end)
    return _tried(said, check_id_number(said.text, said.today))


def mobile(said: Asked) -> Reading:
    """11 digits."""
    found = find_numbers(said.text)
    for one in sorted(found, key=lambda number: number.value.kind != "mobile"):
        return of_check(check_mobile(one.value.digits), one.start, one.end)
    return _tried(said, check_mobile(said.text))


def bank_card(said: Asked) -> Reading:
    """16 to 19 digits."""
    found = find_numbers(said.text)
    for one in sorted(found, key=lambda number: number.value.kind != "card"):
        return of_check(check_bank_card(one.value.digits), one.start, one.end)
    return _tried(said, check_bank_card(said.text))


def _tried(said: Asked, checked: Checked) -> Reading:
    """A run of figures too short to be found as a number is still a try at one; words are no answer."""
    runs = re.findall(r"\d+", figures(said.text))
    if sum(map(len, runs)) < FEWEST_FIGURES or re.search(r"年|月", said.plain):
        return NOTHING
    return of_check(checked, 0, len(said.text))


_CERTIFICATE_CUE = re.compile(
    r"^\s*(?:我的)?(?:退出现役|退役|退伍)?(?:证件?)?(?:编?号码?|证号)\s*(?:是|为|:|：)*\s*|^\s*(?:是|就是)\s*"
)

# What follows a comma is something else, where the number is complete before it.
_CERTIFICATE_END = re.compile(r"(?<=[\d号])(?:\s*[，,。；;]|\s+(?=[\u4e00-\u9fff]{2}))")
_TO_DO = re.compile(r"^\s*(?:我)?(?:还|再|想|都|只)*(?:要|办|加|选|不)|项")


def certificate_number(said: Asked) -> Reading:
    """As it stands on the certificate."""
    cue = _CERTIFICATE_CUE.match(said.plain)
    start = cue.end() if cue else 0
    end = _CERTIFICATE_END.search(said.plain, start)
    written = said.text[start : end.start() if end else len(said.text)]
    if re.search(r"[省市县区镇乡村路街]|年.*月|没有|没拿", said.plain) and not re.search(r"字|第", said.plain):
        return NOTHING
    if any(number.value.kind != "number" for number in find_numbers(said.text)) or _TO_DO.search(said.plain):
        return NOTHING
    if not re.search(r"\d|第.+号|字", said.plain[start:]) or re.search(r"[?？吗呢]\s*$|怎么|哪里", said.plain):
        return NOTHING
    return of_check(check_certificate_number(written), start, start + len(written))


_MYSELF = re.compile(
    r"本人|我自己|就?(?:是|写|用)我(?:的|自己|本人)?(?:名字|手机|号码?|电话)*$|^我(?:的|收)?$|我收|我的(?:名字|手机|号)|自己收|自己的|同上|一样|不变|这个号|登记的|myself|^me$|mine|same"
)


_NOT_PART_OF_NAME = re.compile(
    r"(?:收件人|收货人|写|电话|手机号?)\s*(?:是|为|:|：)*|[，,]\s*$|^(?:我的?)?(?:妈妈?|爸爸?|老爸|老妈|母亲|父亲|哥哥?|姐姐?|弟弟?|妹妹?|老婆|老公|对象|女朋友|朋友|战友|爷爷|奶奶|外婆|外公|叔叔?|舅舅?|姑姑?)[，,：:\s]*(?=[\u4e00-\u9fff]{2})"
)


def recipient(said: Asked) -> Reading:
    """A name; 本人 is the veteran's own. With a mobile in the same line both are answered."""
    item = said.field.partition("_")[0]
    numbers = [one for one in find_numbers(said.text) if one.value.kind == "mobile"]
    extra = {f"{item}_mobile": numbers[0].value.digits} if numbers and check_mobile(numbers[0].value.digits).value else {}
    if _MYSELF.search(said.plain) and said.answers.get("name"):
        own = {f"{item}_mobile": said.answers["mobile"]} if said.answers.get("mobile") and not extra else extra
        return Reading(said.answers["name"], extra=own, span=(0, len(said.text)))
    text = said.text
    for one in reversed(numbers):
        text = text[: one.start] + text[one.end :]
    text = _NOT_PART_OF_NAME.sub("", text.strip(" ，,。"))
    reading = _name(replace(said, text=text, plain=text))
    return replace(reading, extra=extra if reading.value else {}, span=(0, len(said.text)) if reading.value else None)


def recipient_mobile(said: Asked) -> Reading:
    """11 digits; 就我的手机号 is the veteran's own."""
    reading = mobile(said)
    if reading.value is None and reading.problem is None and _MYSELF.search(said.plain) and said.answers.get("mobile"):
        return said.all(said.answers["mobile"])
    return reading
