"""Answers to questions with choices: yes or no, one of several, several of a list. Pure."""

from __future__ import annotations

import re

from backend.interview.reading import situation
from backend.interview.reading.answer import NOTHING, Asked, Reading, of
from backend.interview.reading.delivery import deliveries
from backend.interview.reading.found import Found
from backend.interview.reading.lexicon import Names, matter_options
from backend.interview.reading.places import find_places
from backend.interview.reading.selection import select
from backend.interview.reading.situation import Said
from backend.interview.reading.vocabulary import OTHER_BANK, UNSURE, asked, negated, yes_no
from backend.locale.text import Joined, T, Text

# Words that can mean nothing else, wherever they stand.
_REFUSES = re.compile(r"不同意|不愿意|拒绝|不接受|不允许|不授权|disagree|decline|refuse|(?:don't|do not|not) agree")
_AGREES = re.compile(r"同意|愿意|接受|允许|授权|(?<![a-z])(?:agree|accept)(?![a-z])")
# Words that say yes or no to anything: taken where the whole answer is made of them, and of nothing else.
_ONLY_NO = re.compile(r"(?:我|那|就|还是|先|都|不可以|不行|不要|不想|算了|不办了?|不了|no|吧|啊|呀|了|[，,。.！!~～\s])+")
_ONLY_YES = re.compile(
    r"(?:我|那|就|都|也|可以|没问题|好的?|行|开始|嗯+|恩|对|是的?|办理?|继续|ok(?:ay)?|yes|sure|start|let's|go|吧|啊|呀|呗|的|了|啦|哦|[，,。.！!~～\s])+"
)
_YES = re.compile(r"可以|没问题|好|行|开始|嗯|恩|对|是|ok|yes|sure|start")
_ASKS = re.compile(r"([行好]|可以?|同意?|要|能|是)不\1|[吗么嘛呢?？]\s*$|怎么|咋|什么|啥|哪|没说不|不是不|not sure")


def consent(said: Asked) -> Reading:
    """同意 or 不同意, in words that say so: what is given here is the law's consent, so nothing is read into anything else.

    A question, a sigh, and what merely begins with 好 are neither, and are asked about again.
    """
    if _ASKS.search(said.plain) or UNSURE.search(said.plain):
        return NOTHING
    if _REFUSES.search(said.plain):
        return said.all(False)
    if _AGREES.search(said.plain):
        return said.all(True)
    if _ONLY_NO.fullmatch(said.plain) and re.search(r"不|算了|no", said.plain):
        return said.all(False)
    if _ONLY_YES.fullmatch(said.plain) and _YES.search(said.plain):
        return said.all(True)
    return NOTHING


def soldier_kind(said: Asked) -> Reading:
    """义务兵, 军士, 士官; 兵 alone is a conscript. What is denied (不是义务兵) is offered the other way, never taken."""
    found = situation.soldier_kind(said.plain)
    if found.value:
        return of(found.value)
    if found.denied:
        if found.denied[0].value == "conscript":
            return Reading(problem=T("不是义务兵的话，是军士（士官）吗？是的话回“军士”。"))
        return Reading(problem=T("没转军士（士官）的话，是义务兵吗？是的话回“义务兵”。"))
    if re.fullmatch(r"\s*(?:我?就?是)?(?:个|一个|普通|小|当)?(?:的)?(?:义务|兵)(?:的|啊|呀|吧|。)*\s*", said.plain):
        return said.all("conscript")
    return NOTHING


def self_employed(said: Asked) -> Reading:
    """是 or 不是, or 自主就业, 安排工作."""
    return _yes_or_no(said, situation.self_employed(said.plain))


def handed_over(said: Asked) -> Reading:
    """是 or 不是, or 部队统一移交的, 自己来的."""
    return _yes_or_no(said, situation.handed_over(said.plain))


def local_household(said: Asked) -> Reading:
    """在 or 不在, or 本地的, 外地户口."""
    found = situation.local_household(said.plain)
    places = [one for one in find_places(said.plain, said.words) if not one.value.denied and len(one.value.codes) == 1]
    if places and said.answers.get("county"):
        # 户口在鼓楼, 户口在老家晋江: there, or somewhere else.
        return said.all(places[-1].value.codes[0] == said.answers["county"])
    if found.value is None and not found.denied:
        if re.search(r"不在|没在|外地|外省|别的地方|外县|外市", said.plain):
            return said.all(False)
        if re.fullmatch(
            r"\s*(?:我)?(?:是|就在|在|都在|也在)?(?:本地|当地|这里|这边|老家|安置地)(?:的|人|啊|呢)*[。！!]*\s*", said.plain
        ):
            return said.all(True)
    return _yes_or_no(said, found)


# Said of the talk itself or of other things, not of what was asked: 先不办, 不想说, 等一下, 3和7没有.
_NOT_NOW = re.compile(r"办|先不|先别|等(?:一下|等|会)|算了|提交|不(?:想|愿意?)说|不告诉|再说|\d")


# 党员团员都不是, 不是士官: a no to something else; but 是的，我是军士 begins with the answer.
_ELSE = re.compile(r"党|团员|士官|军士|义务兵|身份证|社保卡|银行|手机")
_MATTER = re.compile(r"补助|补贴|养老|医保|年金|社保|市民卡|培训|问卷|党组织|团组织|组织关系")
# Of several things, and a single question asks of one.
_OF_SEVERAL = re.compile(r"都(?:不是|没有|不要)")
_HEAD = re.compile(r"\s*(?:是|不是|对|不对|有|没有|没|在|不在|嗯|好|可以|yes|no)(?:的|啊|呢|吧|呀)*\s*[，,。;；\s]")


def _yes_or_no(said: Asked, found: Said) -> Reading:
    if found.value:
        return Reading(found.value.value == "yes", span=(found.value.start, found.value.end))
    if found.denied or UNSURE.search(said.plain) or (said.field != "new_id_card" and _NOT_NOW.search(said.plain)):
        return NOTHING
    if _OF_SEVERAL.search(said.plain) and not re.fullmatch(r"\s*都不是[的啊呀。！!]*\s*", said.plain):
        return NOTHING
    if _ELSE.search(said.plain) and said.field != "new_id_card" and not _HEAD.match(said.plain):
        return NOTHING
    if _MATTER.search(said.plain) and not said.field.startswith("survey_") and not _HEAD.match(said.plain):
        # 补助不要了 is about that matter, whatever was asked.
        return NOTHING
    answer = yes_no(said.plain)
    return said.all(answer) if answer is not None else NOTHING


def plain_yes_or_no(said: Asked) -> Reading:
    """是, 不是 and their like."""
    return _yes_or_no(said, Said())


def political_status(said: Asked) -> Reading:
    """党员, 预备党员, 团员, 党员也是团员, 都不是. 不是党员 alone leaves the league open, so that is asked."""
    found = situation.political_status(said.plain)
    if found.value:
        return of(found.value)
    denied = {one.value for one in found.denied}
    if "party" in denied and "league" in denied:
        return said.all("none")
    if denied & {"party", "probationary"}:
        return Reading(problem=T("记下了，不是党员。那是团员吗？是的话回“团员”，不是就回“都不是”。"))
    if denied:
        return Reading(problem=T("记下了，不是团员。那是党员吗？是的话回“党员”，不是就回“都不是”。"))
    if re.search(
        r"什么都不|啥都不|两个都没|都没有$|^\s*(?:都)?没(?:有)?[。！!]*$|^\s*(?:都)?不是[的啊。！!]*$|无$", said.plain
    ):
        return said.all("none")
    if yes_no(said.plain) is False and not _NOT_NOW.search(said.plain):
        return said.all("none")
    return NOTHING


def medical_kind(said: Asked) -> Reading:
    """灵活就业 or 城乡居民."""
    return of(situation.medical_kind(said.plain).value)


_NEW_CARD = re.compile(
    r"(?:要|想|需要|重新|顺便|换|补)(?:办|一张|个)?(?:新|换|补|张)|办(?:个|张|一张)?新|换新|新的|过期|丢了|没有身份证|new"
)
_OLD_CARD = re.compile(
    r"(?:接着|继续|还)(?:能)?用|用(?:原来|旧|老|以前|现在)|原来的|旧的|老的|没过期|有效期内|还有效|不用(?:办|换)|不(?:换|办|需要|要)|先不|old one|keep|still valid"
)


def new_id_card(said: Asked) -> Reading:
    """要办 or 不用; 接着用原来的, 过期了."""
    if _MATTER.search(said.plain) and not re.search(r"身份证|[新旧]的|原来", said.plain):
        return NOTHING
    if re.search(r"要(?:个|张|一张)?新|(?:办|换)(?:个|张|一张)?新", said.plain) and not re.search(
        r"不(?:要|用|想|办|换)", said.plain
    ):
        return said.all(True)
    if _OLD_CARD.search(said.plain):
        return said.all(False)
    if _NEW_CARD.search(said.plain) and not re.search(r"[吗么?？]\s*$|多少|怎么", said.plain):
        return said.all(True)
    return plain_yes_or_no(said)


def education(said: Asked) -> Reading:
    """A level of the catalogue; of several the last that is not denied."""
    return one_named(said, said.words.education)


def card_bank(said: Asked) -> Reading:
    """A partner bank by any of its names, also the bare ones (邮政, 建设), for a bank was asked for."""
    reading = one_named(said, said.words.bare_banks)
    other = OTHER_BANK.search(said.plain) if reading.value is None and not reading.candidates else None
    if other is None or asked(said.plain, *other.span()) or re.search(r"[?？吗呢]\s*$|哪|什么", said.plain):
        return reading
    written = said.text[other.start() : other.end()]
    return Reading(problem=T("{bank}不在社保卡的合作银行里，从下面这些里选一家，好吗？", bank=written))


def one_named(said: Asked, names: Names) -> Reading:
    """The one that is named and neither denied nor asked about; several are candidates."""
    found = [
        one
        for one in names.find(said.plain)
        if not negated(said.plain, one.start) and not asked(said.plain, one.start, one.end)
    ]
    codes = list(dict.fromkeys(code for one in found for code in one.value))
    if len(codes) == 1:
        return of(Found(codes[0], found[0].start, found[-1].end))
    if re.search(r"改|换|不是|不对|哦不", said.plain) and found and len(found[-1].value) == 1:
        return of(Found(found[-1].value[0], found[-1].start, found[-1].end))
    return Reading(candidates=tuple(codes))


def delivery(said: Asked) -> Reading:
    """collect or mail. Of the other thing (户口簿自取，社保卡邮寄) it goes to `extra`; 都邮寄 answers both."""
    thing, other = ("booklet", "card") if said.field.startswith("booklet") else ("card", "booklet")
    found = deliveries(said.plain, questions_too=not re.search(r"还是|怎么|哪种", said.plain))
    own = [one for one in found if one.value.thing in (thing, "")]
    extra = {f"{other}_delivery": one.value.way for one in found if one.value.thing == other}
    if own:
        if re.search(r"都|两样|两个|一起|全部|both", said.plain) and own[-1].value.thing == "":
            extra.setdefault(f"{other}_delivery", own[-1].value.way)
        return Reading(own[-1].value.way, extra=extra, span=(own[0].start, own[-1].end))
    if extra:
        return Reading(extra=extra, span=(found[0].start, found[-1].end))
    if re.search(r"要钱|多少钱|邮费|[?？吗]\s*$", said.plain):
        return NOTHING
    if re.search(
        r"自己(?:来|去|过去|跑)|我(?:来|去|过去)(?:拿|取|领|吧|$)|^[来去](?:拿|取|领)|^(?:自|取|拿|领)$|亲自|不(?:用|要|想)?(?:邮|寄)|上门|到现场|myself",
        said.plain,
    ):
        return said.all("collect")
    if re.search(r"^(?:邮|寄|邮递)[。！!]*$|送(?:到|来|过来)|发过来|到家|家里", said.plain):
        return said.all("mail")
    return NOTHING


def review(said: Asked) -> Reading:
    """`submit` or `save`; `show` where all of it is to be seen again."""
    if re.search(
        r"(?:看|过|核对|检查)(?:一下|一遍|看|下)?(?:全部|所有|资料|填的|我填的|卡片)|再(?:看|核对|检查)|^(?:看|核对)(?:一下|一遍|看)|show (?:me|it|all)|see (?:it|all)",
        said.plain,
    ) and not re.search(r"进度|材料|清单", said.plain):
        return said.all("show")
    if re.search(r"先存|存着|先不(?:提|交)|不提交|等等|等一下|晚点|save|later|not yet", said.plain):
        return said.all("save")
    if re.search(r"[?？吗]\s*$|改|错|不对", said.plain):
        return NOTHING
    if re.search(r"提交|确认|交吧|交了|没问题|没错|对了?$|对的|无误|可以了?$|submit|confirm|looks good", said.plain) or yes_no(
        said.plain
    ):
        return said.all("submit")
    return NOTHING


def matters(said: Asked) -> Reading:
    """Codes in the notice's order, report_in always among them; adding and removing go by the draft's matters."""
    selection = select(said.text, matter_options(said.catalogue))
    if not selection.understood:
        if selection.unknown:
            return Reading(problem=no_such_number(selection.unknown), selection=selection)
        return NOTHING
    chosen = selection.applied_to(said.answers.get("matters") or ()) | {"report_in"}
    value = [code for code in said.catalogue.matters if code in chosen]
    return Reading(value, span=(0, len(said.text)), selection=selection)


def no_such_number(numbers: list[str]) -> Text:
    """That the list has no such number."""
    return T("单子上没有第{numbers}项，看看是不是打错了？", numbers=Joined(numbers))
