"""What the intent classifier sees of a text, as counted features in channels. Pure.

Channels, each scaled on its own before they are put side by side:
  c  character 1- to 4-grams of the text, with its beginning and end marked;
  p  1- to 3-grams of toneless pinyin syllables, so that homophones (社宝卡) and typed pinyin (shebaoka) meet the word;
  g  1- to 3-grams of the text in which the words of data/lookups (banks, counties, ways to say that something is lost, …)
     became the name of their list, so that what was learnt from one bank holds for all;
  k  those lists by themselves, alone, in pairs and in order, whatever stands between: what the text is about.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from bot.normalise import normalise, symbols

CHANNELS = ("c", "p", "g", "k")
START, END = "\ue010", "\ue011"
# A question mark tells a question from a statement; the rest of the punctuation tells nothing.
NOISE = re.compile(r"[\s,.。、;:：；!！~…\"“”()（）\[\]【】《》<>|·\-_—+=*#@&^`{}\\/]+")
DIGIT = re.compile(r"\d")
LATIN = re.compile(r"[a-z]+")
BLANK = re.compile(r"(?<![a-z]) | (?![a-z])")
LIST_SYMBOL = 0xE020
FIRST_LIST = chr(LIST_SYMBOL)


@dataclass(frozen=True)
class Tables:
    """What feature extraction needs besides the text: `pinyin` character → toneless syllable, `lists` name → its words."""

    pinyin: Mapping[str, str]
    lists: Mapping[str, Sequence[str]]
    syllables: frozenset[str] = field(init=False)
    _symbol_of: Mapping[str, str] = field(init=False)
    _sizes: Sequence[int] = field(init=False)

    def __post_init__(self) -> None:
        symbol_of = {
            normalise(word): chr(LIST_SYMBOL + number)
            for number, name in enumerate(sorted(self.lists))
            for word in self.lists[name]
        }
        object.__setattr__(self, "syllables", frozenset(self.pinyin.values()))
        object.__setattr__(self, "_symbol_of", symbol_of)
        object.__setattr__(self, "_sizes", sorted({len(word) for word in symbol_of}, reverse=True))

    def name_lists(self, text: str) -> str:
        """`text` with each word of a list replaced by the symbol of its list, the longest first."""
        result: list[str] = []
        position = 0
        while position < len(text):
            for size in self._sizes:
                symbol = self._symbol_of.get(text[position : position + size])
                if symbol and _stands_alone(text, position, position + size):
                    break
            else:
                symbol, size = text[position], 1
            result.append(symbol)
            position += size
        return "".join(result)

    def spell(self, text: str) -> list[str]:
        """The syllables of `text`; typed pinyin is cut into syllables, other characters stand for themselves."""
        result: list[str] = []
        position = 0
        for found in LATIN.finditer(text):
            result += self._sounds_of(text[position : found.start()])
            result += self._cut(found[0])
            position = found.end()
        return result + self._sounds_of(text[position:])

    def _sounds_of(self, text: str) -> list[str]:
        return [self.pinyin.get(character, character) for character in text if character != " "]

    def _cut(self, letters: str) -> list[str]:
        """`letters` as syllables, the longest first; what is no pinyin stays one word."""
        parts: list[str] = []
        rest = letters
        while rest:
            syllable = next((rest[:size] for size in range(min(6, len(rest)), 0, -1) if rest[:size] in self.syllables), None)
            if syllable is None:
                return [letters]
            parts.append(syllable)
            rest = rest[len(syllable) :]
        return parts


def _is_latin(text: str, position: int) -> bool:
    return 0 <= position < len(text) and "a" <= text[position] <= "z"


def _stands_alone(text: str, start: int, end: int) -> bool:
    """True unless text[start:end] is part of a longer Latin word."""
    cut_before = _is_latin(text, start) and _is_latin(text, start - 1)
    return not cut_before and not (_is_latin(text, end - 1) and _is_latin(text, end))


def plain(text: str) -> str:
    """`text` as the channels read it: normalised, secrets as symbols, no punctuation but question marks, no blanks but
    those between Latin words."""
    text = NOISE.sub(" ", symbols(normalise(text)).replace("？", "?"))
    return BLANK.sub("", text.strip())


def _grams(units: Sequence[str], longest: int, prefix: str) -> Iterable[str]:
    for size in range(1, longest + 1):
        for start in range(len(units) - size + 1):
            yield prefix + " ".join(units[start : start + size])


def _topics(named: str) -> Counter[str]:
    """The lists that a text touches and whether it asks: in order with beginning and end, and in pairs in any order."""
    topics = [START, *(character for character in named if character >= FIRST_LIST or character == "?"), END]
    pairs = combinations(sorted(set(topics[1:-1])), 2)
    return Counter({*_grams(topics, 3, "k"), *(f"k&{one}{other}" for one, other in pairs)})


def extract(text: str, tables: Tables) -> dict[str, Counter[str]]:
    """Feature counts of `text` for each channel."""
    base = plain(text)
    # Which number it is matters to few intents (88 is a farewell): one channel is enough for that.
    unnumbered = DIGIT.sub("0", base)
    named = tables.name_lists(unnumbered)
    return {
        "c": Counter(_grams([START, *base, END], 4, "c")),
        "p": Counter(_grams([START, *tables.spell(unnumbered), END], 3, "p")),
        "g": Counter(_grams([START, *named, END], 3, "g")),
        "k": _topics(named),
    }
