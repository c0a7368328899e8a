"""Collect or mail, for booklet, card or both: 户口簿自取，社保卡邮寄 · 都寄 · 不要邮寄 · 社保卡也寄."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from backend.interview.reading.corrections import is_replaced
from backend.interview.reading.found import Found
from backend.interview.reading.vocabulary import negated

_MAIL = (
    r"邮寄|寄(?:到|过来|回来|回家|给我|来|去|吧|一下|送)?|快递|发(?:个)?(?:快递|顺丰|ems)|顺丰(?!多|单|快递费)|邮(?!政|储|费|编|箱|票|资|件|电|递)(?:到|过来|给我|回来)?|送货上门|送到家"
    r"|(?<![a-z])(?:mail(?:ed)?|by post|post it|ship|courier|deliver(?:ed)?)(?![a-z])"
)
_COLLECT = (
    r"自取|自提|自领|(?:自己|亲自|本人)[来去][\u4e00-\u9fff]{0,5}?(?:取|拿|领)(?!消)|(?:我|本人)?(?:自己|亲自|本人|家里人|家人)(?:会|再|就)?(?:来|去|过去|过来|上门|到现场|到窗口|到派出所)*(?:取|拿|领)(?!消)|(?:我|会|可以|就|再|等通知)?(?:过来|过去|上门|到窗口|去窗口|现场|到现场|来窗口|顺路)(?:自己)?(?:取|拿|领)"
    r"|(?:我|回头|到时候?|可以)(?:自己)?(?:来|去)(?:取|拿|领)|(?<![\u4e00-\u9fff])[来去](?:取|拿|领)|去(?:派出所|银行|网点|大厅|社保局|那边|你们那)[\u4e00-\u9fff]{0,2}?(?:取|拿|领)(?=户口|社保卡|卡|本|$|[，,。吧就])|(?:爸|妈|爷|奶|哥|弟|姐|妹|婆|公|媳妇|叔|朋友|战友)(?:会|可以)?(?:过)?[来去](?:帮我|替我)?(?:取|拿|领)|窗口领取?|自己跑一趟|(?<![a-z])(?:collect|pick(?: it| them)? up|fetch|in person)(?![a-z])"
)
_VERB = re.compile(rf"(?P<collect>{_COLLECT})|(?P<mail>{_MAIL})")
_BOOKLET = r"户口[簿本]|户籍本|户口(?!所在|登记|本地)|落户|booklet|household book"
_CARD = r"社保卡|社会保障卡|市民卡|医保卡|(?<![行银蓄])卡(?!号|面|片|里)|(?<![a-z])(?:social )?(?:security )?card(?![a-z])"
_THING = re.compile(rf"(?P<booklet>{_BOOKLET})|(?P<card>{_CARD})")
_CLAUSE = re.compile(r"[^，,。;；!！\n]+")
# What is sent to the office, or what it costs, is no choice of how to get something.
_NOT_A_CHOICE = re.compile(
    r"邮费|运费|寄费|快递费|邮寄费|要钱|多少钱|免费|收费|谁出|谁付|寄(?:给|到)你们|寄过去给你|材料.{0,4}寄|寄.{0,4}材料|寄.{0,3}(?:身份证|证件|档案|介绍信)|(?:身份证|档案|介绍信|证件).{0,4}寄|几天能?寄|寄了[吗没]|寄到哪|寄哪|寄出|多久.{0,4}寄|(?:拿|取|领)(?:着|了)?.{0,6}(?:介绍信|证件|材料|档案|通知书)|快递单号|快递到哪|寄[^，,]{0,3}(?:多久|几天|多长时间)"
)
_QUESTION = re.compile(
    r"能不能|可不可以|能否|可否|可以.{0,12}[吗么嘛]|能.{0,12}[吗么嘛]|要不要|是不是|怎么(?:寄|取|拿|领)|[取拿领寄递提][^，,]{0,4}还是|还是[^，,]{0,8}[?？]|哪种|[?？]$|can i|can you|could"
)
# 寄 不 自取: a second thought, no 不自取.
_LONE_NO = re.compile(r"\s不\s+$")
#: 邮寄地址 names a field, and chooses nothing.
_OF_ADDRESS = re.compile(r"的?(?:地址|地方)")


class Delivery(NamedTuple):
    """How one thing is to be had; `thing` is booklet or card, empty when the words do not say which: then it holds for all."""

    thing: str
    way: str


def deliveries(plain: str, questions_too: bool = False) -> list[Found[Delivery]]:
    """What a normalised text chooses. What is only asked (能寄吗) is left out unless `questions_too`."""
    said: list[list[Found[Delivery]]] = []
    for clause in _CLAUSE.finditer(plain):
        if not questions_too and _QUESTION.search(clause[0]):
            continue
        if _NOT_A_CHOICE.search(clause[0]):
            # 邮费太贵了 自取算了: a blank may part what it costs from what is chosen.
            said += [
                _in_clause(plain, part.start(), part.end())
                for part in re.compile(r"\S+").finditer(plain, clause.start(), clause.end())
                if not _NOT_A_CHOICE.search(part[0]) and re.search(r"算了|就好|就行|吧$", part[0])
            ]
            continue
        said.append(_in_clause(plain, clause.start(), clause.end()))
    live = [[one for one in clause if not is_replaced(plain, one.start, one.end)] for clause in said]
    # What is thought better of holds for the same thing: 户口簿寄，不对，自取.
    given_up = {one.value.thing for clause in said for one in clause if not any(one in kept for kept in live)}
    if len(given_up) == 1 and (thing := given_up.pop()):
        live = [
            [one if one.value.thing else replace(one, value=Delivery(thing, one.value.way)) for one in clause]
            for clause in live
        ]
    return [one for clause in (live if any(live) else said) for one in _agreed(clause)]


def _in_clause(plain: str, start: int, end: int) -> list[Found[Delivery]]:
    found: list[Found[Delivery]] = []
    things: list[tuple[str, int]] = []
    position = start
    verbs = list(_VERB.finditer(plain, start, end))
    verbs = [verb for verb in verbs if not _OF_ADDRESS.match(plain, verb.end())]
    for number, verb in enumerate(verbs):
        for match in _THING.finditer(plain, position, verb.start()):
            things.append(("booklet" if match["booklet"] else "card", match.start()))
        limit = verbs[number + 1].start() if number + 1 < len(verbs) else end
        behind = _THING.match(plain, _past_filler(plain, verb.end()), limit)
        position = verb.end()
        way = "collect" if verb["collect"] else "mail"
        lone_no = number > 0 and _LONE_NO.search(plain, 0, verb.start())
        if (negated(plain, verb.start()) and not lone_no) or plain.startswith(("不了", "不到"), verb.end()):
            way = "mail" if way == "collect" else "collect"
        if not things and behind:
            things, position = [("booklet" if behind["booklet"] else "card", verb.start())], behind.end()
        named: dict[str, int] = dict(reversed(things)) or {"": verb.start()}
        for thing, at in named.items():
            found.append(Found(Delivery(thing, way), min(at, verb.start()), position))
        things = []
    return found


def _past_filler(plain: str, position: int) -> int:
    filler = re.compile(r"(?:一下|我的|我|那个|这个|the|\s)*").match(plain, position)
    return filler.end() if filler else position


def _agreed(found: list[Found[Delivery]]) -> list[Found[Delivery]]:
    """不要邮寄，自取 says one thing twice; 自取邮寄 without more says nothing."""
    kept: list[Found[Delivery]] = []
    for one in found:
        if not any(other.value.thing == one.value.thing and other.value.way != one.value.way for other in found):
            kept.append(one)
    return kept
