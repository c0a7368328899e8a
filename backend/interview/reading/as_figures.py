"""Figures as people write them, brought to one form before numbers are looked for; lengths never change. Pure.

What is read here: ①③⑧ and other figures in a shape, radio talk (幺三八洞洞, spoken so in the forces), the letters o and l
among figures, x between groups, and whatever signs stand between two groups of a number.
"""

from __future__ import annotations

import re
import unicodedata

from backend.interview.reading.normalise import same_width
from backend.interview.reading.numerals import DIGITS, digit_of

#: What may stand between two groups of a number: anything that is no letter, figure or character (U+0000 is what was cut out).
GAP = r"(?:(?!\0)[\W_]){1,12}"

#: Read as digits only within a long row of digits, and not where they end or begin a word (入伍, 什么, 陆军).
_RADIO = {"洞": "零", "○": "零", "拐": "七", "勾": "九", "么": "一", "陆": "六", "伍": "五"}
_WORD = re.compile(
    r"(?<=[入退队])伍|(?<=[什怎那这多要])么|(?<=[大登])陆|陆(?=[军战])|(?<=打)勾|勾(?=[选上])|么(?![\d"
    + "".join(DIGITS)
    + r"])"
)
_DIGIT = "0-9" + "".join(DIGITS)
_ROW = re.compile(rf"[{_DIGIT}](?:(?:{GAP})?[{_DIGIT}]){{8,}}")
_RUN_OF_FIGURES = re.compile(r"\d{9}")
_LETTER_O = re.compile(r"(?<=\d)o+(?=\d)|(?<=\d)o+(?![a-z0-9])|(?<![a-z0-9])o+(?=\d)")
_LETTER_L = re.compile(r"(?<=\d)l(?=\d)")
_X_BETWEEN = re.compile(r"(?<=\d{3})x(?=\d{3})")


def as_figures(text: str) -> str:
    """`text` as `normalise.same_width` has it, with every way of writing a figure as a digit or a Chinese numeral."""
    plain = "".join(
        _digit_in_shape(character) if is_label(character) else narrow
        for character, narrow in zip(text, same_width(text), strict=True)
    )
    plain = _LETTER_O.sub(lambda match: "0" * len(match[0]), plain)
    plain = _X_BETWEEN.sub("×", _LETTER_L.sub("1", plain))
    return _ROW.sub(lambda row: _spoken(plain, row), plain)


def is_label(character: str) -> bool:
    """True for a figure in a shape: ①, ❶, ⒈; they mostly stand before a choice."""
    return not character.isdecimal() and digit_of(character) is None and unicodedata.digit(character, None) is not None


def _digit_in_shape(character: str) -> str:
    return str(unicodedata.digit(character))


def _spoken(plain: str, row: re.Match[str]) -> str:
    # A whole number in figures needs no more of them: 13800138000么 asks something.
    if _RUN_OF_FIGURES.search(row[0]):
        return row[0]
    words = {match.start() for match in _WORD.finditer(plain, max(row.start() - 1, 0), row.end() + 1)}
    return "".join(
        character if row.start() + offset in words else _RADIO.get(character, character)
        for offset, character in enumerate(row[0])
    )
