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


#: 寄到家里: at home, wherever that is.
_HOME = re.compile(r"\s*(?:我|我们)?(?:家里?|老家|家庭住址|home)(?:就行|就好|吧|里)?\s*(?:$|[，,。;；!！])")


def read_parcels(text: str, home: str | None = None) -> Mapping[str, Found[Mapping[str, str]]]:
    """By thing (booklet, card, or "" where the words do not say which): address, and recipient and mobile where they are said.

    Only what has a good address: 邮寄 alone says nothing of where. `home` is the veteran's own, for 寄到家里.
    """
    plain = normalise(text)
    starts = list(_SENDS.finditer(plain))
    found: dict[str, Found[Mapping[str, str]]] = {}
    for number, start in enumerate(starts):
        end = starts[number + 1].start() if number + 1 < len(starts) else len(text)
        parcel = read_parcel(text[start.end() : end])
        address = check_address(parcel.address).value if parcel.address else None
        if _HOME.match(plain, start.end(), end):
            address = home
        if address is None:
            continue
        mobile = check_mobile(parcel.mobile).value if parcel.mobile else None
        parts = {"address": address, "recipient": parcel.recipient, "mobile": mobile}
        said = Found({part: value for part, value in parts.items() if value}, start.end(), end)
        for thing in _things(start["things"] or ""):
            found.setdefault(thing, said)
    return found


def sends_apart(text: str) -> bool:
    """True for 户口本寄我家，社保卡寄公司: two things, two places, whether or not these are addresses."""
    plain = normalise(text)
    starts = [start for start in _SENDS.finditer(plain) if start["things"]]
    if len(starts) < 2:
        return False
    things = [_things(start["things"]) for start in starts]
    ends = [*(start.start() for start in starts[1:]), len(plain)]
    places = [plain[start.end() : end].strip(" ，,。也都") for start, end in zip(starts, ends, strict=True)]
    return len({thing for each in things for thing in each}) > 1 and len(set(places)) > 1 and all(places)


def _things(words: str) -> list[str]:
    return [thing for thing, pattern in _THINGS.items() if re.search(pattern, words)] or [""]
