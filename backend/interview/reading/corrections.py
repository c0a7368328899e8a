"""That something said before was wrong, and which field is named: 卡号输错了 · 改成农行 · 不对，我要邮寄 · 手机号改成138…."""

from __future__ import annotations

import re

from backend.interview.reading.found import Found
from backend.interview.reading.vocabulary import FIELD_NAMES

_CUES = re.compile(
    r"(?<![对是])不对(?!外|吗|着)|(?:写|输|填|弄|搞|打|说|选|发|给|报|点|按|讲|记)错|错了|有误|有错|(?:更|改|修)正|修改|(?:想|要|帮我|给我|请|再|得)?改(?:成|为|一下|下|到|掉|个|动|回|过来|用|选|寄)|(?<!套)(?<!选)改(?=$|[，,。])"
    r"|^改|(?:想|要|能|帮我|给我|可以|得)改|换(?:成|为|一下|个|一个|一张|到|作)|(?:想|要|给我)换|应该是|应该写|其实是|其实不是|才对|才是|重新(?:填|写|选|输|发|报)|重填|重写|变(?:更|了)|不是[^，,]{1,12}(?:[，,]\s*(?:是|应该)|而是)"
    r"|(?<![a-z])(?:wrong|mistake|typo|change|correct(?:ion)?|instead|actually|should be|update|modify)(?![a-z])"
)
# 不是义务兵吗, 改革, 换届, 更正 as nouns of other things are no corrections; nor is a question whether it can be changed.
_NOT = re.compile(r"改革|改善|改天|改制|套改|换防|变更登记|没错|不会错|错过|错不了|对不对|是不是错")
_FIELDS = [(re.compile(pattern), fields) for pattern, fields in FIELD_NAMES]


def correction_cue(plain: str) -> Found[str] | None:
    """The words of a normalised text that say something is to be changed."""
    match = _CUES.search(_NOT.sub(lambda found: "\0" * len(found[0]), plain))
    return Found(match[0], *match.span()) if match else None


def named_fields(plain: str) -> Found[tuple[str, ...]] | None:
    """The field that a normalised text names, as field codes: one, or the few that people call by one word (地址)."""
    for pattern, fields in _FIELDS:
        match = pattern.search(plain)
        if match:
            return Found(fields, *match.span())
    return None


_BEFORE_IT = re.compile(
    r"(?:之前|原来|原先|刚才|刚刚|刚|前面|本来|一开始|上次|上回)[^，,。;；\s]{0,4}$|从\s*$|(?<!是)不是(?:在)?\s*$"
)
_AFTER_IT = re.compile(r"(?:[选填写输弄搞说记点]?错|的?改掉|的?换掉|改成|改为|换成|换为|不要了|改[^一下个]|换[^一下个])")
# A second thought right behind it, with more to come: 我要邮寄，不对，自取吧 · 建行 不 农行 · 寄到家，算了还是自己取.
_THOUGHT_AGAIN = re.compile(
    r"(?:我?家里?)?(?:吧|的)?[，,。\s]*(?:(?:哦|噢|啊|呃|嗯|额|哎|诶)[，,\s]*)?"
    r"(?:(?:不对|不不+|不是|(?:[说选打写弄搞]错|错)了|算了)(?:[，,。！!\s]+|(?=还是|我?要|就))|(?<=[，,。\s])不[，,。！!\s]+)(?=[^，,。！!\s])"
)


def is_replaced(plain: str, start: int, end: int) -> bool:
    """True for the value that is given up where two are said: 之前选的建行 of 之前选的建行，现在改农行."""
    return bool(_BEFORE_IT.search(plain[:start]) or _AFTER_IT.match(plain[end:]) or _THOUGHT_AGAIN.match(plain, end))


_NEW = re.compile(
    r"(?:改成|改为|换成|换为|改做|改到|换到|更正为|修改为|变更为|变成|改用|换|改(?!一下|下|个|动|掉|了|过)|应该是|应该写|应为|其实是|而是|(?<![不就还也要的])是|为|[:：]|(?<![a-z])(?:to|is|should be)(?![a-z]))\s*(?:我?的?新的?)?\s*(?P<new>\S.*)$",
    re.S,
)
_EMPTY = re.compile(r"[的了吧啊呀哦。！!？?,，\s]*|(?:错|不对|有误|一下|哪|什么).*")


def new_value(plain: str, text: str, named: Found[tuple[str, ...]] | None) -> str | None:
    """What is to stand in place of the old value, as it was typed: “鼓楼区示例路1号” of 地址改成鼓楼区示例路1号."""
    start = named.end if named else 0
    match = _NEW.search(plain, start)
    if match is None and named:
        match = re.compile(r"\s*(?:错了|不对|写错了|输错了)?[，,\s]+(?P<new>\S.*)$", re.S).match(plain, start)
    if match is None or _EMPTY.fullmatch(match["new"]):
        return None
    return text[match.start("new") : match.end("new")].rstrip(" 。！!吧")
