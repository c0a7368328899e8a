"""What is said by who wants what they began elsewhere, and while it is looked for. Pure."""

from __future__ import annotations

import re
from typing import Literal

from backend.interview.reading.normalise import normalise

_DEVICE = r"(?:手机|电脑|浏览器|微信|平板|设备|笔记本)(?!号|卡)"
_DOES = r"(?:填|办|弄|写|搞|做|申请|提交|报)"
_THEN = r"(?:上次|上回|上一次|之前|以前|前面|昨天|昨晚|前天|前几天|那天|早上|上午|上周|上个?礼拜|上个?月|原来)"
#: Another device, or another way: whatever is being filled in here, something else is meant.
_ELSEWHERE = re.compile(
    rf"换(?:了)?(?:一)?(?:个|台|部|只)?(?:新)?{_DEVICE}|(?:另外?|别的?|其他|其它|旧|老|原来的?|以前的?|那)(?:一)?(?:台|个|部|只)?{_DEVICE}.*{_DOES}"
    rf"|(?:在|用|拿)(?:我?的?)(?:电脑|微信|短信|网页|浏览器|平板|别处|别的地方|其他地方).{{0,4}}{_DOES}(?:过|了|到|的)"
    r"|(?:new|another|other|different|old) (?:phone|browser|computer|laptop|device|tablet)|on my (?:phone|computer|laptop|tablet)",
    re.IGNORECASE,
)
_EARLIER = re.compile(
    rf"(?:继续|接着|接|恢复|找回|打开|调出来?)(?:一下|办|填)?(?:我)?(?:的)?(?:{_THEN}|没填完|没办完|那份|草稿|资料)|{_DOES}(?:到|了|好)?(?:一半|半截|一部分|一大半)"
    rf"|{_THEN}.{{0,5}}{_DOES}(?:过|了|到|的|没)|{_THEN}没{_DOES}完|(?:把)?{_THEN}.{{0,6}}(?:调出来|找出来|找回来)|(?:已经|早就){_DOES}过"
    r"|我的?(?:草稿|资料|申请)(?:呢|去哪|不见|没了|没有了|怎么没)|(?:填|写)的?(?:东西|资料|内容)?(?:都)?(?:不见了|没了|没有了|哪去了|去哪了)"
    r"|(?:where i|where we) (?:left|stopped)|(?:from|since) (?:last time|before|yesterday)|half[- ]?(?:filled|finished|way|done)"
    r"|already (?:applied|filed|started|submitted|began|begun)|(?:started|applied|began) (?:it )?(?:before|earlier|already|yesterday)|my (?:draft|earlier application)",
    re.IGNORECASE,
)
#: Meant, whatever words stand beside it.
_OWN_WAY = frozenset({"distress", "handoff", "withdraw", "unsubscribe", "abuse", "start_over"})
#: Classified so, a sentence about what was filled in is about something else than coming back to it.
_OTHERS = ("faq/", "matters_info", "materials", "time_limit", "where", "eligibility", "out_of_scope", "other_service")
_LOST = re.compile(
    r"收不到|没(?:有)?收到|没来|没有短信|不来|还没到|没短信|(?:号|卡)(?:码)?.{0,4}(?:停|注销|丢|不用|没用|换|销|空号|忘)|忘(?:了|记).{0,4}(?:号|哪个)|不记得|记不"
    r"|(?:手机|卡).{0,2}(?:丢|坏|没了)|not? (?:got|received|arriv|get)|didn'?t (?:get|receive|arrive)|lost my|no (?:sms|text|code)",
    re.IGNORECASE,
)
_AGAIN = re.compile(r"(?:再|重新|重)(?:发|来|要|寄|传)|发(?:一)?遍|send (?:it )?again|resend|another code", re.IGNORECASE)
_LEAVES = re.compile(
    r"^(?:不(?:用|要|找|继续|想|办)?了|算了|不找|不用|不必|没有|没填过|没办过|没有过|取消|停|先不|重新(?:填|办|来|开始)|从头).{0,8}$|不找了|never ?mind|forget it|cancel|start (?:over|fresh|anew)",
    re.IGNORECASE,
)
_THEIRS = re.compile(
    r"上次|上回|之前|以前|原来|旧|老的|先前|早的|第一|前面|earlier|last|before|old|previous|first", re.IGNORECASE
)
_THESE = re.compile(r"这次|这回|现在|刚才|刚刚|新|后面|今天|第二|this|now|new|second|latest", re.IGNORECASE)


def speaks_of_elsewhere(text: str, intent: str) -> bool:
    """True for 换手机了, 在电脑上填过的: something is meant that is not in this talk."""
    return intent not in _OWN_WAY and bool(_ELSEWHERE.search(normalise(text)))


def wants_earlier(text: str, intent: str) -> bool:
    """True for 继续上次的, 我之前填到一半, 我的资料怎么没了."""
    if intent in _OWN_WAY or intent.startswith(_OTHERS):
        return False
    return bool(_EARLIER.search(normalise(text)))


def cannot_get_it(text: str) -> bool:
    """True for 收不到验证码, 那个号停机了."""
    return bool(_LOST.search(normalise(text)))


def wants_another(text: str) -> bool:
    """True for 再发一次."""
    return bool(_AGAIN.search(normalise(text)))


def leaves(text: str) -> bool:
    """True for 算了, 不找了, 重新填."""
    return bool(_LEAVES.search(normalise(text).strip(" 。.！!，,")))


def which_of_both(text: str) -> Literal["then", "now"] | None:
    """Which answers are to be kept: those of then, or those of now; None where that was not said."""
    plain = normalise(text)
    then, these = bool(_THEIRS.search(plain)), bool(_THESE.search(plain))
    if then == these:
        return None
    return "then" if then else "now"
