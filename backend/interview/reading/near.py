"""Near names: what was meant where a name of four characters or more has one slip in it, or sounds the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

# Characters that an input method or the ear confuses, by sound. Only whole names are compared, so chance hits are rare.
_SOUNDS = (
    "保宝堡报饱", "卡咔喀", "户护互沪", "口囗扣叩", "社设射摄", "金今斤", "农浓侬", "行杭航", "移易疑宜", "党挡档", "员圆园元",
    "助住注祝柱", "恢灰辉挥", "复付负覆", "养仰氧", "老佬姥", "医衣依伊", "退推腿", "役疫", "伍五武", "转专砖", "续绪序叙", "培陪赔",
    "训迅", "调掉", "研言", "业叶夜", "职直值", "年念", "关官", "系细", "组祖", "织职之", "申身伸", "领岭", "落洛络", "登灯", "记纪计",
)  # fmt: skip
_SOUND = {character: group[0] for group in _SOUNDS for character in group}
_SHORTEST_SLIP = 4
#: Slips are looked for in short texts only: a long one is a story, and every window of it would be compared.
LONGEST_CHOICE = 120


def near_names(text: str, pattern: re.Pattern[str], names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """(as written, name meant) for slips in the stretches of `text` that `pattern` leaves; the longest names first."""
    if len(text) > LONGEST_CHOICE:
        return
    taken = pattern.sub("\0", text)
    for name in _sorted(names):
        for written in _close(taken, name):
            taken = taken.replace(written, "\0")
            yield written, name


@lru_cache(maxsize=64)
def _sorted(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted((name for name in names if len(name) >= 2 and not name.isascii()), key=len, reverse=True))


def _sounds(text: str) -> str:
    return "".join(_SOUND.get(character, character) for character in text)


@lru_cache(maxsize=2048)
def _family(name: str) -> frozenset[str]:
    """The characters of `name` and those that sound like them: a text without most of them cannot be near it."""
    return frozenset(name).union(*(group for group in _SOUNDS if set(group) & set(name)))


def _close(text: str, name: str) -> list[str]:
    size = len(name)
    if sum(character in _family(name) for character in text) < min(size, 3) - 1:
        return []
    heard = _sounds(name)
    found: list[str] = []
    for length in (size, size + 1, size - 1):
        for start in range(len(text) - length + 1):
            window = text[start : start + length]
            if "\0" in window:
                continue
            sounds_alike = length == size and _sounds(window) == heard
            if sounds_alike or (size >= _SHORTEST_SLIP and length >= 3 and within_one(window, name)):
                found.append(window)
    return list(dict.fromkeys(found))


def within_one(written: str, name: str) -> bool:
    """True when one character put in, left out, changed, or two neighbours swapped make one of the other."""
    if abs(len(written) - len(name)) > 1:
        return False
    if len(written) == len(name):
        wrong = [index for index, pair in enumerate(zip(written, name, strict=True)) if pair[0] != pair[1]]
        if len(wrong) == 2 and wrong[1] == wrong[0] + 1:
            return written[wrong[0]] == name[wrong[1]] and written[wrong[1]] == name[wrong[0]]
        return len(wrong) <= 1
    short, long = sorted((written, name), key=len)
    # The first and last character must stand, or every prefix of a name would be near it.
    return (
        short[0] == long[0]
        and short[-1] == long[-1]
        and any(long[:i] + long[i + 1 :] == short for i in range(1, len(long) - 1))
    )
