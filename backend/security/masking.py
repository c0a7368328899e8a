"""Numbers, names and addresses as they are shown to whom they belong: enough to recognise them by. Pure."""

from __future__ import annotations

import re

from backend.locale.text import T, Text

HIDDEN = "*"
_COMPOUND_SURNAMES = frozenset(
    {
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "长孙",
        "宇文",
        "司徒",
        "司空",
        "夏侯",
        "端木",
        "百里",
        "南宫",
        "呼延",
        "太史",
        "闻人",
        "澹台",
        "公冶",
        "宗政",
        "濮阳",
        "淳于",
        "单于",
        "申屠",
        "钟离",
        "赫连",
        "鲜于",
        "闾丘",
        "轩辕",
        "独孤",
    }
)


def mask_id_number(number: str) -> str:
    """3503**********1234: the first and the last four of 18 characters."""
    return _middle(number, 4, 4)


def mask_bank_card(number: str) -> Text:
    """尾号5702: the last four digits."""
    return T("尾号{tail}", tail=number[-4:])


def mask_card_in_text(number: str) -> str:
    """6222 **** 5702: a card number within a sentence, without words."""
    return f"{number[:4]} **** {number[-4:]}" if len(number) >= 12 else mask_number(number)


def mask_mobile(number: str) -> str:
    """138****1234: the first three and the last four of 11 digits."""
    return _middle(number, 3, 4)


def mask_number(number: str) -> str:
    """A number of unknown kind (a mistyped one): its first and last two characters, so that a slip can still be found."""
    return _middle(number, 2, 2)


def mask_case_number(number: str) -> str:
    """…0123: the last four digits of an application's number."""
    return f"…{number[-4:]}"


def mask_name(name: str) -> str:
    """林*, 林**, 欧阳**: the surname; of a name with dots the part before the first."""
    head, dot, rest = name.partition("·")
    if dot:
        return f"{head}·{HIDDEN * max(len(rest), 1)}"
    shown = 2 if len(name) > 2 and name[:2] in _COMPOUND_SURNAMES else 1
    return name[:shown] + HIDDEN * max(len(name) - shown, 1)


def mask_address(address: str) -> str:
    """福建省福州市鼓楼区****: down to the county, or the first six characters when no county is named."""
    county = re.match(r"(?:.{2,8}?(?:省|自治区))?(?:.{2,8}?市)?(?:.{1,8}?[县区])?", address)
    shown = county.end() if county and county.end() else min(6, len(address) // 2)
    return address[:shown] + HIDDEN * 4


def _middle(value: str, first: int, last: int) -> str:
    if len(value) <= first + last:
        return HIDDEN * len(value)
    return value[:first] + HIDDEN * (len(value) - first - last) + value[-last:]
