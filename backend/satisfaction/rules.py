"""The scale, and reading an answer that was typed. Our own reading: the notice asks for no scale. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from backend.locale.text import T, Text

#: Best first. The score is also the number to reply with, so that a 5 means the best whichever way it is read.
SCALE: Mapping[int, Text] = {5: T("很满意"), 4: T("满意"), 3: T("一般"), 2: T("不太满意"), 1: T("不满意")}
#: An answer can be changed once more.
MOST_CHANGES = 1
LONGEST_WORDS = 500

_SAID = {
    5: r"(?:非常|很|特别|十分|超|挺|相当|都很)满意|very satisfied",
    4: r"(?:还算|还|比较|基本)?满意|satisfied",
    3: r"一般(?:般)?|还行|还可以|马马虎虎|so-?so|neutral",
    2: r"(?:不太|不怎么|不大|有点不)满意|rather dissatisfied",
    1: r"(?:很不|非常不|特别不|极不|不)满意|dissatisfied",
}
_ANSWER = re.compile(
    "(?:" + "|".join(f"(?P<s{score}>{words})" for score, words in _SAID.items()) + r")(?:了|的|吧|啊|呀|哦)?"
    r"(?:[\s,.!~;、。,]+(?P<more>.*))?",
    re.IGNORECASE | re.DOTALL,
)
_DIGIT = re.compile(r"([1-5])\s*分?\s*[.!。]*")
_NOTHING = re.compile(
    r"(?:没有?|没啥|没什么|无|不用|不写|算了|好的?|行|嗯+|哦|ok|no|nothing|none)"
    r"(?:了|要说的?|可说的?|别的|意见|想法|写的?|谢谢|[\s,.!~。])*",
    re.IGNORECASE,
)


#: What people say of how they were served.
_OPINION = re.compile(
    r"满意|态度|服务|辛苦|麻烦|方便|省心|省事|太慢|很慢|很快|挺快|真快|跑了|白跑|来回跑|给力|点赞|好评|差评|建议|改进|挺好|很好|不错"
)


@dataclass(frozen=True)
class Answer:
    """A score, and what was written after it."""

    score: int
    words: str = ""


def read_answer(text: str, digits: bool) -> Answer | None:
    """The answer that a message is; None when it is about something else. `digits`: a bare number counts too."""
    said = unicodedata.normalize("NFKC", text).strip()
    if digits and (number := _DIGIT.fullmatch(said)):
        return Answer(int(number[1]))
    found = _ANSWER.fullmatch(said)
    if found is None:
        return None
    (score,) = (each for each in SCALE if found[f"s{each}"])
    return Answer(score, (found["more"] or "").strip())


def is_opinion(text: str) -> bool:
    """True where the words speak of how it went."""
    return _OPINION.search(text) is not None


def is_nothing(text: str) -> bool:
    """True for who has nothing to add."""
    return _NOTHING.fullmatch(unicodedata.normalize("NFKC", text).strip()) is not None
