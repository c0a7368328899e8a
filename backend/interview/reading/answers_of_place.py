"""Answers that name a place: county, where enlisted, where now, addresses, and the organisation to move to. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from backend.interview.checks import check_address, check_mobile
from backend.interview.reading.answer import NOTHING, Asked, Reading, of_check
from backend.interview.reading.corrections import named_fields
from backend.interview.reading.no_names import is_something_else
from backend.interview.reading.normalise import normalise
from backend.interview.reading.parcels import read_parcels
from backend.interview.reading.people import read_parcel
from backend.interview.reading.places import find_places, outside_fujian
from backend.interview.reading.vocabulary import UNSURE
from backend.locale.text import T

_SAME_AS_SETTLED = re.compile(r"安置地|落户地|就是(?:这里|这儿|本地|当地)|同上|一样|本地|当地|老家那里|就在这|same")


def county(said: Asked) -> Reading:
    """A county code; `candidates` for a city or a name that several have; a problem for what is not in Fujian."""
    places = [one for one in find_places(said.plain, said.words) if not one.value.denied]
    meant = [one for one in places if one.value.role != "enlist"] or places
    meant = [one for one in meant if one.value.settled] or [one for one in meant if one.value.role == "county"] or meant
    clear = [one for one in meant if len(one.value.codes) == 1]
    if clear:
        return Reading(clear[-1].value.codes[0], span=(clear[-1].start, clear[-1].end))
    if meant:
        last = meant[-1]
        if last.value.codes:
            return Reading(candidates=last.value.codes, span=(last.start, last.end))
        return Reading(
            problem=T("“{place}”里没找到这个县（市、区），看看是不是写错了？", place=said.text[last.start : last.end])
        )
    if "金门" in said.plain:
        # Our reading: it has a code, but no office that the notice names.
        return Reading(
            problem=T("金门县这里办不了：通知没有写那里由哪个窗口接收。安置地写在行政介绍信上，写那上面的县（市、区）就行。")
        )
    outside = outside_fujian(said.plain)
    if outside:
        return Reading(
            problem=T("{place}不在福建。这里办的是安置在福建的退役手续，安置地写在行政介绍信上。", place=outside.value)
        )
    return NOTHING


def enlist_place(said: Asked) -> Reading:
    """Free words down to the county; a county of Fujian is written out in full; 就是安置地 is the county of settlement."""
    return _somewhere(said, full=True)


def current_place(said: Asked) -> Reading:
    """Free words down to city and county; a county of Fujian by its official name."""
    return _somewhere(said, full=False)


_PLACE_CUE = re.compile(
    r"^\s*(?:我|我是|我就?是?)?(?:现在?|目前|当时)?(?:人)?(?:是|就)?(?:从|在|住在|住|是在|于)?\s*|\s*(?:入的?伍|参的?军|当的?兵|应征|去的|打工|上班|工作|这边|那边|那里|住|居住|生活|呢|的|啊|。)*\s*$"
)
_ENOUGH = re.compile(r"[省市县区旗州盟]|[\u4e00-\u9fff]{2,}")


def _somewhere(said: Asked, full: bool) -> Reading:
    counties = said.catalogue.counties
    places = [one for one in find_places(said.plain, said.words) if not one.value.denied]
    clear = [one for one in places if len(one.value.codes) == 1]
    if clear:
        found = clear[-1]
        unit = counties[found.value.codes[0]]
        return Reading(unit.full_name if full else unit.name, span=(found.start, found.end))
    if places and places[-1].value.codes and full:
        return Reading(candidates=places[-1].value.codes, problem=T("还差县（市、区），比如“福建省福州市闽侯县”。"))
    settled = counties.get(str(said.answers.get("county")))
    if settled and _SAME_AS_SETTLED.search(said.plain):
        unit = settled
        return said.all(unit.full_name if full else unit.name)
    outside = outside_fujian(said.plain)
    written = _PLACE_CUE.sub("", said.text).strip(" ，,。")
    if places and places[-1].value.city:
        return said.all(written)
    if outside or re.fullmatch(r"[\u4e00-\u9fff]{2,}(?:省|市|县|区|旗|州|盟)[\u4e00-\u9fff]*", written):
        if full and not re.search(r"[县区旗]|市.*市", written) and len(written) < 5:
            return Reading(problem=T("入伍地要写到省、市、县，比如“{place}某某县”这样。", place=written))
        return said.all(written)
    return NOTHING


def home_address(said: Asked) -> Reading:
    """An address with a town or street, and a door number or village."""
    text = re.sub(r"^\s*(?:我家)?(?:家庭)?(?:住址|地址|家)?\s*(?:是|在|住在|住|为|:|：)*\s*", "", said.text)
    parcel = read_parcel(text)
    if parcel.address is None or not (parcel.mobile or parcel.recipient):
        return _address(said, text)
    # Name and mobile in the same line are their own answers, where they have none yet.
    reading = _address(said, parcel.address)
    beside = {"name": parcel.recipient, "mobile": check_mobile(parcel.mobile).value if parcel.mobile else None}
    extra = {field: value for field, value in beside.items() if value and field not in said.answers}
    return replace(reading, extra=extra) if reading.said else reading


def _address(said: Asked, text: str) -> Reading:
    looks = re.search(r"[省市县区镇乡村路街巷弄号栋楼室]|\d", text) or find_places(said.plain, said.words)
    if not looks or UNSURE.search(said.plain) or re.search(r"[?？]\s*$|[吗呢]\s*$|怎么|多少|为什么|要钱|哪|什么", said.plain):
        return NOTHING
    if re.fullmatch(r"[\d\s\-]+", text):
        return NOTHING
    return of_check(check_address(text), 0, len(said.text))


_HOME = re.compile(
    r"(?:寄)?(?:到|回)?(?:我)?(?:家里?|家庭住址|家庭地址|住址)(?:就?行|吧|就好|那里|地址|即可)?[。！!]*$|同家庭|刚才(?:那个|的)?地址|上面的?地址|home"
)
_WITH_BOOKLET = re.compile(r"(?:和|跟|同|与)户口[簿本]|一起寄|一样|同(?:上|一个)|同户口|一处|相同|一块|same")


def mailing_address(said: Asked) -> Reading:
    """Where something is sent; recipient and mobile of the same line go to `extra`. 寄到家里 and 和户口簿一起 are looked up."""
    item = said.field.partition("_")[0]
    other = "card" if item == "booklet" else "booklet"
    sent = read_parcels(said.text, said.answers.get("home_address"))
    if other in sent and item not in sent:
        # 社保卡寄到…, said where the booklet was asked about: the other's, and no answer to this.
        parts = {f"{other}_{part}": value for part, value in sent[other].value.items()}
        return Reading(extra=parts, span=(sent[other].start, sent[other].end))
    if item in sent:
        parts = {f"{thing}_{part}": value for thing in sent if thing for part, value in sent[thing].value.items()}
        return Reading(parts.pop(f"{item}_address"), extra=parts, span=(0, len(said.text)))
    parcel = read_parcel(said.text)
    extra: dict[str, Any] = {}
    # 寄到晋江: a place whose first character is a surname, too.
    if parcel.recipient and is_something_else(normalise(parcel.recipient), said.words):
        parcel = replace(parcel, recipient=None, address=parcel.address or parcel.recipient)
    if parcel.recipient:
        extra[f"{item}_recipient"] = parcel.recipient
    if parcel.mobile and check_mobile(parcel.mobile).value:
        extra[f"{item}_mobile"] = parcel.mobile
    short = len(parcel.address or "") <= 14 and not re.search(r"\d|[路街村镇]", said.plain)
    if item == "card" and short and _WITH_BOOKLET.search(said.plain) and said.answers.get("booklet_address"):
        known = {part: said.answers.get(f"booklet_{part}") for part in ("recipient", "mobile")}
        own = {f"card_{part}": value for part, value in known.items() if value}
        return Reading(said.answers["booklet_address"], extra={**own, **extra}, span=(0, len(said.text)))
    if short and _HOME.search(said.plain) and said.answers.get("home_address"):
        return Reading(said.answers["home_address"], extra=extra, span=(0, len(said.text)))
    if parcel.address is None:
        return Reading(extra=extra, span=(0, len(said.text)) if extra else None)
    reading = _address(said, parcel.address)
    if reading.value is None and reading.problem is None and not extra:
        return NOTHING
    return Reading(reading.value, reading.problem, extra, reading.span or (0, len(said.text)))


_TO_COUNTY = re.compile(
    r"县里|区里|市里(?:定|安排)|你们(?:定|安排|看|决定)|随便|都行|都可以|无所谓|听安排|服从|没想好|还没定|帮我(?:定|选)|默认|county|whatever|you decide"
)
_ORGANISATION = re.compile(
    r"党支部|支部|党委|党总支|党组织|团委|团支部|团总支|社区|村|街道|镇|乡|公司|学校|大学|学院|单位|局|医院|厂|集团|committee|branch"
)
_ORGANISATION_CUE = re.compile(
    r"^\s*(?:我)?(?:想|要|打算|准备)?(?:转(?:到|入|去|回)?|是|到|去|回|就)?(?:是)?\s*|(?:吧|就行|那里|那边|。)*\s*$"
)


def organisation(said: Asked) -> Reading:
    """The organisation in free words; `county` where it is left to the county or not known."""
    if named_fields(said.plain) and UNSURE.search(said.plain) and not re.search(r"组织|团委|支部", said.plain):
        return NOTHING
    if UNSURE.search(said.plain) or (_TO_COUNTY.search(said.plain) and len(said.plain.strip()) <= 12):
        return said.all("county")
    written = _ORGANISATION_CUE.sub("", said.text).strip(" ，,。")
    if (
        _ORGANISATION.search(said.plain)
        and 3 <= len(written) <= 60
        and not re.search(r"[?？]\s*$|[吗呢]\s*$|怎么|哪个|什么", said.plain)
    ):
        return said.all(written)
    return NOTHING
