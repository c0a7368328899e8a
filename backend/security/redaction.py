"""Secrets out of what people type, before anything is stored in clear or sent to Rasa. Pure.

Identity, card, mobile and other long numbers become tokens «id:1», «card:2», «mobile:3», «number:4»; the hub keeps what they
stand for, encrypted. So does, «code:5», a one-time code while one is awaited. A unit's designation becomes «unit» and is kept
nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from backend.interview.reading.as_figures import as_figures
from backend.interview.reading.found import cut
from backend.interview.reading.numbers import find_numbers
from backend.interview.reading.numerals import is_run_digit, spelled
from backend.security.masking import HIDDEN, mask_card_in_text, mask_id_number, mask_mobile, mask_number
from backend.security.units import find_units

UNIT = "«unit»"
#: What is shown where a designation was cut out.
UNIT_SHOWN = "***"
TOKEN = re.compile(r"«(id|card|mobile|number|code):([1-9]\d{0,8})»")
_MASKS: dict[str, Callable[[str], str]] = {
    "id": mask_id_number,
    "card": mask_card_in_text,
    "mobile": mask_mobile,
    "number": mask_number,
    "code": lambda code: HIDDEN * len(code),
}
#: Figures that may be a one-time code, a figure too many or too few among them, however they are grouped.
_CODE = re.compile(r"(?<![0-9])[0-9](?:[ \t\-.,·、，]{0,2}[0-9]){4,7}(?![0-9])")
#: An application's own number, TY-3501-26-000123.
OUR_NUMBER = re.compile(r"TY-\d{4}-\d{2}-\d{6}")
#: A mistyped identity or card number has about so many figures.
SHORTEST_SECRET = 15
# What a person types must never pass for a token of ours.
_BRACKETS = str.maketrans("«»", "‹›")


def redact(text: str, take: Callable[[str, str], int], codes: bool = False) -> str:
    """`text` with tokens for its secrets. `take(kind, value)` keeps a value (ASCII digits, X in upper case) and gives its k.

    Kinds are id, card, mobile, number and, with `codes` (a one-time code is awaited), code. Guillemets that were typed become
    single ones.
    """
    text = text.translate(_BRACKETS)
    numbers = find_numbers(text)
    without = cut(text, [(number.start, number.end) for number in numbers])
    pieces: list[tuple[int, int, str, str]] = [(each.start, each.end, each.value.kind, each.value.digits) for each in numbers]
    if codes:
        awaited = find_codes(without)
        pieces += [(start, end, "code", digits) for start, end, digits in awaited]
        without = cut(without, [(start, end) for start, end, _ in awaited])
    pieces += [(start, end, "", "") for start, end in find_units(without)]
    parts: list[str] = []
    position = 0
    for start, end, kind, digits in sorted(pieces):
        token = f"«{kind}:{take(kind, digits)}»" if kind else UNIT
        parts += [text[position:start], token]
        position = end
    return "".join([*parts, text[position:]])


def find_codes(text: str) -> list[tuple[int, int, str]]:
    """Where figures stand that may be a one-time code, and its digits: 123456, １２３ ４５６, 一二三四五六."""
    plain = as_figures(text)
    figures = "".join(spelled(each) if is_run_digit(each) else each for each in plain)
    return [(match.start(), match.end(), re.sub(r"[^0-9]", "", match[0])) for match in _CODE.finditer(figures)]


def redacted_if_plain(text: str, codes: bool = False) -> str | None:
    """As `redact`, where there is no number that is a secret; else None."""
    found: list[str] = []

    def take(kind: str, _value: str) -> int:
        found.append(kind)
        return 0

    redacted = redact(text, take, codes)
    return None if found else redacted


def mask_numbers(text: str, public: Collection[str] = ()) -> str:
    """`text` with the identity, card and mobile numbers in it masked, mistyped ones too; for what we say ourselves.

    Application numbers, what is `public` (a window's telephone) and shorter figures (a parcel's number) stay.
    """
    parts: list[str] = []
    position = 0
    ours = [match.span() for match in OUR_NUMBER.finditer(text)]
    ours += [match.span() for each in public if each for match in re.finditer(re.escape(each), text)]
    for number in find_numbers(cut(text, ours)):
        if number.value.kind == "number" and len(number.value.digits) < SHORTEST_SECRET:
            continue
        parts += [text[position : number.start], _MASKS[number.value.kind](number.value.digits)]
        position = number.end
    return "".join([*parts, text[position:]])


def has_unit(text: str) -> bool:
    """True when a redacted text had a unit's designation in it."""
    return UNIT in text


def has_token(text: str) -> bool:
    """True when a redacted text had a number in it."""
    return TOKEN.search(text) is not None


def restore(text: str, lookup: Callable[[int], str]) -> str:
    """A redacted text with its numbers in full; `lookup(k)` gives what was kept. A designation does not come back."""
    return TOKEN.sub(lambda token: lookup(int(token[2])), text)


def mask_text(text: str, lookup: Callable[[int], str]) -> str:
    """A redacted text as its writer sees it again: 3501**********1234, 6222 **** 5702, 138****1234."""
    masked = TOKEN.sub(lambda token: _MASKS[token[1]](lookup(int(token[2]))), text)
    return masked.replace(UNIT, UNIT_SHOWN)
