"""Where booklet and card are to be sent, in a sentence that says so: 社保卡寄到示例路2号，王大妈 138… · 户口簿寄A，社保卡寄B. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from backend.interview.checks import check_address, check_mobile
from backend.interview.reading.found import Found
from backend.interview.reading.normalise import normalise
from backend.interview.reading.people import read_parcel

_THINGS = {
    "booklet": r"户口[簿本]|户籍本|(?:household )?booklet",
    "card": r"社保卡|社会保障卡|市民卡|social (?:security )?card",
}
_SENT = r"(?:邮寄|快递|寄|邮|送|mail|post|send|ship)\s*(?:给我)?\s*(?:到|去|往|回|to)?"
_BOTH = r"(?:和|跟|与|、|,|，|and)\s*"
#: A thing, or both of them, or none, and that it is sent: what follows is where.
_SENDS = re.compile(
    rf"(?:(?P<things>(?:{_THINGS['booklet']}|{_THINGS['card']})(?:{_BOTH}(?:{_THINGS['booklet']}|{_THINGS['card']}))?)"
    rf"(?:的)?(?:也|都|就|请|帮我|给我|邮寄|收件)?(?:{_SENT}|(?:地址)(?:是|:|：)?)|{_SENT})\s*[:：，, ]*",
)


def read_parcels(text: str) -> Mapping[str, Found[Mapping[str, str]]]:
    """By thing (booklet, card, or "" where the words do not say which): address, and recipient and mobile where they are said.

    Only what has a good address: 邮寄 alone says nothing of where.
    """
    plain = normalise(text)
    starts = list(_SENDS.finditer(plain))
    found: dict[str, Found[Mapping[str, str]]] = {}
    for number, start in enumerate(starts):
        end = starts[number + 1].start() if number + 1 < len(starts) else len(text)
        parcel = read_parcel(text[start.end() : end])
        address = check_address(parcel.address).value if parcel.address else None
        if address is None:
            continue
        mobile = check_mobile(parcel.mobile).value if parcel.mobile else None
        parts = {"address": address, "recipient": parcel.recipient, "mobile": mobile}
        said = Found({part: value for part, value in parts.items() if value}, start.end(), end)
        for thing in _things(start["things"] or ""):
            found.setdefault(thing, said)
    return found


def names_thing(plain: str, thing: str) -> bool:
    """True when a normalised text names the booklet or the card."""
    return bool(re.search(_THINGS[thing], plain))


def _things(words: str) -> list[str]:
    return [thing for thing, pattern in _THINGS.items() if re.search(pattern, words)] or [""]
