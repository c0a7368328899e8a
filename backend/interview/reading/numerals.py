"""Chinese numerals: spelled-out digits (二〇二六, 一三八零零…, 幺) and small counts (十一, 两, 廿)."""

from __future__ import annotations

import unicodedata

DIGITS = {
    "零": 0, "〇": 0, "○": 0, "洞": 0, "一": 1, "壹": 1, "幺": 1, "么": 1, "二": 2, "贰": 2, "两": 2, "三": 3, "叁": 3,
    "四": 4, "肆": 4, "五": 5, "伍": 5, "六": 6, "陆": 6, "七": 7, "柒": 7, "拐": 7, "八": 8, "捌": 8, "九": 9, "玖": 9, "勾": 9,
}  # fmt: skip
# 么 is a particle, 洞 拐 勾 are radio talk, 陆 (Army) and 伍 (入伍) are words: only whole runs of others make them digits.
_ONLY_IN_RUNS = frozenset("么洞拐勾陆伍○")
COUNT = "零一二三四五六七八九十两廿"


def digit_of(character: str) -> int | None:
    """0 to 9 for a digit in any script or a Chinese numeral, None otherwise; circled digits are labels, not digits."""
    if character in DIGITS:
        return DIGITS[character]
    return unicodedata.decimal(character, None) if character.isdecimal() else None


def is_plain_digit(character: str) -> bool:
    """True for 0 to 9 of any script; never for a Chinese numeral."""
    return character.isdecimal()


def is_run_digit(character: str) -> bool:
    """True for a character that is a digit by itself; 么, 洞, 拐, 勾, 陆, 伍 are not."""
    return digit_of(character) is not None and character not in _ONLY_IN_RUNS


def spelled(characters: str) -> str:
    """ASCII digits for a run of digit characters of any kind."""
    return "".join(str(digit_of(character)) for character in characters)


def count_of(text: str) -> int | None:
    """0 to 99 for "7", "十", "十一", "二十一", "两", "廿一" (any script); None for anything else."""
    if not text:
        return None
    if all(is_plain_digit(character) for character in text):
        return int(spelled(text)) if len(text) <= 2 else None
    text = text.replace("廿", "二十")
    if "十" not in text:
        return DIGITS.get(text)
    tens, _, ones = text.partition("十")
    if (tens and tens not in DIGITS) or (ones and ones not in DIGITS):
        return None
    if DIGITS.get(tens) == 0 or DIGITS.get(ones) == 0:
        return None
    return DIGITS.get(tens, 1) * 10 + DIGITS.get(ones, 0)
