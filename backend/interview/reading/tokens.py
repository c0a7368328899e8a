"""The tokens of a choice: numbers, ranges, names and near names of the options, and the words that sign them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from backend.interview.reading.list_places import ENGLISH_NUMBERS, by_place, value_of
from backend.interview.reading.near import near_names
from backend.interview.reading.normalise import normalise
from backend.interview.reading.numerals import count_of
from backend.interview.reading.plain_choice import NUMBER, plain_text

#: The most figures that are read as one number; a longer run is a list without gaps (1310) or no choice at all.
_LONGEST_RUN = 17


@dataclass(frozen=True)
class Option:
    """One thing to choose: its number on the list, its code, and every name people use for it."""

    number: int
    code: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Token:
    """`item`s carry codes; `numbered` when chosen by number. `mark`: a separator that is written, as against a space."""

    kind: str
    codes: tuple[str, ...] = ()
    numbered: bool = False
    mark: bool = False


_COUNT = r"(?:\d|[一二两俩三仨四五六七八九]|one|two|three|four|five|six)"
_UNIT = r"(?:个|项|样|件|条|种|件事|门)"
_WORDINGS: tuple[tuple[str, str], ...] = (
    ("outside", r"除外|以外|之外"),
    (
        "except",
        r"除了|除开|除去|除掉|除|不包括|不包含|不含|不算|except(?: for)?|apart from|besides|excluding|(?<=all )but(?! not)|(?<=everything )but(?! not)",
    ),
    (
        "neither",
        r"(?:全部?|都|一个|一样|一项|一件)(?:也|都)?(?:不(?:要|办|用|需要|选|弄)|没有?|先不办?)(?:了)?|none(?: of (?:them|these))?|nothing|neither",
    ),
    (
        "negative",
        r"(?:先|就|都|也|暂时)?不(?:要|办|用|需要|想要?|想办|选|弄|做|填|转|参加|登记|打算办?)(?:办|要)?(?:了)?|别(?:给我)?(?:办|要|选)?|去掉|去除|删掉|删除|删了|删|取消|减掉|减去|划掉|拿掉|剔除"
        r"|免了|算了|(?:(?<=年金)|(?<=年金转移)|(?<=组织关系))我?也?没有|不是我的|(?<![a-z])(?:not|no|without|drop|remove|delete|skip|minus|don't (?:want|need)|do not (?:want|need)|leave out)(?![a-z])",
    ),
    (
        "add",
        r"再加上?|再增加|加上|加个|另外(?:再)?(?:要|办|加)?|还(?:要|想)(?:再)?(?:办|加)?|也(?:要|办|想办|加上|选)(?:上)?|追加|增加|添加|添上|补上|再(?:办|要|选|来)"
        r"|(?<![a-z])(?:add|plus|also|as well|too)(?![a-z])",
    ),
    ("only", r"(?:只|仅|就|光)(?:要|差|领|办|选|需要|想办|弄|做|是|留|保留)|只有|仅仅?|(?<![a-z])(?:only|just)(?![a-z])"),
    ("others", r"其[他它余](?:的)?|剩(?:下|余)的?|别的|另外的|余下的?|(?:the )?(?:rest|others?)(?![a-z])"),
    (
        "every",
        r"全部|全套|所有(?:的)?|一条龙|[拢隆]总|拢(?=要|办|选)|每[一]?[项个样](?:都)?|(?<![a-z])(?:all(?: of (?:them|it|these))?|everything|every one)(?![a-z])",
    ),
    ("both", r"(?:我?(?:全|统统|通通|一律|一并|全都|都))(?:给我)?(?:要|办|选|需要|弄|勾上?|整|来|做|留|有|齐)?(?:了|上|理)?"),
    (
        "positive",
        r"[换改]成|想要|想办|需要|要办|办理|申请|办|要|选|保留|留着|留|(?<![a-z])(?:want|need|choose|pick|keep|yes|do)(?![a-z])",
    ),
    ("turn", r"¦"),
    ("break", r"[，,。;；！!\n]+|(?<![a-z])but(?![a-z])"),
    ("separator", r"[、/+&|·.]+|和|跟|与|及|以及|还有|同|加|(?<![a-z])(?:and|or)(?![a-z])"),
)
_MARKERS = "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _WORDINGS)
_TO = r"(?:-|–|—|~|～|到|至|直到|\bto\b|\bthrough\b|\bthru\b)+"
_PLACES = (
    rf"(?P<last_of>倒数第(?P<last_place>{_COUNT})(?:{_UNIT})?)"
    rf"|(?P<tail>(?:(?:the\s+)?last|最后|末尾?|后面?|倒数(?!第))\s*(?:的|那|这)?\s*(?P<tail_count>{_COUNT})\s*(?:{_UNIT})?|最后|(?:the\s+)?last(?: one)?)"
    rf"|(?P<head>(?:最?前面?|头|(?:the\s+)?first)\s*(?:的|那|这)?\s*(?P<head_count>1\d|十一?|{_COUNT})\s*(?:{_UNIT})?(?!\s*(?:到|至)))"
    rf"|(?P<middle>(?:正)?中间\s*(?:的|那|这)?\s*(?P<middle_count>{_COUNT})\s*(?:{_UNIT})?)"
    r"|(?P<ends>首尾|头尾|一头一尾)|(?P<odd>单数|奇数)|(?P<even>双数|偶数)"
    r"|(?P<first>(?:the\s+)?first(?: one)?|最前|开头)"
)
_BESIDE = (
    rf"(?P<onward>(?:第|从)*\s*(?P<onward_from>{NUMBER})\s*(?:号|{_UNIT})?\s*(?P<exclusive>以后|之后|往后|后面)?(?(exclusive)|开始))"
    rf"|(?P<before>第?\s*(?P<before_what>{NUMBER})\s*(?:号|{_UNIT})?\s*(?:以前|之前|前面))(?!\s*\d)"
    rf"|(?P<whole>(?P<whole_count>\d\d|十[一二三四五六七八九]?)\s*{_UNIT}\s*(?=都|全|统统|通通))"
)
_RANGE = rf"(?P<range>(?:第|从)*\s*(?P<from>{NUMBER})\s*(?:号|{_UNIT})?\s*{_TO}\s*第?\s*(?P<to>{NUMBER})(?!\s*[-–—~]\s*\d)\s*(?:号|{_UNIT})?)"
_ORDINAL = rf"(?P<ordinal>(?:第|no\.?|number|#)\s*(?P<place>{NUMBER})\s*(?:号|{_UNIT})?)"
_COUNTED = rf"(?P<counted>(?:这|那|共|总共|一共)?(?:{_COUNT}|几|俩)\s*{_UNIT}|俩)"
_WORD_NUMBER = rf"(?P<word>(?<![a-z])(?:{'|'.join(sorted(ENGLISH_NUMBERS, key=len, reverse=True))})(?![a-z]))"
# The stem of several names: 医保那两个. A bare stem is every option that has it.
_STEMS = ("医保", "养老", "转移", "户口", "社保", "补助", "年金", "参保", "党团", "组织关系", "医疗", "保险")
_WIDENING = re.compile(rf"\s*(?:的|相关的)?\s*(?:那|这)?\s*(?:(?:两|2|二|三|3|几|俩)\s*{_UNIT}?|都|全)")


def tokens_of(text: str, options: Sequence[Option]) -> tuple[list[Token], list[str]]:
    """The tokens of `text`, and the numbers in it that no option has."""
    reader = _Reader(plain_text(text), tuple(options))
    return list(reader.tokens()), reader.unknown


def _with_stem(stem: str, options: Sequence[Option]) -> list[str]:
    """Options with `stem` in the official or the everyday name; only if there are none, in any name (医保卡 is no 医保)."""
    official = [option.code for option in options if any(stem in name for name in option.names[:2])]
    return official or [option.code for option in options if any(stem in normalise(name) for name in option.names)]


@lru_cache(maxsize=64)
def _names(options: tuple[Option, ...]) -> dict[str, tuple[str, ...]]:
    """Each name, normalised, with the codes it may mean."""
    names: dict[str, dict[str, None]] = {}
    for option in options:
        for name in option.names:
            names.setdefault(normalise(name), {})[option.code] = None
    for stem in _STEMS:
        if stem not in names:
            having = _with_stem(stem, options)
            if having:
                names[stem] = dict.fromkeys(having)
    return {name: tuple(codes) for name, codes in names.items() if name}


@lru_cache(maxsize=64)
def _pattern(options: tuple[Option, ...]) -> re.Pattern[str]:
    def bounded(name: str) -> str:
        return rf"(?<![a-z]){re.escape(name)}(?![a-z])" if name.isascii() else re.escape(name)

    names = "|".join(bounded(name) for name in sorted(_names(options), key=len, reverse=True))
    parts = [rf"(?P<name>{names})" if names else None, _BESIDE, _RANGE, _ORDINAL, _PLACES, _WORD_NUMBER]
    parts += [
        rf"(?P<listed>(?<=[、和跟与及,，/])\s*(?:{NUMBER})\s*[项样个])",
        _COUNTED,
        rf"(?P<number>{NUMBER})号?",
        _MARKERS,
    ]
    return re.compile("|".join(part for part in parts if part))


class _Reader:
    """One pass over the text; near names are looked for in what no pattern matched."""

    def __init__(self, text: str, options: tuple[Option, ...]) -> None:
        self.options = options
        self.by_number = {option.number: option.code for option in options}
        self.names = _names(options)
        self.unknown: list[str] = []
        self.widen = False
        # 养老和医保都要转: what both are, but only the matters that are moved.
        self.moved = bool(re.search(r"转(?!人工)", text)) and not re.search(r"参保|登记|参加|[两俩2二](?!个转移)", text)
        pattern = _pattern(options)
        for wrong, right in near_names(text, pattern, tuple(self.names)):
            text = text.replace(wrong, right)
        self.text = text
        self.pattern = pattern

    def tokens(self) -> Iterator[Token]:
        named_to = -1
        for match in self.pattern.finditer(self.text):
            # 办医保参保 is one name, though the longest that is known of it stops before 参保.
            if match["name"] == "参保" and match.start() == named_to:
                continue
            named_to = match.end() if match["name"] else -1
            if match["name"]:
                yield Token("item", self._named(match))
            elif codes := self._placed(match):
                yield Token("item", codes, numbered=True)
            elif match["counted"]:
                self.widen = match["counted"][0] not in "一1"
                continue
            elif match["number"] or match["word"] or match["ordinal"] or match["range"] or match["listed"]:
                pass
            else:
                yield Token(next(name for name, _ in _WORDINGS if match[name]), mark=not match[0].isspace())
            self.widen = False

    def _named(self, match: re.Match[str]) -> tuple[str, ...]:
        name = match["name"]
        moved = tuple(o.code for o in self.options if o.code in self.names[name] and any("转" in n for n in o.names[:2]))
        if self.moved and name in _STEMS and moved:
            return moved
        if self.widen or _WIDENING.match(self.text, match.end()):
            return tuple(_with_stem(name, self.options)) or self.names[name]
        return self.names[name]

    def _placed(self, match: re.Match[str]) -> tuple[str, ...]:
        every = tuple(option.code for option in self.options)
        if match["range"]:
            return self._range(match["from"], match["to"])
        if match["ordinal"]:
            return self._at(match["place"])
        if match["whole"]:
            value = value_of(match["whole_count"])
            return every if value == len(every) else self._numbers([value])
        if match["onward"] or match["before"]:
            return self._beside(match)
        if match["word"]:
            return self._numbers([ENGLISH_NUMBERS[match["word"]]])
        if match["listed"]:
            return self._run(re.sub(r"[\s项样个]", "", match["listed"]))
        return self._run(match["number"]) if match["number"] else by_place(match, every)

    def _beside(self, match: re.Match[str]) -> tuple[str, ...]:
        """8以后 is 9 on, 从8开始 is 8 on; 5以前 is up to 4."""
        if match["before"]:
            return tuple(code for number, code in self.by_number.items() if number < value_of(match["before_what"]))
        least = value_of(match["onward_from"]) + bool(match["exclusive"])
        return tuple(code for number, code in self.by_number.items() if number >= least)

    def _range(self, first: str, last: str) -> tuple[str, ...]:
        start, end = sorted((value_of(first), value_of(last)))
        if end - start > len(self.options) + 20:
            return self._numbers([start, end])
        inside = [number for number in range(start, end + 1) if number in self.by_number]
        outside = [end] if end not in self.by_number and end > max(self.by_number) else []
        return self._numbers(([start] if start not in self.by_number else []) + inside + outside)

    def _at(self, place: str) -> tuple[str, ...]:
        number = value_of(place)
        if number not in self.by_number and 1 <= number <= len(self.options):
            return (self.options[number - 1].code,)
        return self._numbers([number])

    def _run(self, digits: str) -> tuple[str, ...]:
        """A number, or several without gaps: 135 and 一三五 are three."""
        value = count_of(digits)
        if value in self.by_number:
            return self._numbers([value])
        parts = None if len(digits) > _LONGEST_RUN else self._parts(digits, 0)
        proper = value is not None and (not digits[0].isdigit() or "十" in digits or len(digits) < 3)
        if parts and len(parts) > 1 and not proper:
            return self._numbers(parts)
        self._miss(str(value) if value is not None else digits)
        return ()

    def _parts(self, digits: str, above: int) -> list[int] | None:
        """`digits` as rising numbers of options, the shortest first; None when they do not come out."""
        if not digits:
            return []
        for size in (1, 2):
            value = count_of(digits[:size]) if len(digits) >= size and digits[0] != "0" else None
            if value is not None and value > above and value in self.by_number:
                rest = self._parts(digits[size:], value)
                if rest is not None:
                    return [value, *rest]
        return None

    def _numbers(self, numbers: list[int]) -> tuple[str, ...]:
        for number in numbers:
            if number not in self.by_number:
                self._miss(str(number))
        return tuple(self.by_number[number] for number in numbers if number in self.by_number)

    def _miss(self, number: str) -> None:
        if number not in self.unknown:
            self.unknown.append(number)
