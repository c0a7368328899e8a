"""One spelling for what people type: full-width, traditional characters, and slips of the key words. Lengths never change.

Every rule maps one character to one character, or a word to a word of the same length, so that positions in the
normalised text are positions in what was typed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import opencc

_SIMPLIFIED = opencc.OpenCC("t2s")

# A full-width slash must never become one that a command parser could obey.
_KEEP = {"\uff0f"}

# What slips of input methods and of the ear make of the key words; wrong and right have the same length.
_SLIPS = {
    "社宝卡": "社保卡", "设保卡": "社保卡", "射保卡": "社保卡", "社报卡": "社保卡", "社保咔": "社保卡", "社保喀": "社保卡",
    "社堡卡": "社保卡", "涉保卡": "社保卡", "社包卡": "社保卡", "一保转移": "医保转移", "一保登记": "医保登记", "转意": "转移", "专意": "转移",
    "不助": "补助", "补足": "补助", "补柱": "补助", "捕助": "补助", "市民咔": "市民卡", "社宝": "社保", "设保": "社保", "社饱": "社保", "杜保卡": "社保卡",
    "户囗": "户口", "护口": "户口", "沪口": "户口", "户扣": "户口", "户叩": "户口", "互口": "户口", "糊口本": "户口本",
    "户口薄": "户口簿", "户口部": "户口簿", "落护": "落户", "洛户": "落户", "落互": "落户", "烙户": "落户", "络户": "落户",
    "上护口": "上户口", "恢复护": "恢复户", "灰复户": "恢复户", "回复户": "恢复户",
    "农杭": "农行", "农航": "农行", "浓行": "农行", "侬行": "农行", "工杭": "工行", "工航": "工行", "公行": "工行", "供行": "工行",
    "建杭": "建行", "建航": "建行", "健行": "建行", "中杭": "中行", "中航银": "中行银", "银航": "银行", "银杭": "银行", "油储": "邮储", "由储": "邮储", "邮除": "邮储",
    "邮政除蓄": "邮政储蓄", "新业银行": "兴业银行", "星业银行": "兴业银行", "农姓": "农信", "农信设": "农信社", "浓信": "农信",
    "衣保": "医保", "医宝": "医保", "依保": "医保", "医报": "医保", "医饱": "医保", "养佬": "养老", "仰老": "养老",
    "养老保显": "养老保险", "养老宝险": "养老保险", "职业年今": "职业年金", "职业粘金": "职业年金", "职业年斤": "职业年金", "年今": "年金",
    "执业年金": "职业年金", "直业年金": "职业年金", "专移": "转移", "转易": "转移", "接绪": "接续", "接序": "接续",
    "退役报道": "退役报到", "退伍报道": "退伍报到", "去报道": "去报到", "来报道": "来报到", "办报道": "办报到", "保到": "报到",
    "退亿": "退役", "退役证建": "退役证件", "退武": "退伍", "退五": "退伍", "腿役": "退役", "腿伍": "退伍", "推役": "退役", "推伍": "退伍",
    "入五": "入伍", "入武": "入伍", "如伍": "入伍", "参君": "参军",
    "义物兵": "义务兵", "意务兵": "义务兵", "议务兵": "义务兵", "义雾兵": "义务兵", "艺务兵": "义务兵", "义务宾": "义务兵", "义务冰": "义务兵",
    "士管": "士官", "仕官": "士官", "土官": "士官", "士宫": "士官", "君士": "军士", "军土": "军士", "军仕": "军士", "俊士": "军士",
    "党圆": "党员", "党元": "党员", "挡员": "党员", "团元": "团员", "团园": "团员", "预备档员": "预备党员", "群从": "群众", "裙众": "群众",
    "油寄": "邮寄", "由寄": "邮寄", "邮记": "邮寄", "邮季": "邮寄", "邮计": "邮寄", "快弟": "快递", "块递": "快递", "自娶": "自取", "字取": "自取",
    "自曲": "自取", "自主就夜": "自主就业", "自主旧业": "自主就业", "自助就业": "自主就业", "集中移焦": "集中移交", "集中疑交": "集中移交",
    "补住": "补助", "补注": "补助", "布助": "补助", "补助斤": "补助金", "地方步助": "地方补助", "身分证": "身份证", "生份证": "身份证",
    "身份正": "身份证", "手机好码": "手机号码", "手几号": "手机号", "卡耗": "卡号", "培训雕研": "培训调研", "陪训": "培训", "调言": "调研",
    "灵活就夜": "灵活就业", "零活就业": "灵活就业", "城香居民": "城乡居民", "组织关细": "组织关系", "除乐": "除了", "处了": "除了", "触了": "除了",
}  # fmt: skip
_SLIP = re.compile("|".join(sorted(map(re.escape, _SLIPS), key=len, reverse=True)))


@lru_cache(maxsize=8192)
def _one(character: str) -> str:
    if character in _KEEP or (character < "\x80" and not character.isupper()):
        return character
    plain = unicodedata.normalize("NFKC", character)
    if len(plain) != 1 or plain == "/":
        plain = character
    simplified = _SIMPLIFIED.convert(plain)
    plain = simplified if len(simplified) == 1 else plain
    lower = plain.lower()
    return lower if len(lower) == 1 else plain


def normalise(text: str) -> str:
    """`text` in simplified, half-width, lower-case characters with slips of key words put right; the same length."""
    return _SLIP.sub(lambda slip: _SLIPS[slip[0]], "".join(map(_one, text)))


def same_width(text: str) -> str:
    """As `normalise`, but words are left as typed: for names and addresses, where a slip list could do harm."""
    return "".join(map(_one, text))
