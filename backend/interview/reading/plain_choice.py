"""A choice as it was typed, made plain: words that only hold a numeral go, second thoughts are parted from first ones. Pure."""

from __future__ import annotations

import re
import unicodedata

from backend.interview.reading.normalise import normalise

#: A number of the list as it is typed.
NUMBER = r"\d+|[一二三四五六七八九十]+"
# Words with a numeral in them, and lengths of time and the like: not choices.
_WORDS = re.compile(
    r"一(?:下|起|样|定|直|共|并|块|次|些|点|般|切|件事|旦|律|概|会|边|方|家|名|寸|致|体|网|站|条龙|时|天|年|月|生|刻|手)|统一|唯一|万一|同一|专一|第一次"
    r"|星期[一二三四五六日天]|周[一二三四五六日]|三方|五险|十分|八一|三包"
    r"|(?:\d+|[一二两三四五六七八九十百]+)\s*(?:年|个?月(?:份)?(?:\s*\d+[日号])?|天|日|点钟?|分钟?|元|块钱?|岁|个工作日|工作日|楼|级|栋|寸|小时|周|步|次|遍|人|位|分)(?!金)"
)
# 1-3-10 is a list, 1-3 a range.
_CHAIN = re.compile(r"(?<![\d-])\d{1,2}(?:\s*-\s*\d{1,2}){2,}(?![\d-])")


# 其他都弄过了: what is done already is not chosen.
_DONE_ALREADY = re.compile(r"(?:其[他它余]|别|剩下|另外)的?(?:都|全|已经)*[弄办搞做]?[弄办搞做领转](?:过|好|完)了?")
_NONE_LEFT_OUT = re.compile(r"(?:一|哪)[个项样](?:都|也)?(?:别|不)[落少漏剩](?:下)?")
# Second thoughts: 4、5，哦不对，5不要，是6 · 3和9，不是9是10. ¦ parts what was said from what is said instead.
_THOUGHT_AGAIN = re.compile(
    r"(?:哦|噢|啊|呃|嗯|额|哎)?(?:不对|(?:说|写|打|选|弄|搞)?错了)(?=[，,。；;！!\s]*(?:不|第|\d|[一二三四五六七八九十]))[，,。；;！!\s]*"
)
_NOT_BUT = re.compile(r"不是(?!我|的)([^，,。；;是不¦]{1,12})[，,。；;\s]*(?:而是|应该是|是|改成|换成)(?=\S)")
_DROPPED_FOR = re.compile(rf"([不别](?:要|办|选)了?(?:{NUMBER})?)[，,。；;\s]*(?:应该|改|换)?是(?=第?(?:{NUMBER}))")
# 医保给我参保登记一下 names one matter.
_SPLIT_NAME = re.compile(r"(医保|养老)(?:给我|帮我|替我|麻烦)+(?=参保|登记|转移)")


def plain_text(text: str) -> str:
    """`text` with ⑩ as 10, half-width, simplified, without words and dates that only contain a numeral."""
    spaced = "".join(
        f" {unicodedata.normalize('NFKC', c).strip('().')} " if unicodedata.category(c) == "No" else c for c in text
    )
    plain = normalise(unicodedata.normalize("NFKC", spaced))
    plain = _DONE_ALREADY.sub(" ", _NONE_LEFT_OUT.sub("全部", plain))
    plain = _THOUGHT_AGAIN.sub("¦", _SPLIT_NAME.sub(r"\1", plain))
    plain = _DROPPED_FOR.sub(r"\1¦要", _NOT_BUT.sub(r"¦不要\1¦要", plain))
    plain = _WORDS.sub(" ", plain.replace("年金的转移", "年金转移"))
    return _CHAIN.sub(lambda chain: chain[0].replace("-", "、"), plain)
