"""What veterans say of it: how satisfied they were, the words they left, problems they reported and what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sanic.response import HTTPResponse

from backend.clock import local
from backend.console import supervising, words
from backend.console.desk import Desk
from backend.console.paging import Listing
from backend.console.routes import page
from backend.console.supervising import BASE, MOST_ROWS, ROLES, Asked, matter_of, named
from backend.console.supervision import MOST_BARS, drawn
from backend.locale.text import T, Text
from backend.requests import service as requests
from backend.requests.model import COMPLAINT, URGE
from backend.satisfaction.rules import SCALE
from backend.statistics import satisfaction
from backend.statistics.drawing import Plot, Series
from backend.statistics.rules import COUNTY, DEPARTMENT, MONTH, bounds
from backend.statistics.satisfaction import Line

SATISFACTION, PROBLEMS = f"{BASE}/satisfaction", f"{BASE}/problems"
LIMIT = 20
KINDS: Mapping[str, Text] = {URGE: T("本人催办"), COMPLAINT: T("本人投诉")}
ANSWERED: Mapping[str, Text] = {"": T("全部"), "no": T("等回复"), "yes": T("已回复")}


def _by(asked: Asked) -> str:
    """A case is rated as a whole: by month or by county."""
    return COUNTY if asked.by == COUNTY else MONTH


@page("/supervision/satisfaction", *ROLES)
async def satisfied(desk: Desk) -> HTTPResponse:
    """Counts, means, and the words, without whose they are. # notice 六(三)"""
    asked, form = supervising.read_asked(desk), supervising.form_of(desk)
    by = _by(asked)
    wordy = desk.asked("table") == "words"
    after = supervising.read_cursor(desk.asked("after"))
    limit = MOST_ROWS if form and wordy else LIMIT + 1
    async with desk.house.db.reading() as session:
        lines = await satisfaction.together(session, asked.wanted, by)
        written = await satisfaction.words(session, asked.wanted, None if form else after, limit)
    if form and wordy:
        head = [desk.say(each) for each in (T("日期"), T("县（市、区）"), T("评分"), T("留言"))]
        rows: list[list[object]] = [
            [f"{_on(row):%Y-%m-%d}", named(desk, COUNTY, row.county), row.score, text] for row, text in written
        ]
        return supervising.file_of(form, f"words-{asked.first}-{asked.last}", "留言", head, rows)
    if form:
        head = [desk.say(each) for each in (supervising.HEADS[by], T("询问"), T("回答"), T("平均分"), *SCALE.values())]
        rows = [[named(desk, by, key), line.asked, line.answered, line.mean, *line.scores.values()] for key, line in lines]
        return supervising.file_of(form, f"satisfaction-by-{by}-{asked.first}-{asked.last}", "满意度", head, rows)
    more = (
        supervising.write_cursor(_at(written[LIMIT - 1][0]), written[LIMIT - 1][0].application_id)
        if len(written) > LIMIT
        else None
    )
    query = asked.query(by=by if by != MONTH else "", department="", matter="")
    place = Listing(SATISFACTION, query, cursor=desk.asked("after") or None, after=more)
    return desk.page(
        "supervision/satisfaction.html",
        **supervising.choices(desk, asked),
        by=by,
        by_links=[(each, desk.say(supervising.BY_WORDS[each]), _address(asked, each)) for each in (MONTH, COUNTY)],
        one_county=len(desk.staff.counties or ()) == 1,
        lines=[(named(desk, by, key), line) for key, line in lines],
        total=_all(lines),
        scale=SCALE,
        written=[(row, text, named(desk, COUNTY, row.county), _on(row)) for row, text in written[:LIMIT]],
        alternative=_alternative(desk, by, lines),
        listing=place,
        most_bars=MOST_BARS,
        words_by=desk.say(supervising.HEADS[by]),
        plot=lambda **ground: _address(asked, by, f"{SATISFACTION}/plot.svg", **ground),
        file=lambda form, table: _address(asked, by, form=form, table=table),
    )


@page("/supervision/satisfaction/plot.svg", *ROLES)
async def satisfied_plot(desk: Desk) -> HTTPResponse:
    """The means as a plot."""
    asked = supervising.read_asked(desk)
    by = _by(asked)
    async with desk.house.db.reading() as session:
        lines = (await satisfaction.together(session, asked.wanted, by))[:MOST_BARS]
    labels = tuple(named(desk, by, key, short=True) for key, _ in lines)
    series = Series(desk.say(T("平均分")), tuple(line.mean for _, line in lines))
    return await drawn(desk, Plot(labels, (series,), lying=by == COUNTY, most=5.0, line=by == MONTH))


def _address(asked: Asked, by: str, path: str = SATISFACTION, **other: str) -> str:
    return asked.address(path, **{"by": by if by != MONTH else "", "department": "", "matter": "", **other})


def _at(row: Any) -> datetime:
    return row.answered_at or row.asked_at  # type: ignore[no-any-return]


def _on(row: Any) -> datetime:
    return local(_at(row))


def _all(lines: Sequence[tuple[str, Line]]) -> Line:
    total = Line("")
    for _, line in lines:
        total.asked += line.asked
        for score, count in line.scores.items():
            total.scores[score] += count
    return total


def _alternative(desk: Desk, by: str, lines: Sequence[tuple[str, Line]]) -> str:
    valued = [(named(desk, by, key), line.mean) for key, line in lines[:MOST_BARS] if line.mean is not None]
    if not valued:
        return desk.say(T("平均分：还没有人回答。"))
    high, low = max(valued, key=lambda each: each[1]), min(valued, key=lambda each: each[1])
    return desk.say(
        T(
            "平均分（满分5分）：最高是{high}，{most}；最低是{low}，{least}。每个数都在旁边的表里。",
            high=high[0],
            most=high[1],
            low=low[0],
            least=low[1],
        )
    )


@page("/supervision/problems", *ROLES)
async def problems(desk: Desk) -> HTTPResponse:
    """催办 and complaints, the newest first; their words are for those near the case."""
    asked, form = supervising.read_asked(desk), supervising.form_of(desk)
    kind = desk.asked("kind") if desk.asked("kind") in KINDS else ""
    answered = desk.asked("answered") if desk.asked("answered") in ANSWERED else ""
    wanted = requests.Reported(
        bounds(asked.first)[0],
        bounds(asked.last)[1],
        asked.wanted.counties,
        asked.wanted.department,
        asked.wanted.matter,
        (kind,) if kind else (URGE, COMPLAINT),
        {"yes": True, "no": False}.get(answered),
        None if form else supervising.read_cursor(desk.asked("after")),
        MOST_ROWS if form else LIMIT + 1,
    )
    async with desk.house.db.reading() as session:
        found = await requests.reported(session, wanted)
        counts = {} if form else await requests.count_reported(session, wanted)
    near = supervising.near(desk)
    if form:
        return supervising.file_of(
            form, f"problems-{asked.first}-{asked.last}", "问题与处理", _head(desk, near), _lines(desk, found, near)
        )
    last = found[LIMIT - 1][0] if len(found) > LIMIT else None
    after = supervising.write_cursor(last.asked_at, last.id) if last is not None else None
    query = asked.query(by="", kind=kind, answered=answered)
    return desk.page(
        "supervision/problems.html",
        **supervising.choices(desk, asked),
        kind=kind,
        kinds=[("", desk.say(T("全部"))), *((each, desk.say(text)) for each, text in KINDS.items())],
        kind_words=KINDS,
        answered=answered,
        answers=[(each, desk.say(text)) for each, text in ANSWERED.items()],
        counts=[(each, *counts.get(each, (0, 0))) for each in KINDS],
        rows=[
            (row, named(desk, COUNTY, row[0].county), _department(desk, row[0]), matter_of(desk, row.matter, row.path))
            for row in found[:LIMIT]
        ],
        near=near,
        listing=Listing(PROBLEMS, query, cursor=desk.asked("after") or None, after=after),
        file=lambda form: asked.address(PROBLEMS, by="", kind=kind, answered=answered, form=form),
    )


def _department(desk: Desk, request: Any) -> str:
    return named(desk, DEPARTMENT, request.department) if request.department else "—"


def _head(desk: Desk, near: bool) -> list[str]:
    texts = [T("编号"), T("县（市、区）"), T("部门"), T("事项"), T("类别"), T("提出"), T("回复"), T("申请状态")]
    return [desk.say(each) for each in (*texts, *((T("本人的话"), T("回复内容")) if near else ()))]


def _lines(desk: Desk, found: Sequence[Any], near: bool) -> list[list[object]]:
    return [
        [
            row.number,
            named(desk, COUNTY, row[0].county),
            _department(desk, row[0]),
            matter_of(desk, row.matter, row.path),
            desk.say(KINDS[row[0].kind]),
            supervising.moment(row[0].asked_at),
            supervising.moment(row[0].answered_at),
            desk.say(words.named(words.CASE_STATES, row.case_state)),
            *((row[0].words, row[0].answer or "") if near else ()),
        ]
        for row in found
    ]
