"""What reaches the interview from the veteran, and how intents are grouped. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from backend.interview.reading.normalise import normalise

#: Intents that steer the interview itself.
STEERING = frozenset({"go_back", "start_over", "stop", "withdraw", "skip", "resume", "repeat", "unsure", "apply"})
#: Intents that others answer, after which the interview goes on where it was. Every faq/… belongs here too.
_OTHERS_ANSWER = frozenset(
    {
        *("matters_info", "materials", "time_limit", "where", "eligibility", "progress", "handoff", "greet", "thanks", "bye"),
        *("identity", "out_of_scope", "other_service", "abuse", "help", "unsubscribe"),
    }
)

# Words that mean it whatever the classifier makes of them; missing one costs more than asking once too often.
_DISTRESS = re.compile(
    r"不想活|不想再活|活着没(?:有)?(?:什么|啥)?(?:意思|意义|劲|盼头)|活着干(?:嘛|什么|啥)|活不下去|活够了|想死(?![你我他她它家])|想去死|不如死|死了算|死了(?:大家)?(?:都)?轻松"
    r"|自杀|轻生|不想撑|撑不下去|熬不下去|没(?:有)?活路|我(?:可能|也许|大概|也|都|已经)*不在了|等我(?:走|不在)了?|哪天(?:我)?(?:走|不在)了|轻生|自尽|寻死|了结(?:自己|生命|这条命)|结束(?:自己|生命|这条命)|一了百了|割腕|跳楼|跳桥|烧炭|安眠药|遗书|想不开"
    r"|kill myself|suicid|want to die|don'?t want to live|end (?:my life|it all)",
    re.IGNORECASE,
)


# Everyday exaggeration, which speaks of nothing but being tired or amused.
_EVERYDAY = re.compile(
    r"(?:笑|困|累|热|气|烦|急|忙|饿|冻|吓|坑|堵|挤|难|渴|无聊|慢|卡)死|死(?:机|板|活|记)|手(?:抖|滑|误)|我没事|没事的|误会|没那个意思|不是那个意思"
)


class _Questions:
    """All intents that are answered beside the interview."""

    def __contains__(self, intent: object) -> bool:
        return isinstance(intent, str) and (intent in _OTHERS_ANSWER or intent.startswith("faq/"))


QUESTIONS = _Questions()

_QUESTION = re.compile(
    r"[?？]|[吗么嘛呢没不]\s*[。！!~～]*$|什么|(?<![没无])啥|[听看]不懂|怎么|咋|多少|多久|(?<![这那前后好十过隔])几(?:张|份|天|点|寸|块|岁|本|次|号|个月|小时|个?工作日)|哪|为什么|为啥|能不能|可不可以|要不要|是不是|谁"
)


_WHETHER_ALL = re.compile(
    r"(?:都|全部|每[一个]?[项个样])(?:都)?(?:得|必须|一定|需)?(?:要|办|要办|选|要选)(?:[吗么嘛]|不要)\s*[?？。！!~～]*$"
)


@dataclass(frozen=True)
class Heard:
    """One message. `text` in full (tokens resolved), empty for a press; `values` what was pressed (`field=value`).

    `away`: long after the message before it. `earlier` are this conversation's messages from before the consent, oldest first, given only when they are needed.
    """

    text: str = ""
    intent: str = ""
    confidence: float = 1.0
    values: Sequence[str] = ()
    earlier: Sequence[str] = ()
    away: bool = False


def sounds_like_question(text: str) -> bool:
    """True when the words themselves ask something, whatever the classifier made of them."""
    return bool(_QUESTION.search(text))


def asks_whether_all(text: str) -> bool:
    """True for 那我都要吗, at the list of matters: the answer is that they choose."""
    return bool(_WHETHER_ALL.search(text))


def sounds_everyday(text: str) -> bool:
    """True for 笑死, 困死了, 手抖了: a classifier takes their words for despair, people do not."""
    return bool(_EVERYDAY.search(text)) and not sounds_like_distress(text)


def sounds_like_distress(text: str) -> bool:
    """True when the words themselves speak of not wanting to live."""
    return bool(_DISTRESS.search(text))


# Said while matters of a filed application are being changed: they are to stay as they are.
_LEAVES_IT = re.compile(r"不改了|不用改|别改|不变了|不加了|不减了|照原来|算了|never ?mind|leave it")
# Asked for an address: where is it sent to? asks what to write there.
_WHERE_TO = re.compile(r"\s*(?:要|该|是)?(?:[寄写填发](?:到|去|在)?|到)?(?:哪|哪里|哪儿|什么地址)[?？。]*\s*")


def leaves_it(text: str) -> bool:
    """True for 不改了, 照原来的."""
    return bool(_LEAVES_IT.search(text))


def asks_where_to(text: str) -> bool:
    """True for 寄到哪, 填哪里, 什么地址."""
    return bool(_WHERE_TO.fullmatch(text))


# Who wants no more messages names them, or the sending, or a word that operators have taught everybody.
_MESSAGES = re.compile(
    r"[退推][订定丁订]|tui\s*ding|^\s*(?:回复?|发)?[tr](?:d)?\s*(?:退订)?[。.!]*$|td|订阅|短信|简讯|信息|消息|提醒|通知|推送|拒收|屏蔽|拉黑|黑名单|名单|骚扰|打扰|轰炸"
    r"|(?:不|别|停|莫|甭|唔|勿|通|免|少|老|总|乱|错|再|往).{0,6}发|发.{0,3}(?:错|烦|多)|(?:取消|关|停).{0,3}(?:掉|了|发|止)|号.{0,6}(?:不是|别|不认识|换)|号主"
    r"|unsub|opt.?out|\bstop\b|text|sms|messag|remind|notif|mail|number|list",
    re.IGNORECASE,
)


def speaks_of_messages(text: str) -> bool:
    """True for 退订, 别再发了, T: what somebody says who wants no more messages; not for 乌拉拉."""
    return bool(_MESSAGES.search(normalise(text)))
