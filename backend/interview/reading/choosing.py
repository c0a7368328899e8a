"""Matters in a free sentence: which are chosen (要办落户和社保卡，年金不要), and which are only spoken of (社保卡要多久). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from backend.interview.reading.found import Found, cut
from backend.interview.reading.lexicon import Lexicon
from backend.interview.reading.normalise import normalise
from backend.interview.reading.selection import Selection, select
from backend.interview.reading.tokens import Option

# Words that choose, and words that show that the sentence asks, tells how it stands, or is about something of a matter.
_CHOOSES = re.compile(
    r"办|要|想|申请|申领|选|加上|再加|除了|去掉|取消|不弄|只|全部|顺便|一起|都弄|搞|转(?!人工)|恢复|领|迁|落户|上户口|参保|参加|交|缴|需要|want|need|apply|choose|add|drop|remove|except"
)
_ASKS = re.compile(
    r"[?？]|[吗么嘛呢]\s*[。！!~～,，]*(?:$|[，,。])|[没不]\s*[。?？!！]*$|什么|怎么|咋|多少|多久|几天|几号|几点|何时|啥|哪里|哪儿|哪个|哪家|到哪|为什么|为啥|能不能|可不可以|要不要|是不是|用不用|需不需要|有没有|谁|会不会|进度|怎样|如何|区别"
    r"|what|how|when|where|why|which|who"
)
_STANDS = re.compile(
    r"还没|没到|没收到|没办|没下来|办好了|办完|下来了?|到账|收到|丢了|坏了|掉了|催|超时|逾期|错了|输错|写错|填错|卡号|改成|换成"
)
_WHOLE = re.compile(
    r"(?:全部|所有|全|都|统统)(?:的)?(?:事项|项目|手续)?(?:都|给我|帮我|一起|要)*(?:要)?办|(?:十一|11)项.{0,2}(?:都|全)|所有事项|全部事项|apply for (?:all|everything)"
)
# Names of papers and of people's standing are no matters where the sentence does not say that they are to be done.
_PAPER_OR_PERSON = ("户口本", "户口簿", "党员", "团员", "社保", "户籍", "培训", "党组织", "团组织")
_TO_DO = re.compile(r"(?:办|要|转|申请|申领|恢复|上|落|迁|参加|选|和|跟|、|还有|，)\s*(?:一下|个|我的|那个)?\s*$")
_WANTED = re.compile(r"(?:办|要|想|申请)(?:一下|个|我的)?$")
# 安置在思明，落户社保卡都要: what follows is another matter, so the first is one as well.
_MORE = re.compile(r"[、，,和跟与及]?(?:社保|补助|医保|养老|年金|党|团|组织)|.{0,6}(?:办|要)")
_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})"
_LISTED = re.compile(
    rf"(?:办理?|要|选|第|除了|只|加上?|去掉|不办|不要)\s*(?:理)?\s*(?:第)?{_NUMBER}(?:\s*(?:[、，,/和跟与及\s~～\-–—]|到|至)+\s*第?{_NUMBER})*(?!\s*(?:\d|年|月|[天日点分元块岁级楼寸栋次步人位]|个|张|份))(?:号|项)?"
    rf"|(?<![\d年月第]){_NUMBER}(?:号|项)?(?:就|都|先)?(?:不要|不办|不用|别办|去掉)(?!紧)"
)
_ONLY_A_LIST = re.compile(
    r"[\d一二三四五六七八九十第、，,。/\s和跟与到至~～\-–—.项号个都要办不全部其他它余的最后前几还再加上去掉只除了外就选]+"
)
_SIGNED = re.compile(r"[办要选加第]|除|去掉|只|不")

#: So short a text that names nothing but matters with a slip, or a stem of them, chooses them: 医保那两个.
SHORT = 8


@dataclass(frozen=True)
class Choosing:
    """`chosen`: what the sentence chooses; `mentions`: codes of every matter it names; `spans`: where it names them.

    `bare`: it is a list of numbers (or 全部) without a word that chooses: 1、3、10, but not 办1、3、10.
    """

    chosen: Found[Selection] | None
    mentions: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    bare: bool = False


def read_choosing(plain: str, words: Lexicon) -> Choosing:
    """What a normalised text, without what other fields used, says of matters."""
    options = words.matters
    if _is_list(plain):
        selection = select(plain.replace("\0", " "), options)
        found = Found(selection, 0, len(plain)) if selection.understood and (selection.chosen or selection.unknown) else None
        return Choosing(found, tuple(selection.chosen), (), bare=not _SIGNED.search(plain))
    matches = list(_pattern(options).finditer(plain))
    named = [match for match in matches if _counts(plain, match)]
    # 医保转移，社保卡选中行: the card is one of them; alone it only answers which bank, and is a mention.
    of_bank = [match for match in matches if match not in named and _card_of_bank(plain, match)]
    if named:
        named, of_bank = [match for match in matches if match in named or match in of_bank], []
    listed = [
        match
        for match in _LISTED.finditer(plain)
        if not any(m.start() < match.end() and match.start() < m.end() for m in named)
    ]
    text = _without_other_numbers(plain, listed)
    text = cut(text, [m.span() for m in _pattern(options).finditer(plain) if not any(m.span() == n.span() for n in named)])
    selection = select(text.replace("\0", " "), options)
    mentions = _codes(options, [match[0] for match in named]) if named else ()
    mentions = mentions or _codes(options, [match[0] for match in of_bank])
    spans = tuple(match.span() for match in named)
    whole = _WHOLE.search(plain)
    near = selection.understood and not named and not listed and not whole and 0 < len(selection.chosen) < len(options)
    if near:
        mentions = tuple(selection.chosen)
    said = bool(named or listed or whole) and _is_choice(plain, spans)
    chooses = selection.understood and (said or (near and (len(plain.strip()) <= SHORT or _is_choice(plain, spans))))
    start = min((span[0] for span in spans), default=0)
    end = max((span[1] for span in spans), default=len(plain) if chooses else 0)
    return Choosing(Found(selection, start, end) if chooses else None, mentions, spans)


def _is_list(plain: str) -> bool:
    bare = plain.replace("\0", "").strip()
    return bool(re.search(r"[\d一二三四五六七八九十]|全部", bare)) and bool(_ONLY_A_LIST.fullmatch(bare)) and "\0" not in plain


def _is_choice(plain: str, spans: tuple[tuple[int, int], ...]) -> bool:
    if _ASKS.search(plain) or _STANDS.search(plain):
        return False
    rest = cut(plain, list(spans))
    return bool(_CHOOSES.search(plain)) or not re.search(r"[\u4e00-\u9fffa-z]{2,}", rest)


def _card_of_bank(plain: str, match: re.Match[str]) -> bool:
    """社保卡办农行的, 建行那种社保卡我要办: the card itself is wanted, and a bank for it is named beside it."""
    if match[0] not in ("社保卡", "社会保障卡"):
        return False
    before, after = plain[: match.start()], plain[match.end() :]
    chosen = re.match(r"(?:我|就|也|要|想)*[办选开挂](?:个|张|在|到)?\0", after)
    return bool(chosen or (re.search(r"\0(?:的|那种)$", before) and re.match(r"我?(?:也|就)?(?:要|想)?办", after)))


def _counts(plain: str, match: re.Match[str]) -> bool:
    before, after = plain[: match.start()], plain[match.end() :]
    if (
        match[0] == "落户"
        and (re.match(r"[在到于]?\0", after) or (re.search(r"\0[，,]?$", before) and not _MORE.match(after)))
        and not _WANTED.search(before)
    ):
        return False
    if (
        match[0] in ("社保卡", "社会保障卡")
        and (re.match(r"[\u4e00-\u9fff]{0,4}\0", after) or before.endswith("\0的"))
        and not _WANTED.search(before)
    ):
        return False
    if match[0] in ("户口", "户籍") and re.match(
        r"(?:以前|之前|原来|原先|本来|一直|现在|就|也|都|还)*(?:在|不在|没在|是)|安置[在到于]?\0", after
    ):
        # 户口在鼓楼 tells where it is.
        return False
    if match[0] not in _PAPER_OR_PERSON:
        return True
    if re.search(r"(?:有没有|需不需|要不)要$", before):
        return False
    return bool(_TO_DO.search(before)) and not re.match(r"\s*(?:丢|复印|原件|在|上|号|吗|没|不)", after)


def _without_other_numbers(plain: str, listed: list[re.Match[str]]) -> str:
    """`plain` with every numeral blanked that stands in no list of numbers."""
    kept = [match.span() for match in listed]
    return "".join(
        " "
        if re.match(r"[\d一二三四五六七八九十]", character) and not any(start <= index < end for start, end in kept)
        else character
        for index, character in enumerate(plain)
    )


def _codes(options: tuple[Option, ...], names: list[str]) -> tuple[str, ...]:
    wanted = set(names)
    return tuple(o.code for o in options if any(normalise(name) in wanted for name in o.names))


@lru_cache(maxsize=16)
def _pattern(options: tuple[Option, ...]) -> re.Pattern[str]:
    names = dict.fromkeys(_all_names(options))
    ordered = sorted(names, key=len, reverse=True)
    return re.compile("|".join(_bounded(name) for name in ordered) or r"(?!)")


def _bounded(name: str) -> str:
    if name.isascii():
        return rf"(?<![a-z]){re.escape(name)}(?![a-z])"
    # 加上医保转移 has no 上医保 in it.
    return (r"(?<![加补添])" if name.startswith("上") else "") + re.escape(name)


def _all_names(options: tuple[Option, ...]) -> Iterator[str]:
    for option in options:
        yield from (normalise(name) for name in option.names)
