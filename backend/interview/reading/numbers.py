"""Identity, card, mobile and other long numbers in a text: grouped, full-width, spelled out, or with a slip in them.

What is told apart here decides what is kept in clear, so doubt falls on the side of a number: only dates, and lists of
choices (1 2 3 … 11), are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from backend.interview.reading.as_figures import GAP, as_figures, is_label
from backend.interview.reading.found import Found
from backend.interview.reading.number_kinds import ID_LENGTH, Number, kind_of
from backend.interview.reading.numerals import is_plain_digit, is_run_digit, spelled

#: A run of at least so many figures is a number that must not be kept in clear.
LONG = 9
#: Spelled out in Chinese numerals a shorter run is a selection (一三五七九) or a year.
LONG_IN_CHINESE = 11
#: A piece of a number in groups; shorter figures beside it may be a choice.
SHORTEST_PIECE = 3
#: The largest number of a list of choices: the thirteen materials.
LAST_CHOICE = 13

_GAP = re.compile(GAP)
_GLUE = set(" \t\u3000-‐‑–—―_.·•\ufe0f\u20e3")
#: Other signs than these make sums and sizes as well (500+1200, 30×40): they hold a number together only where one is known
#: by its form, or where there are as many figures as an identity or card number has.
_PLAIN_GAP = re.compile(r"[\w\s\-‐‑–—―.,·•、，。~/\\|:：*()（）\[\]【】\ufe0f\u20e3]*")
LONG_ODDLY = 15
_TIME = re.compile(r"(?<![\d:])(?:[01]?\d|2[0-4]):[0-5]\d(?![\d:])")
_SPLIT_DATE = re.compile(r"(?:19|20)\d\d\s?[-./年]\s?(?:1[0-2]|0?[1-9])(?:\s?[-./月]\s?(?:3[01]|[12]\d|0?[1-9])(?!\d))?(?!\d)")
_CHECK_X = re.compile(r"x(?![a-z0-9])")
_PLAIN_RUN = re.compile(r"\d+")
_WHOLE_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])?")


@dataclass(frozen=True)
class _Group:
    """Adjacent digits; `dated` when they are part of a date, `chinese` when all of them are Chinese numerals."""

    start: int
    end: int
    digits: str
    dated: bool = False
    chinese: bool = False


def find_numbers(text: str) -> list[Found[Number]]:
    """Every long number of `text`, in order, without overlaps. Positions are those of `text`."""
    plain = as_figures(text)
    found: list[Found[Number]] = []
    for row in _rows(plain, _groups(plain, text)):
        found.extend(_in_row(plain, row))
    return found


def _groups(plain: str, original: str) -> list[_Group]:
    dated = [match.span() for match in _SPLIT_DATE.finditer(plain) if not _digit_before(plain, match.start())]
    dated += [match.span() for match in _TIME.finditer(plain)]
    groups: list[_Group] = []
    position = 0
    while position < len(plain):
        if not is_run_digit(plain[position]):
            position += 1
            continue
        end = position + 1
        # ① is most often the label of a choice: each stands for itself, and several may still make up a number.
        while (
            not is_label(original[position]) and end < len(plain) and is_run_digit(plain[end]) and not is_label(original[end])
        ):
            end += 1
        runs = [run.span() for run in _PLAIN_RUN.finditer(plain, position, end)]
        if any(stop - start >= LONG for start, stop in runs):
            # 陈三13800138000: a name that ends in a numeral does not lengthen the number behind it.
            end = runs[0][0] if runs[0][0] > position else runs[0][1]
        group = _group(plain, position, end, dated)
        groups.append(group)
        position = group.end
    return groups


def _group(plain: str, start: int, end: int, dated: list[tuple[int, int]]) -> _Group:
    digits = spelled(plain[start:end])
    chinese = not any(is_plain_digit(character) for character in plain[start:end])
    inside = any(first <= start and end <= last for first, last in dated)
    whole = bool(_WHOLE_DATE.fullmatch(digits))
    if not chinese and _CHECK_X.match(plain, end):
        digits, end = digits + "X", end + 1
    return _Group(start, end, digits, whole or inside, chinese)


def _digit_before(plain: str, position: int) -> bool:
    return position > 0 and is_plain_digit(plain[position - 1])


def _rows(plain: str, groups: list[_Group]) -> Iterator[list[_Group]]:
    """Groups that only gaps separate."""
    row: list[_Group] = []
    for group in groups:
        if row and not _joins(plain[row[-1].end : group.start]):
            yield row
            row = []
        row.append(group)
    if row:
        yield row


def _joins(between: str) -> bool:
    return not between or bool(_GAP.fullmatch(between))


def _in_row(plain: str, row: list[_Group]) -> Iterator[Found[Number]]:
    for groups, known in _merged(plain, _stretches(row)):
        if known:
            yield _number(groups)
        else:
            yield from _leftover(plain, groups)


def _stretches(row: list[_Group]) -> list[tuple[list[_Group], bool]]:
    """The row in parts: groups that make up one known number, and stretches of others between them."""
    parts: list[tuple[list[_Group], bool]] = []
    index = 0
    while index < len(row):
        size = 0 if row[index].dated else _recognised(row[index:])
        if size:
            parts.append((row[index : index + size], True))
        elif parts and not parts[-1][1]:
            parts[-1][0].append(row[index])
        else:
            parts.append(([row[index]], False))
        index += size or 1
    return parts


def _merged(plain: str, parts: list[tuple[list[_Group], bool]]) -> list[tuple[list[_Group], bool]]:
    """A number in pieces with one more piece at it is a longer number with a slip: no piece of it may be left over."""
    merged: list[tuple[list[_Group], bool]] = []
    for groups, known in parts:
        if merged and known != merged[-1][1] and _belong(plain, merged[-1][0], groups):
            before = merged.pop()[0]
            merged.append(([*before, *groups], True))
        else:
            merged.append((groups, known))
    return merged


def _belong(plain: str, before: list[_Group], groups: list[_Group]) -> bool:
    between = plain[before[-1].end : groups[0].start]
    regular = len({len(group.digits) for group in before}) == 1 < len(before) and len(groups) == 1
    if regular and set(between) <= _GLUE and not groups[0].dated and len(groups[0].digits) < len(before[0].digits):
        return True
    pieces = len(before) > 1 or len(groups) > 1
    touching = all(len(group.digits) >= SHORTEST_PIECE and not group.dated for group in (before[-1], groups[0]))
    whole = any(len(group.digits) >= LONG for group in (before[-1], groups[0]))
    return pieces and touching and not whole and set(between) <= _GLUE


def _recognised(row: list[_Group]) -> int:
    """How many groups from the first on are an identity, card or mobile number; the longest wins. 0: none."""
    best = 0
    digits = ""
    for size, group in enumerate(row, 1):
        digits += group.digits
        if len(digits) > ID_LENGTH + 1 or "X" in digits[:-1]:
            break
        if kind_of(digits) != "number" and not _is_list(row[:size]):
            best = size
    return best


def _number(groups: list[_Group]) -> Found[Number]:
    digits = "".join(group.digits for group in groups)
    return Found(Number(kind_of(digits), digits), groups[0].start, groups[-1].end)


def _leftover(plain: str, groups: list[_Group]) -> Iterator[Found[Number]]:
    """Numbers with a slip in them: every stretch that is long enough and neither dates nor a list of choices."""
    stretch: list[_Group] = []
    for group in [*groups, None]:
        if group and _continues(plain, stretch, group):
            stretch.append(group)
            continue
        if _is_long(plain, stretch):
            yield _number(stretch)
        stretch = [group] if group and not group.dated else []


def _continues(plain: str, stretch: list[_Group], group: _Group) -> bool:
    if not stretch:
        return False
    between = plain[stretch[-1].end : group.start]
    complete = sum(len(part.digits) for part in stretch) >= LONG
    if complete and not set(between) <= _GLUE and _PLAIN_GAP.fullmatch(between):
        return False
    # A birth date inside a mistyped identity number is no date; one that follows a short number is.
    return not group.dated or (len(stretch[0].digits) >= 5 and set(between) <= _GLUE)


def _is_long(plain: str, groups: list[_Group]) -> bool:
    digits = sum(len(group.digits.rstrip("X")) for group in groups)
    if digits < LONG or _is_list(groups):
        return False
    if digits < LONG_ODDLY and not _PLAIN_GAP.fullmatch(plain, groups[0].start, groups[-1].end):
        return False
    return digits >= LONG_IN_CHINESE or not all(group.chinese for group in groups)


def _is_list(groups: list[_Group]) -> bool:
    """True for several different numbers from 1 to 13 in a row: a choice, not a number in pieces."""
    values = [int(group.digits) for group in groups if group.digits.isdigit() and not group.digits.startswith("0")]
    return 1 < len(groups) == len(values) == len(set(values)) and max(values) <= LAST_CHOICE
