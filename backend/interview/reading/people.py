"""Names of people: 我叫林小明 · 姓名：阿依古丽·买买提 · an address line with its recipient and mobile."""

from __future__ import annotations

import re
from dataclasses import dataclass

from backend.interview.checks import check_name
from backend.interview.reading.found import Found, cut
from backend.interview.reading.normalise import same_width
from backend.interview.reading.number_kinds import Number
from backend.interview.reading.numbers import find_numbers

#: A longer text is no answer to a question for a name.
LONGEST_ANSWER = 60

_HAN = r"[\u3400-\u9fff\U00020000-\U0003ffff]"
_FULL = rf"{_HAN}{{1,12}}(?:[·•・.]{_HAN}{{1,12}})+"
# Surnames that cover nearly everyone; only used where the place of a name in the sentence does not say what it is.
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董潘袁于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱丘江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由连郗潭"
)
_COMPOUND = frozenset(
    [
        "欧阳",
        "上官",
        "司马",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "长孙",
        "宇文",
        "司徒",
        "司空",
        "夏侯",
        "端木",
        "南宫",
        "范姜",
        "张简",
    ]
)
_STOP = r"(?=$|[^\u3400-\u9fff·]|今年|去年|前年|身份证|手机|电话|男|女|是|在|退|安置|住|家住|联系|住址|地址|卡号|义务兵|军士|党员|团员|要|想|也)"
_CUE = re.compile(
    rf"(?:我(?:的)?(?:名字)?(?:叫做?|名叫)|(?:我的)?姓名(?:是|叫|为|:|：|\s)*|(?:我的)?(?:名字|大名|本名)(?:是|叫|为|:|：|\s)+|本人叫?(?=姓?{_HAN}{{2,4}}[，,])|my name is\s*)\s*(?P<name>{_FULL}|{_HAN}{{2,4}}?){_STOP}"
)
_ALONE = re.compile(
    rf"^\s*(?:你?好?[，, ]*)?(?:我是|我叫|叫我?|姓名|名字|是|就是|叫做)?[：: ]*(?P<name>{_FULL}|{_HAN}(?:\s?{_HAN}){{1,14}}?)\s*(?:[。.！!，,~～]|哈|呀|啊)*\s*$"
)
_TITLES = re.compile(r"(?:先生|女士|小姐|同志|（收）|\(收\)|收件|亲收|本人收|收)$")
_NOT_NAME = re.compile(
    r"^(?:我|你|他|她|不|没|这|那|怎|什|哪|为|请|是|就|要|想|可|能|有|在|好|谢|办|退|自|邮|社|户|身|手|电|银|地|收|寄|同|跟|和|用|本人|一样|错|改|写|输|填|打|对|没|也|怎么)"
)


#: Everyday words that begin with a surname.
_WORDS = frozenset(
    {"公司", "单位", "家里", "宿舍", "门卫", "时候", "方便", "高中", "安全", "明天", "明年", "任何", "马上", "万一", "常用"}
)


def is_name(text: str) -> bool:
    """True for what is most likely a person's name by its surname and length: 林小明, 欧阳锋, 阿依古丽·买买提."""
    if "·" in text:
        return check_name(text).value is not None
    if text in _WORDS:
        return False
    if not re.fullmatch(rf"{_HAN}{{2,4}}", text) or check_name(text).value is None:
        return False
    return text[:2] in _COMPOUND or (text[0] in SURNAMES and len(text) <= 3)


def may_be_name(text: str) -> bool:
    """True when it begins with a surname and is no longer than names are, or has the dot of a minority's name."""
    return "·" in text or (len(text) <= 4 and _has_surname(text))


def _has_surname(text: str) -> bool:
    return text[:2] in _COMPOUND or text[:1] in SURNAMES


def named_person(text: str) -> Found[str] | None:
    """The name in a sentence that says so: 我叫林小明, 姓名：林小明."""
    match = _CUE.search(text)
    checked = check_name(match["name"]) if match else None
    if not match or not checked or checked.value is None or _NOT_NAME.match(match["name"]):
        return None
    return Found(checked.value, *match.span())


def only_a_name(text: str) -> str | None:
    """What stands for a name when a name was asked for, without 我叫 and the like; None when nothing does."""
    named = named_person(text)
    if named:
        return named.value
    text = re.sub(r"\s+", " ", text.strip())
    # A mother writes for her son: 孩子叫黄小军.
    text = re.sub(
        r"^(?:我|他|她|我?(?:家)?(?:孩子|儿子|女儿|老公|弟弟|哥哥))(?:的?(?:名字|大名|姓名))?(?:是|叫|名叫)", "", text
    )
    match = _ALONE.match(text) if len(text) <= LONGEST_ANSWER else None
    return re.sub(r"\s", "", match["name"]) if match else None


@dataclass(frozen=True)
class Parcel:
    """What a line says of where to send something; any part may be missing."""

    address: str | None = None
    recipient: str | None = None
    mobile: str | None = None


_LABELS = re.compile(
    r"(?:(?:公司|单位|家里?|学校|宿舍|邮寄|收件|收货|寄件|快递|详细)?(?:的)?(?:地址|住址)|收件人?(?:姓名)?|收货人|联系人|姓名|名字|(?:手机|电话|联系)(?:号码?|方式|电话)?|(?:户口[簿本]|社保卡)?(?:都|也)?(?:给我)?(?:寄到|寄去|寄往|邮寄到|邮到|送到|快递到)|(?:户口[簿本]|社保卡)(?:都|也)?寄|recipient|address|mobile|phone)\s*(?:是|为|:|：)*\s*"
)
_PARTS = re.compile(r"[，,。;；、\n\t|]+|\s+")
_DOOR_THEN_NAME = re.compile(rf"^(?P<address>.*(?:号|室|楼|栋|幢|座|单元|村|组|层|\d))\s*(?P<name>{_HAN}{{2,4}})$")
_PLACE_WORDS = re.compile(r"[省市县区镇乡村路街道巷弄号栋楼室座园城厝里店局院校厂站场]")


def read_parcel(text: str) -> Parcel:
    """Address, recipient and mobile of one line, in any order: “福建省…1号，林小明，138 0013 8000”."""
    mobile: Found[Number] | None = next((number for number in find_numbers(text) if number.value.kind == "mobile"), None)
    rest = cut(text, [(mobile.start, mobile.end)]) if mobile else text
    rest = re.sub(r"(?:\+?86[-\s]*)?\0+", "，", _LABELS.sub("，", rest))
    pieces = [piece for piece in _PARTS.split(rest) if piece and piece not in ("吧", "谢谢", "的", "是")]
    recipient: str | None = None
    places: list[str] = []
    for piece in pieces:
        bare = _TITLES.sub("", piece)
        door = _DOOR_THEN_NAME.match(bare)
        if recipient is None and is_name(bare) and not (_PLACE_WORDS.search(same_width(bare)[1:]) and len(pieces) == 1):
            recipient = bare
        elif recipient is None and door and is_name(door["name"]) and not _PLACE_WORDS.search(door["name"][1:]):
            recipient = door["name"]
            places.append(door["address"])
        else:
            places.append(piece)
    return Parcel("".join(places) or None, recipient, mobile.value.digits if mobile else None)
