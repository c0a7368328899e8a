"""Counties of Fujian in a sentence, and addresses: 鼓楼, 福州鼓楼, 福州市鼓楼区, 晋江; a bare city is every county of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from backend.interview.reading.found import Found
from backend.interview.reading.lexicon import Lexicon
from backend.interview.reading.vocabulary import negated

# Names of counties that are everyday words or given names, too: alone they need a word beside them that says a place is meant.
_EVERYDAY = frozenset(
    [
        "平和",
        "三元",
        "大田",
        "清流",
        "政和",
        "永安",
        "建宁",
        "光泽",
        "东山",
        "华安",
        "将乐",
        "惠安",
        "福安",
        "南安",
        "永定",
        "长乐",
        "同安",
    ]
)
_PLACE_BEFORE = re.compile(
    r"(?:^|[在到回去往是于属落选，,。;；:：、\s]|安置|福建|户口|成|叫|改|为|(?<!给)我|阮|囝|儿子|孩子|老公|弟弟|哥哥)$"
)
_PLACE_AFTER = re.compile(r"^(?:$|[，,。;；、!！?？\s]|的|县|市|区|安置|落户|人|这|那|吧|啊|呢|退役|退伍|报到)")
_ADDRESS_AFTER = re.compile(
    r"^[\u4e00-\u9fff0-9a-z]{0,10}?(?:街道|镇|乡(?!居民)|路|大道|大街|村|巷|弄|号楼?|社区|小区|花园|公寓|新村)(?!办)"
)
_ENGLISH_UNIT = re.compile(r"\s*(?:district|county|city)?\s*(?:,|in|of|，)?\s*", re.IGNORECASE)
_SETTLED = re.compile(r"安置|落户|落到|落在|户口(?:要)?(?:落|迁|回)|报到|接收|settle")
# An address first, and that this is the place after it: 家在…镇，就安置那边.
_SETTLED_THERE = re.compile(r"(?:安置|落户?|户口)(?:就|也|都)*(?:安置|放|落)?(?:在|到)?(?:这|那)")
_ENLISTED_AFTER = re.compile(r"^\s*(?:那边|这边|武装部|人武部)?\s*(?:入的?伍|参的?军|应征|当的?兵|去当兵|征兵|报名)")
_ENLISTED_BEFORE = re.compile(
    r"(?:入伍地(?:点|方)?|入伍(?:所在)?(?:地|的地方)|应征地|从哪.?入伍|入伍[是在:：]+)\s*(?:是|在|:|：|为)*\s*(?:福建省?)?\s*$"
)
_NOW_BEFORE = re.compile(r"(?:现在(?:人)?(?:在|住)|现居|现住|人在|住在|目前在|打工|上班|在外地)\s*(?:福建省?)?\s*$")
_OUTSIDE = re.compile(
    r"北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
    r"|石家庄|太原|沈阳|大连|长春|哈尔滨|南京|苏州|杭州|宁波|温州|合肥|南昌|赣州|上饶|济南|青岛|郑州|武汉|长沙|广州|深圳|东莞|汕头|梅州|潮州|海口|成都|贵阳|昆明|西安|兰州|西宁|台北|南宁|拉萨|银川|乌鲁木齐|呼和浩特"
)


@dataclass(frozen=True)
class Place:
    """What a name of a place may mean. `codes`: county codes, one when it is clear; `city` when a city was named.

    codes is empty when the city that was named has no county of that name (厦门鼓楼).
    """

    codes: tuple[str, ...]
    city: str | None = None
    role: str = "county"
    denied: bool = False
    settled: bool = False


def find_places(plain: str, words: Lexicon) -> list[Found[Place]]:
    """Every county or city of Fujian in a normalised text, with the part it plays: county, enlist, now, or address."""
    cities = words.cities.find(plain)
    counties = words.counties.find(plain)
    found: list[Found[Place]] = []
    for county in counties:
        if any(county.overlaps(place.start, place.end) for place in found):
            continue
        city = next((c for c in cities if c.end <= county.start and not plain[c.end : county.start].strip(" 市的")), None)
        # Gulou District, Fuzhou: English names the city behind.
        behind = next(
            (
                c
                for c in cities
                if city is None and c.start >= county.end and _ENGLISH_UNIT.fullmatch(plain[county.end : c.start])
            ),
            None,
        )
        name = plain[county.start : county.end]
        if not city and name in _EVERYDAY and not _is_place(plain, county.start, county.end):
            continue
        codes = tuple(code for code in county.value if city is None or code in city.value) if city else county.value
        if behind and len(both := tuple(code for code in codes if code in behind.value)) == 1:
            found.append(_placed(plain, both, plain[behind.start : behind.end], county.start, behind.end))
            continue
        start = city.start if city else county.start
        found.append(_placed(plain, codes, plain[city.start : city.end] if city else None, start, county.end))
    for city in cities:
        if not any(place.overlaps(city.start, city.end) for place in found):
            found.append(_placed(plain, city.value, plain[city.start : city.end], city.start, city.end))
    return sorted(found, key=lambda place: place.start)


def outside_fujian(plain: str) -> Found[str] | None:
    """A province or large city that is not in Fujian."""
    match = _OUTSIDE.search(plain)
    return Found(match[0], *match.span()) if match else None


def _is_place(plain: str, start: int, end: int) -> bool:
    follows = _PLACE_AFTER.match(plain[end:]) or _ADDRESS_AFTER.match(plain[end:])
    return bool(_PLACE_BEFORE.search(plain[:start])) and bool(follows)


def _placed(plain: str, codes: tuple[str, ...], city: str | None, start: int, end: int) -> Found[Place]:
    province = re.search(r"福建省?\s*$", plain[:start])
    start = province.start() if province else start
    before, after = plain[max(0, start - 12) : start], plain[end : end + 16]
    clause = re.split(r"[，,。;；\n]", before)[-1] + re.split(r"[，,。;；\n]", after)[0]
    settled = bool(_SETTLED.search(clause))
    if _ENLISTED_AFTER.match(after) or _ENLISTED_BEFORE.search(before):
        role = "enlist"
    elif _ADDRESS_AFTER.match(re.sub(r"^[县市区]", "", after)) and not (settled or _SETTLED_THERE.search(plain[end:])):
        role = "address"
    elif _NOW_BEFORE.search(before) and not settled:
        role = "now"
    else:
        role = "county"
    return Found(Place(codes, city, role, negated(plain, start), settled), start, end)
