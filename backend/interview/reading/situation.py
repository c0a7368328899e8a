"""Who somebody is, as a sentence says it: kind of soldier, party or league, self-employed, handed over, local household.

A denial is never turned into its opposite unless there are only two things it can be and the words mean just that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from backend.interview.reading.found import Found, cut
from backend.interview.reading.numerals import count_of
from backend.interview.reading.vocabulary import asked, negated

Forms = Sequence[tuple[str, re.Pattern[str]]]


@dataclass(frozen=True)
class Said:
    """What a sentence affirms of one field, and what it denies."""

    value: Found[str] | None = None
    denied: tuple[Found[str], ...] = ()


def _forms(**patterns: str) -> Forms:
    return tuple((value, re.compile(pattern)) for value, pattern in patterns.items())


_YEARS_SERVED = r"(?:服役|当兵|当|干|服|待|呆)(?:过|了|满|期)*\s*(?P<{name}>\d{{1,2}}|[一二两三四五六七八九十]{{1,3}})\s*年"
_LONG_SERVICE = re.compile(
    rf"{_YEARS_SERVED.format(name='years')}|(?<![\d年])(?P<more>\d{{1,2}}|[一二两三四五六七八九十]{{1,3}})年(?:的)?(?:老兵|兵龄|军龄|兵(?=$|[，,。\s]|了|退))"
)
#: Whoever served so many years was a sergeant; a conscript serves two.
SERGEANT_YEARS = 5
CONSCRIPT_YEARS = 2

_KINDS = _forms(
    conscript=r"义务兵(?!退役医疗|役)|两年义务|列兵|上等兵|大头兵|没(?:有)?(?:转|套改?|选上?|签|留)(?:过|成)?(?:士官|军士)|(?<![a-z])conscripts?(?![a-z])",
    sergeant=r"(?:直招|中级|高级|初级|[一二三四]级|一期|二期|三期)?(?:军士长|军士|士官)|下士|中士|(?<!一级)(?<!二级)上士|[一二]级上士|(?:转|套改?|选)(?:了|过|成)?(?:改|取)?(?:了|成)?(?:一期|二期|三期)"
    r"|(?<![a-z])(?:sergeants?|ncos?|non-commissioned officers?)(?![a-z])",
)
# 先当义务兵，后来转了士官: both words stand there, the later state holds.
_TURNED = re.compile(r"义务兵(?!.*[没不]).*(?:转|后来|又|再|套改?|改).{0,6}(?P<after>军士|士官)")
_NO_SERGEANT = re.compile(r"没(?:有)?(?:能|去)?(?:转|套改?|选上?|选改|签|留|晋)(?:过|成|上)?(?:士官|军士|改)")


def soldier_kind(plain: str) -> Said:
    """`conscript` or `sergeant`."""
    without = _NO_SERGEANT.search(plain)
    if without:
        conscript = _KINDS[0][1].search(cut(plain, [without.span()]))
        value = Found("conscript", *conscript.span()) if conscript and not asked(plain, *conscript.span()) else None
        return Said(value, denied=(Found("sergeant", *without.span()),))
    said = _one_of(plain, _KINDS)
    if said.value or said.denied:
        return said
    turned = _TURNED.search(plain)
    if turned:
        return Said(Found("sergeant", turned.start("after"), turned.end()))
    served = _LONG_SERVICE.search(plain)
    years = count_of(served["years"] or served["more"]) if served else None
    if served and years is not None:
        if years == CONSCRIPT_YEARS:
            return Said(Found("conscript", *served.span()))
        if years >= SERGEANT_YEARS:
            return Said(Found("sergeant", *served.span()))
    return Said()


_STATUSES = _forms(
    probationary=r"预备党员|候补党员|probationary(?: party)? member",
    party=r"(?:中共|正式|共产)?党员(?!e家|志愿|材料|发展|关系介绍)|入[了的]党(?!组织)|入党了|(?:部队里?|已经?|早就|[前去今]年)入党(?!积极|申请|介绍|志愿)|(?<!probationary )(?<![a-z])party member(?!ship)|communist party",
    league=r"(?:共青|共青团|优秀)?团员(?!报到|证)|共青团(?!委)|入了?团(?=$|[，,。了])|入的团|(?<![a-z])league member",
    none=r"群众(?!路线)|无党派|白丁|党团(?:员)?都不是|都不是|啥(?:也|都)不是|什么(?:也|都)不是|两(?:个|样|者)都不是|都没(?:有)?(?:入)?(?=$|[，,。])|既不是党员也不是团员|不是党团员|非党团员|没(?:有)?入(?:过)?党[，,、 ]*(?:也|又)?(?:没(?:有)?入(?:过)?团|(?:早就|已经|早)?(?:超龄)?退(?:了)?团)"
    r"|不是党员[也，, ]*(?:也)?不是团员|不是团员[也，, ]*(?:也)?不是党员|非党员非团员|neither|none of them|not a member of either",
)
_BOTH = re.compile(
    r"(?:既是|又是|是)?(?:预备)?党员.{0,4}(?:也是|又是|兼|和|还是个|、|加|\+|and)\s*(?:a )?(?:共青)?团员|团员.{0,3}(?:也是|又是)党员|党团员都是|两(?:个|样)都是|(?<!不)都是(?=$|[，,。啊的])|both"
)


def political_status(plain: str) -> Said:
    """`party`, `probationary`, `league`, `party_and_league` or `none`."""
    nothing = _STATUSES[3][1].search(plain)
    of_soldiers = nothing and nothing[0] == "都不是" and re.search(r"士兵|义务兵|军士", plain)
    if nothing and not of_soldiers and not asked(plain, *nothing.span()):
        return Said(Found("none", *nothing.span()))
    both = _BOTH.search(plain)
    if both and not negated(plain, both.start()) and not asked(plain, both.start(), both.end()):
        return Said(Found("party_and_league", *both.span()))
    return _one_of(plain, _STATUSES[:3])


_EMPLOYMENT = _forms(
    yes=r"自主就业(?!退役士兵(?:教育|地方|培训|经济))|自主择业|自谋(?:职业|生路)|自己找工作|自己就业|领(?:了)?(?:一次性)?退役金|一次性(?:退役|经济补助)金?|self[- ]employed|find my own job",
    no=r"(?:由?政府|国家|组织|上面|地方)?(?:给|会|要)?安排(?:了)?(?:的)?工作|安置工作|转业安置|包分配|分配工作|符合安排|退休(?!金)|国家供养|供养|government[- ]assigned|assigned a job|job placement",
)
_HANDED = _forms(
    yes=r"集中移交|^\s*(?:是|就是)?集中的?(?=[，,。!！\s]|$)|统一移交|集体移交|整体移交|批量移交|部队(?:统一|集中|整批|派人|带队|集体)?(?:移交|送(?:回|过)?来?|带回来?|组织(?:回|移交))|统一(?:送|组织|带|交)(?:回|接)?来?|集中(?:送|接|交)(?:回|收)?来?|handed over (?:centrally|together)|central(?:ly)? hand",
    no=r"(?:我?自己|个人|自行|单独|一个人)(?:拿|带|开)?(?:着|了)?(?:介绍信)?(?:回来|回家|回的|来的|回地方|报到|返乡|坐车回|跑回)|自行(?:返乡|报到|回)|自己来(?:的|报到)|散(?:着)?回|个人移交|by myself|on my own",
)
_LOCAL = _forms(
    yes=r"(?:本地|当地|本县|本市|本区|这里|这边|安置地)(?:的)?(?:户口|户籍|人(?!社|武|民|力|员))|(?:户口|户籍)(?:本地|当地)(?!址)|(?:户口|户籍)(?:就|也|都|还)?(?:在|是|落)(?:本地|当地|这里|这边|安置地|家里|老家|我家|本县|本市|本区)"
    r"|local household|local resident|(?<!not )(?<!non-)(?<![a-z])local(?![a-z])",
    no=r"外地(?:的)?(?:户口|户籍|人)|外省(?:的)?(?:户口|户籍|人)|异地(?:户口|户籍)|外来户口|(?:户口|户籍)(?:不|没)在(?:这|本地|当地|安置地)?|(?:户口|户籍)在(?:外地|外省|别的|其他|其它|别处)|非本地|不是本地|not local|non-local",
)


def self_employed(plain: str) -> Said:
    """`yes` or `no`. 不是自主就业 is no; 没安排工作 only denies (it could be retirement)."""
    return _two_ways(plain, _EMPLOYMENT)


def handed_over(plain: str) -> Said:
    """`yes` or `no`."""
    return _two_ways(plain, _HANDED)


def local_household(plain: str) -> Said:
    """`yes` or `no`."""
    return _two_ways(plain, _LOCAL)


def _mentions(plain: str, forms: Forms) -> list[tuple[Found[str], bool]]:
    """(what is mentioned, whether it is denied), without what is only asked about."""
    mentions: list[tuple[Found[str], bool]] = []
    for value, pattern in forms:
        for match in pattern.finditer(plain):
            inside = any(found.overlaps(*match.span()) for found, _ in mentions)
            if not inside and not asked(plain, *match.span()):
                mentions.append((Found(value, *match.span()), negated(plain, match.start())))
    return sorted(mentions, key=lambda mention: mention[0].start)


def _one_of(plain: str, forms: Forms) -> Said:
    mentions = _mentions(plain, forms)
    affirmed = [found for found, denied in mentions if not denied]
    denied = tuple(found for found, no in mentions if no)
    if len({found.value for found in affirmed}) == 1:
        return Said(affirmed[-1], denied)
    return Said(None, denied)


def _two_ways(plain: str, forms: Forms) -> Said:
    said = _one_of(plain, forms)
    if said.value is None and len(said.denied) == 1 and said.denied[0].value == "yes":
        return Said(Found("no", said.denied[0].start, said.denied[0].end))
    return said


_MEDICAL = _forms(
    flexible=r"灵活(?:就业)?(?:人员)?|职工(?:医保)?|个体|flexible",
    resident=r"(?:城乡|城镇)?居民(?!身份证|户口)|城乡|新农合|农村(?:合作)?(?:医保|医疗)?|农合|resident",
)


def medical_kind(plain: str) -> Said:
    """`flexible` or `resident`; a denial of one is the other, for there are only two."""
    said = _one_of(plain, _MEDICAL)
    if said.value is None and len(said.denied) == 1:
        denied = said.denied[0]
        return Said(Found("resident" if denied.value == "flexible" else "flexible", denied.start, denied.end))
    return said
