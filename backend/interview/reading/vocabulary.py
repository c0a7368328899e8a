"""Words of everyday talk that belong to no catalogue: yes and no, negation, what people call a field, English names."""

from __future__ import annotations

import re

ENGLISH_MATTERS: dict[str, tuple[str, ...]] = {
    "report_in": ("report in", "reporting in", "check in"),
    "training_survey": ("training survey", "training", "survey"),
    "local_subsidy": ("local subsidy", "subsidy", "allowance", "buzhu"),
    "household_restoration": ("household restoration", "household registration", "household", "hukou", "luohu"),
    "pension_enrolment": ("pension enrolment", "pension enrollment", "pension registration"),
    "pension_transfer": ("pension transfer",),
    "annuity_transfer": ("annuity transfer", "annuity", "occupational annuity", "nianjin"),
    "medical_enrolment": ("medical enrolment", "medical enrollment", "medical insurance enrolment", "medical registration"),
    "medical_transfer": ("medical transfer", "medical insurance transfer"),
    "social_card": ("social security card", "social card", "social insurance card", "shebaoka", "she bao ka"),
    "party_league": ("party and league", "party membership transfer", "party transfer", "league transfer"),
}
# By the code of the catalogue.
ENGLISH_BANKS: dict[str, tuple[str, ...]] = {
    "icbc": ("icbc", "industrial and commercial bank", "gonghang"),
    "abc": ("agricultural bank", "nonghang"),
    "boc": ("bank of china", "zhonghang"),
    "ccb": ("ccb", "construction bank", "jianhang"),
    "bocom": ("bocom", "bank of communications", "jiaohang"),
    "psbc": ("psbc", "postal savings", "post bank", "youchu"),
    "cib": ("industrial bank", "xingye"),
}
ENGLISH_EDUCATION: dict[str, tuple[str, ...]] = {
    "primary": ("primary school",),
    "junior_middle": ("junior high", "middle school"),
    "senior_middle": ("senior high", "high school"),
    "secondary_vocational": ("vocational school",),
    "junior_college": ("junior college", "college diploma"),
    "bachelor": ("bachelor", "bachelor's", "undergraduate", "university"),
    "master": ("master", "master's"),
    "doctor": ("doctor", "phd", "doctorate"),
}

_NEGATION = re.compile(
    r"(?:(?<!是)不是|(?<!算)不算|(?<!属)不属于?|并不是|并非|非|没有?|未|(?<![要能可想用])不(?:要|用|想|需要|太|愿意?|打算|准备|在|会|肯)?|别|无需|免|isn't|aren't|not|no|never|don't want(?: to)?|without)"
    r"\s*(?:是|给我|帮我|要|用|再|去|走|选|办|自己|本人|过|属于|算|a|an|the|to|by|in|been)*\s*$"
)
_OR_BEFORE = re.compile(r"[\u4e00-\u9fff]{2,}还是\s*$")
_ASKS = re.compile(
    r"(?:是不是|算不算|属不属于|有没有|能不能|可不可以|要不要|是否|可否|能否|怎么|什么叫|什么是|啥叫|啥是|何为)[^，,。;；]{0,6}$"
)


def negated(plain: str, start: int) -> bool:
    """True when what begins at `start` of a normalised text is denied (不是党员, 不要邮寄); 是不是 denies nothing."""
    before = re.split(r"[，,。;；!！?？\n\0]", plain[max(0, start - 12) : start])[-1]
    return bool(_NEGATION.search(before))


def asked(plain: str, start: int, end: int) -> bool:
    """True when it is only asked about: 是不是义务兵, 什么是集中移交, 义务兵吗, 义务兵还是军士."""
    before = plain[max(0, start - 12) : start]
    if _ASKS.search(before) or _OR_BEFORE.search(before):
        return True
    return bool(re.match(r"\s*(?:的)?\s*(?:吗|么|嘛(?=\s*(?:$|[?？]))|还是|是什么|是啥|什么意思|怎么|指的?是)", plain[end:]))


_YES = re.compile(
    r"^\s*(?:嗯+|恩+|对+|对的|是+|是的|是啊|是呢|有|有的|在|在的|要|要的|要办|好+|好的|可以|行|行的|成|中|没错|确定|确认|没问题|当然|必须|必须的|办|同意|愿意|得|会|能|需要|想|肯定"
    r"|要得|阔以|妥|冲|走起|搞起|整起|来吧|安排上?(?![在到地])|o+k+|ok|okay|yes|yeah|yep|yup|y|sure|right|correct|true|agree|i do|i am|👌|👍)(?:啊|呀|的|吧|呢|哦|噢|哈|嘞|咯|了|呐|滴|嘛|撒|噻|哇|呗)*\s*[。！!~～.,，]*\s*"
)
_NO = re.compile(
    r"^\s*(?:不+|不是|不是的|没有?(?!错|问题)|没有的|无|不在|不要|不用|不办|不了|不必|不需要|不想|不行|不同意|不对|不会|不能|不愿意|否|未|暂时不|先不|算了|拒绝|错|都不是|no|nope|nah|not|n|false|disagree|i don't|i'm not|👎)"
    r"(?:啊|呀|的|吧|呢|哦|噢|哈|了|呐|要|用|办|滴|嘛|撒|噻|咯|嘞)*\s*[。！!~～.,，]*\s*"
)
# 没有身份证 says what is lacking, and no to nothing.
_LACKS = re.compile(r"\s*(?:还)?没有?(?:身份证|.{0,4}证|材料|时间|手机|卡|收到|拿|人|空|信号|听|看|懂|明白|钱)")
_TAIL_NO = re.compile(r"不是|不在|不要|不用|不办|没有|不需要|不对|不同意|不打算|没办法")
_TAIL_YES = re.compile(r"(?:就|当然|肯定|应该)?是的|没错|对的|就是$|要办|我是$|有的$|我要$")


def plain_yes_no(plain: str) -> bool | None:
    """Yes or no when a normalised text says that and nothing else (嗯, 好的，可以; 不用了), else None."""
    rest, said = plain.strip(), set()
    while rest:
        no = _NO.match(rest)
        word = no or _YES.match(rest)
        if word is None or word.end() == 0:
            return None
        said.add(word is not no)
        rest = re.sub(r"^(?:谢谢|多谢|麻烦了|thanks|thank you)?[。！!]*", "", rest[word.end() :])
    return said.pop() if len(said) == 1 else None


def yes_no(plain: str) -> bool | None:
    """Yes or no at the head of a normalised text (嗯, 是的, 对, 有; 不是, 没有, 不用), None when it is neither or both."""
    if plain.rstrip().endswith("嘛") and (said := plain_yes_no(plain)) is not None:
        # 同意嘛 asks nothing; 义务兵嘛 may.
        return said
    if re.search(r"是不是|有没有|对不对|行不行|要不要|[吗么嘛?？]\s*$", plain):
        return None
    no, yes = _NO.match(plain), _YES.match(plain)
    if UNSURE.search(plain) or (no and _LACKS.match(plain)):
        return None
    if no:
        return False
    if yes and yes.end() == len(plain):
        return True
    if _TAIL_NO.search(plain):
        return False
    if yes:
        return True
    return True if _TAIL_YES.search(plain) else None


UNSURE = re.compile(
    r"不知道|不清楚|不懂|不确定|没听过|搞不清|忘了|忘记|记不得|记不清|不记得|不晓得|母知|莫知|don't know|not sure|no idea"
)

# Banks that may not be among the partners; asked after the catalogue's own, so a partner is never taken for one of these.
OTHER_BANK = re.compile(
    r"(?:招商|民生|光大|浦发|浦东发展|平安|中信|华夏|广发|浙商|渤海|恒丰|厦门国际|海峡|厦门|泉州|福建海峡|上海|北京|江苏|宁波|微众|网商|花旗|汇丰)(?:银行|行)?|[招民光浦]行|[\u4e00-\u9fff]{2,6}?银行|(?<![a-z])(?:cmb|spdb|cmbc|citic|hsbc)(?![a-z])"
)

# What people call a field when they change it; the first that fits wins, so the particular stands before the general.
FIELD_NAMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"(?:户口[簿本]|户籍本).{0,4}(?:收件人|收货人)", ("booklet_recipient",)),
    (r"(?:社保卡|市民卡).{0,4}(?:收件人|收货人)", ("card_recipient",)),
    (r"(?:户口[簿本]|户籍本).{0,4}(?:收件)?(?:手机|电话)", ("booklet_mobile",)),
    (r"(?:社保卡|市民卡).{0,4}(?:收件)?(?:手机|电话)", ("card_mobile",)),
    (r"(?:户口[簿本]|户籍本).{0,4}(?:地址|寄到|寄哪)", ("booklet_address",)),
    (r"(?:社保卡|市民卡).{0,4}(?:地址|寄到|寄哪)", ("card_address",)),
    (r"收件(?:人)?(?:的)?(?:手机|电话)|recipient'?s? (?:mobile|phone)", ("booklet_mobile", "card_mobile")),
    (r"收件人|收货人|recipient", ("booklet_recipient", "card_recipient")),
    (r"(?:邮寄|收件|收货|快递|寄件|寄)的?(?:地址|地方)|寄(?:到|去|往)?(?:哪|那里)|(?:mailing|postal|delivery) address", ("booklet_address", "card_address")),
    (r"(?:户口[簿本]|户籍本).{0,6}(?:领取|怎么[取拿领]|邮寄|自取|方式|寄)", ("booklet_delivery",)),
    (r"(?:社保卡|市民卡).{0,6}(?:领取|怎么[取拿领]|邮寄|自取|方式|寄)", ("card_delivery",)),
    (r"领取方式|取件方式|送达方式|怎么[取拿领]|邮寄方式|领取|delivery", ("booklet_delivery", "card_delivery")),
    (r"(?:社保卡|市民卡).{0,4}(?:合作)?(?:银行|哪家)|合作银行|发卡行|开户行|partner bank|换(?:个|家)?银行|银行(?!卡|账)|bank(?! ?card| account)", ("card_bank",)),
    (r"卡号|银行卡(?:号码?)?|银行账[号户]|账号|补助的?卡|收款卡|工资卡|储蓄卡|bank ?card(?: number)?|card number|account number", ("bank_card",)),
    (r"身份证(?:号码?|号)|证件号码?|公民身份号码|身份号码?|身份证(?=.{0,3}(?:错|改|不对|写|输|填|发))|id number|identity number|id card number", ("id_number",)),
    (r"新身份证|办身份证|换身份证", ("new_id_card",)),
    (r"退出现役证号?|退役证号?|退伍证号?|证号|证书编号|certificate number", ("certificate_number",)),
    (r"手机号?码?|电话号?码?|联系方式|联系电话|mobile|phone", ("mobile",)),
    (r"(?:入伍|参军|当兵|应征)的?(?:地方?|地点|哪)|enlist(?:ment)? place", ("enlist_place",)),
    (r"(?:入伍|参军|当兵)(?:的)?(?:时间|年月|日期|月份|年份)?|enlist(?:ment)? (?:date|month)", ("enlist_month",)),
    (r"(?:退役|退伍)(?:的)?(?:时间|年月|日期|月份|年份)|什么时候退|discharge (?:date|month)", ("discharge_month",)),
    (r"安置地(?:方|点)?|安置(?:的)?(?:县|区|县区)|落户地|settlement", ("county",)),
    (r"家庭住址|家庭地址|家里地址|家里的地址|住址|住哪|home address", ("home_address",)),
    (r"现(?:在)?(?:所在|住)(?:地|市县|的地方)?|所在市县|current place", ("current_place",)),
    (r"地址|address", ("home_address", "booklet_address", "card_address")),
    (r"名字|姓名|name", ("name",)),
    (r"文化程度|学历|文凭|education", ("education",)),
    (r"政治面貌|党员身份|political status", ("political_status",)),
    (r"(?:转入)?党(?:组织|支部)(?!关系)|party organi[sz]ation", ("party_organisation",)),
    (r"(?:转入)?团(?:组织|委|支部)(?!关系)|league organi[sz]ation", ("league_organisation",)),
    (r"士兵(?:类别|类型|种类)|兵种|义务兵还是|kind of soldier", ("soldier_kind",)),
    (r"自主就业|就业方式|安置方式", ("self_employed",)),
    (r"集中移交|移交方式", ("handed_over",)),
    (r"(?:本地)?户籍|本地户口|户口所在地?", ("local_household",)),
    (r"医保(?:参保)?(?:种类|类型|类别|哪一?种)", ("medical_kind",)),
    (r"(?:办理?)?(?:的)?事项|办哪些|选项|matters", ("matters",)),
    (r"(?:缺的?|还缺的?)?材料(?!清单)|papers", ("papers_lacking",)),
)  # fmt: skip
