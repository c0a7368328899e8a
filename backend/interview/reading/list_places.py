"""Where something stands on a list: the last two, the first three, the odd ones; and numbers as words. Pure."""

from __future__ import annotations

import re

from backend.interview.reading.numerals import count_of

ENGLISH_NUMBERS = {
    w: n
    for n, w in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"), 1
    )
}


def by_place(match: re.Match[str], every: tuple[str, ...]) -> tuple[str, ...]:
    """What is chosen by where it stands on the list: the last two, the first three, the odd ones."""
    if match["last_of"]:
        place = value_of(match["last_place"])
        return (every[-place],) if place <= len(every) else ()
    if match["tail"]:
        return every[-value_of(match["tail_count"] or "1") :]
    if match["head"]:
        return every[: value_of(match["head_count"])]
    if match["middle"]:
        count = min(value_of(match["middle_count"]), len(every))
        start = (len(every) - count) // 2
        return every[start : start + count]
    if match["odd"] or match["even"]:
        return every[1 if match["even"] else 0 :: 2]
    if match["ends"]:
        return (every[0], every[-1])
    return every[:1] if match["first"] else ()


def value_of(said: str) -> int:
    if said in ("俩", "仨"):
        return 2 if said == "俩" else 3
    if said in ENGLISH_NUMBERS:
        return ENGLISH_NUMBERS[said]
    value = count_of(said)
    return value if value is not None else int(said) if said.isdigit() and len(said) < 6 else 0
