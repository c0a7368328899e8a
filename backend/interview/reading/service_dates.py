"""Which of the months in a sentence is the discharge and which the enlistment: 18年9月入伍20年9月退 · 服役2018.9到2020.8. Pure."""

from __future__ import annotations

import re
from datetime import date

from backend.interview.reading.dates import read_months
from backend.interview.reading.found import Found
from backend.interview.reading.vocabulary import negated

_LEFT = (
    r"退出现役|退役(?!军人|士兵|手续|报到|补助|金|证|事务|一件事|养老|医疗|档案|费|大学|人员|安置|后|登记|办)|退伍(?!军人|士兵|手续|报到|补助|金|证|费|兵|老兵|后|办)|复[员原](?!证|费|图)|(?<![\d刚才])批次?(?:的)?(?=$|[，,。;；\s])|转业(?!安置)"
    r"|刚退|退的|退了|退下来|退回|退(?=$|[，,。;；、！!\s\d])|离队|离开部队|下队|脱(?:下|掉|了|的)*军装|期满|满期|(?<!没)(?<!不)回来|回地方|回家|卸甲|discharged?|demobili[sz]ed|left the army|retired"
)
_JOINED = r"入的?伍|参的?军|当的?兵(?!的地方)|去当兵|从军|应征|入营|年(?:的)?兵(?=$|[，,。\s])|去部队|进部队|到部队|enlist(?:ed)?|joined"
_CUE = re.compile(rf"(?P<left>{_LEFT})|(?P<joined>{_JOINED})")
_CLAUSE = re.compile(r"[^，,。;；!！\n]+")
_RANGE = re.compile(r"^\s*(?:到|至|-|–|—|~|～|--)+\s*$")
# 今年五月刚批的, 六月入的党: the month belongs to the party or the league.
_OF_MEMBERSHIP = re.compile(r"\s*(?:刚|才|就|被)*(?:入了?的?[党团]|(?<=[刚才被])批|批准|转正|宣誓|发展)")
_OTHER = re.compile(r"生日|出生|预约|有效期|到期|提交|申请|办的?(?!退)|寄出?|下个?月|几月|多久|之前|以前到")


def service_dates(plain: str, today: date) -> tuple[Found[str] | None, Found[str] | None]:
    """(discharge, enlistment) of a normalised text, each "YYYY-MM" or "YYYY", None when it is not said."""
    months = [
        month
        for month in read_months(plain, today)
        if not negated(plain, month.start) and not _OF_MEMBERSHIP.match(plain, month.end)
    ]
    left: list[Found[str]] = []
    joined: list[Found[str]] = []
    for clause in _CLAUSE.finditer(plain):
        inside = [month for month in months if clause.start() <= month.start and month.end <= clause.end()]
        cues = list(_CUE.finditer(plain, clause.start(), clause.end()))
        for month in inside:
            cue = _cue_of(month, inside, cues)
            if cue is not None:
                (left if cue["left"] else joined).append(month)
        if _is_span(plain, inside) and not (left and joined):
            joined, left = [inside[0]], [inside[1]]
        elif len(inside) == 1 and not cues:
            _beside(plain, clause, inside[0], left, joined)
    return _best(left), _best(joined)


def _cue_of(month: Found[str], months: list[Found[str]], cues: list[re.Match[str]]) -> re.Match[str] | None:
    """The cue that goes with a month: behind it, or before it where the clause begins with a cue (入伍2018.9)."""
    before = [cue for cue in cues if cue.end() <= month.start]
    after = [cue for cue in cues if cue.start() >= month.end]
    previous = max((other.end for other in months if other.end <= month.start), default=-1)
    following = min((other.start for other in months if other.start >= month.end), default=1 << 30)
    before = [cue for cue in before if cue.start() >= previous]
    after = [cue for cue in after if cue.end() <= following]
    leads = bool(cues) and cues[0].start() < months[0].start
    ordered = [*reversed(before), *after] if leads else [*after, *reversed(before)]
    return ordered[0] if ordered else None


def _is_span(plain: str, months: list[Found[str]]) -> bool:
    return len(months) == 2 and months[0].value < months[1].value and bool(_RANGE.match(plain[months[0].end : months[1].start]))


def _beside(plain: str, clause: re.Match[str], month: Found[str], left: list[Found[str]], joined: list[Found[str]]) -> None:
    """A clause that is nothing but a month: the cue ends the clause before it, or stands in the next; else it is the discharge."""
    rest = (plain[clause.start() : month.start] + plain[month.end : clause.end()]).strip(" 的份我是在")
    if rest or len(month.value) < 7:
        return
    before = list(_CUE.finditer(plain[: clause.start()]))
    near = before[-1] if before and clause.start() - before[-1].end() <= 2 else _CUE.search(plain, clause.end())
    if near and near["joined"]:
        joined.append(month)
    elif near or not _OTHER.search(plain):
        left.append(month)


def _best(months: list[Found[str]]) -> Found[str] | None:
    """The last full month, for a correction comes last; else the last year."""
    full = [month for month in months if len(month.value) > 4]
    best = full or months
    return best[-1] if best else None
