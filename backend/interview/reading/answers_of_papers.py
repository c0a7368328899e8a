"""Which papers are lacking: 3和7没有 · 户口簿还没拿到 · 除了照片都有 · 都齐了. Pure."""

from __future__ import annotations

import re

from backend.interview.reading.answer import NOTHING, Asked, Reading
from backend.interview.reading.answers_of_choice import no_such_number
from backend.interview.reading.lexicon import material_options
from backend.interview.reading.selection import select

_ALL_THERE = re.compile(
    r"^\s*(?:都|全)?齐\s*$|齐了|齐全|都齐|全齐|都有|全有|都在|不缺|没缺|没有缺|不差|一样不少|都带|准备好了|都准备|(?<!不)全了|nothing (?:is )?missing|have (?:them )?all|all there|none (?:is )?missing|complete"
)
_STILL_LACKS = re.compile(r"除了|除|except|but|就差|只差|只缺|还缺|就缺|还差|就是没|没有(?!缺)|没(?!问题|事|有|缺|少|差)")
_NONE_THERE = re.compile(
    r"\s*我?(?:现在)?(?:都|全|全部|一样|一个|啥|什么)(?:都|也)?(?:还)?(?:没有?|没拿到|没开|没准备|没办)(?:呢|啊|。)*\s*"
)
_LACK = re.compile(
    r"(?:都|也|还|就|只|暂时|现在)*(?:没有?|缺|差|少|找不[到着]|丢了|不见了|弄丢)(?:了|到|着|的|拿到?|开|办|带|拍|照(?!片)|给我?|发|寄|准备好?|呢|出来|下来)*|(?<![a-z])(?:missing|lacking|lack|don't have)(?![a-z])"
)
_HAVE_ALL = re.compile(r"(?:都|全)(?:已经)?(?:有|在|齐|带|拿到|准备好)(?:了|的|全)?")
_HAVE = re.compile(r"(?:已经|也)?(?:有|拿到|带|齐|准备好|给|发|寄来?|找到|拍好?)(?:了|的)?")
_DOOR = re.compile(r"(?:路|街|巷|弄|村|里|道|镇|乡|屯|组|社区|小区)\s*\d+\s*(?:号|栋|幢|室|弄|组|之)")
_ONLY_HAVE = re.compile(r"(?:手上|现在)?(?:只|就|仅)(?:有|带了?|拿到了?)|only have")


def papers_lacking(said: Asked) -> Reading:
    """Numbers of the papers that are lacking, in order; [] for 都齐了. 除了3都有 lacks 3; 只有1和2 lacks all the others."""
    options = material_options(said.catalogue)
    numbers = {option.code: option.number for option in options}
    if _DOOR.search(said.plain):
        # 示例路1号 is an address, and its figures choose nothing.
        return NOTHING
    if _NONE_THERE.fullmatch(said.plain):
        return said.all(sorted(numbers.values()))
    if _ALL_THERE.search(said.plain) and not _STILL_LACKS.search(said.plain):
        return said.all([])
    selection = select(_as_choice(said.plain), options)
    chosen = {numbers[code] for code in selection.chosen}
    if selection.unknown and not chosen:
        return Reading(problem=no_such_number(selection.unknown), selection=selection)
    if not chosen or (selection.mode == "set" and len(chosen) == len(numbers)):
        return NOTHING
    if _ONLY_HAVE.search(said.plain):
        chosen = set(numbers.values()) - chosen
    elif selection.mode == "remove":
        chosen = set(said.answers.get("papers_lacking") or ()) - chosen
    elif selection.mode == "add":
        chosen |= set(said.answers.get("papers_lacking") or ())
    return Reading(sorted(chosen), span=(0, len(said.text)), selection=selection)


def _as_choice(plain: str) -> str:
    """The text with 没有 as a choice and 有 as its refusal: what is lacking is what is chosen."""
    plain = _ONLY_HAVE.sub(" ", plain)
    plain = _LACK.sub("\x01", plain)
    plain = _HAVE_ALL.sub("都不要", plain)
    plain = _HAVE.sub("不要", plain)
    return plain.replace("\x01", "要")
