"""What is typed where a name was asked and is the name of something else: a bank, a place, a level of education. Pure."""

from __future__ import annotations

import re

from backend.interview.reading.lexicon import Lexicon
from backend.interview.reading.places import outside_fujian

_ANSWERS_ANOTHER = re.compile(
    r"(?:中共|预备|共产)?党员|(?:共青)?团员|群众|义务兵|军士|士官|[上中下]士|列兵|上等兵|自主就业|自取|自己取|邮寄|快递|本地|外地|当地|集中移交|居民|灵活就业|城乡居民"
    r"|安置地|同意|全部|(?:都|全)?齐(?:了|全)?|都[要办行对有]|金门|安全"
)
_ENDS_AS_PLACE = re.compile(r"(?:[省市县区镇乡村路街]|街道)$")
#: No name without a dot is longer; in a longer text any such word shows that it is a sentence.
LONGEST = 4


def is_something_else(plain: str, words: Lexicon) -> bool:
    """True when a normalised text is one of those names, or answers another question: 农行, 晋江, 大专, 党员, 自取."""
    plain = plain.strip(" 。.，,！!")
    if outside_fujian(plain) or _ENDS_AS_PLACE.search(plain) or _ANSWERS_ANOTHER.fullmatch(plain):
        return True
    kinds = (words.bare_banks, words.education, words.counties, words.cities)
    found = [one for names in kinds for one in names.find(plain)]
    if any((one.start, one.end) == (0, len(plain)) or len(plain) > LONGEST for one in found):
        return True
    return any(plain in option.names for option in words.matters)
