"""What waits for me: a card for each kind of work of my roles, kept up to date while the page is open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from babel.dates import format_date
from sanic.response import HTTPResponse
from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications import lists
from backend.applications.lists import Waiting
from backend.applications.model import Application
from backend.clock import local, now
from backend.console import navigation, words
from backend.console.desk import Desk
from backend.console.live import event, still_there, stream
from backend.console.rendering import render_page
from backend.console.routes import page
from backend.console.shown import left_of
from backend.deadlines import service as deadlines
from backend.departments import repository as departments
from backend.locale.text import SOURCE_LANGUAGE, T, Text
from backend.outbox import repository as outbox
from backend.security.masking import mask_name
from backend.subsidies import desk as subsidies
from backend.takeover import service as takeover

#: Counted up to here; more is shown as “99+”.
MOST = 100
ROWS = 5
STUCK = "/console/supervision/stuck"
#: How often an open page looks whether something has changed.
LOOK_EVERY = 5.0
#: A proxy closes what is silent for longer.
SILENT = 15.0


@dataclass(frozen=True)
class Line:
    """One thing that waits: where it is, what it is, what is to be known of it. tone: as a badge."""

    href: str
    title: str
    note: str = ""
    badge: Text | None = None
    tone: str = "quiet"


@dataclass(frozen=True)
class Board:
    """One card. count: up to MOST · href: where all of it is · empty: said when nothing waits · urgent: how many of it hurry."""

    title: Text
    count: int
    href: str | None
    empty: Text
    lines: Sequence[Line] = field(default_factory=tuple)
    urgent: int = 0

    @property
    def counted(self) -> str:
        """The count as it is shown."""
        return f"{MOST - 1}+" if self.count >= MOST else str(self.count)


type Source = Callable[[Desk, AsyncSession], Awaitable[Board]]


def _case_line(desk: Desk, application: Application, path: str) -> Line:
    county = desk.house.catalogue.counties[application.county].short
    since = desk.say(T("{since}起", since=application.state_since))
    waited = now() - application.state_since
    late = waited > timedelta(days=3)
    return Line(
        f"/console/{path}/{application.number}",
        mask_name(application.answers["name"]),
        f"{application.number} · {county} · {since}",
        T("已等{days}天", days=waited.days) if late else None,
        "wait",
    )


async def _cases(desk: Desk, session: AsyncSession, wanted: Waiting, title: Text, page: str, none: Text) -> Board:
    """The first cases that wait for something, how many there are, and the page of them all."""
    found = await lists.waiting(session, desk.staff.actor, wanted)
    number = await lists.count(session, desk.staff.actor, wanted, MOST)
    path = page.partition("?")[0]
    return Board(title, number, f"/console/{page}", none, [_case_line(desk, each, path) for each in found])


async def pre_reviews(desk: Desk, session: AsyncSession) -> Board:
    """Applications that can be decided now: the archive has come."""
    wanted = Waiting(("submitted",), archive=True, limit=ROWS)
    return await _cases(desk, session, wanted, T("等预审"), "review", T("没有等预审的申请。"))


async def archives_missing(desk: Desk, session: AsyncSession) -> Board:
    """Applications that wait for their archive."""
    wanted = Waiting(("submitted",), archive=False, limit=ROWS)
    return await _cases(desk, session, wanted, T("等档案"), "review?archive=no", T("档案都收到了。"))


async def intakes(desk: Desk, session: AsyncSession) -> Board:
    """Who is expected at the window, and whose originals lie here already."""
    wanted = Waiting(("receiving", "accepted"), limit=ROWS)
    return await _cases(desk, session, wanted, T("等交原件"), "intake", T("没有等交原件的人。"))


async def tasks_due(desk: Desk, session: AsyncSession) -> Board:
    """Matters whose limit ends next."""
    county_wide = set(navigation.LOOKERS) | {"provincial_supervisor"}
    department = None if county_wide & set(desk.staff.roles) else desk.staff.department
    if department is None and "officer" in desk.staff.roles and not county_wide & set(desk.staff.roles):
        return Board(T("快到期的事项"), 0, None, T("你的账号没有写明部门，请找管理员补上。"))
    rows = await deadlines.due_list(session, desk.house, desk.staff.actor, department=department, limit=MOST)
    moment = now()
    lines = []
    for row in rows[:ROWS]:
        matter = desk.house.catalogue_of(row.task).matters[row.task.matter]
        left, tone = left_of(desk.house, row.task.due_at, row.task.county, moment)
        county = desk.house.catalogue.counties[row.task.county].short
        state = desk.say(words.named(words.TASK_STATES, row.task.state))
        # Who works for a department alone has its inbox, not the cases.
        href = f"/console/inbox/{row.task.id}" if department else f"/console/cases/{row.number}"
        lines.append(Line(href, desk.say(matter.short), f"{row.number} · {county} · {state}", left, tone))
    overdue = sum(1 for row in rows if row.task.due_at is not None and row.task.due_at < moment)
    everything = "/console/inbox" if department else None
    return Board(T("快到期的事项"), len(rows), everything, T("没有在走的时限。"), lines, overdue)


async def returned(desk: Desk, session: AsyncSession) -> Board:
    """Matters that came back as not theirs: their clock stands until somebody says whose they are."""
    counties = desk.staff.actor.counties
    found = await departments.returned(session, counties, MOST)
    lines = [
        Line(
            f"/console/cases/{application.number}#returned",
            desk.say(desk.house.catalogue_of(task).matters[task.matter].short),
            f"{application.number} · {desk.say(T('{since}起', since=task.state_since))}",
            T("等改派"),
            "bad",
        )
        for task, application in found[:ROWS]
    ]
    return Board(T("退回的事项"), len(found), None, T("没有退回的事项。"), lines, len(found))


async def deliveries(desk: Desk, session: AsyncSession) -> Board:
    """What was given up after many attempts and goes on only when somebody sees to it."""
    everything = "administrator" in desk.staff.roles and desk.staff.counties is None
    rows = await outbox.stuck(session, MOST, None if everything else (desk.staff.counties or ()))
    lines = [
        Line(
            STUCK,
            desk.say(words.named(words.TOPICS, row.topic)),
            desk.say(T("{since}起", since=row.created_at)),
            T("送不出去"),
            "bad",
        )
        for row in rows[:ROWS]
    ]
    return Board(T("卡住的投递"), len(rows), STUCK, T("没有卡住的投递。"), lines, len(rows))


async def conversations(desk: Desk, session: AsyncSession) -> Board:
    """Veterans who wait for a person, whoever is in distress first."""
    found = await takeover.waiting_lines(session, desk.house, desk.staff, MOST)
    lines = [
        Line(
            f"/console/conversations/{each['conversation']}",
            each["who"]["name"] or desk.say(T("还没留姓名")),
            " · ".join(part for part in (each["county_name"], (each["last_words"] or "")[:40]) if part),
            T("情绪不好，请先接") if each["priority"] else T("等了{count}分钟", count=each["waiting_minutes"]),
            "bad" if each["priority"] else "wait",
        )
        for each in found[:ROWS]
    ]
    urgent = sum(1 for each in found if each["priority"])
    return Board(T("等人工的对话"), len(found), "/console/conversations", T("没有人在等人工。"), lines, urgent)


async def left_messages(desk: Desk, session: AsyncSession) -> Board:
    """Messages that were left, until somebody sees to them."""
    found = await takeover.left_lines(session, desk.house, desk.staff, MOST)
    lines = [Line("/console/conversations/tasks", each["text"][:40], each["county_name"] or "") for each in found[:ROWS]]
    return Board(T("留言"), len(found), "/console/conversations/tasks", T("没有等回复的留言。"), lines)


async def payable(desk: Desk, session: AsyncSession) -> Board:
    """Subsidies whose money is there and that stand on no list yet, by county."""
    lines, total = [], 0
    for county in desk.staff.counties or ():
        ready = (await subsidies.counts(session, desk.house, desk.staff.actor, county))[subsidies.READY]
        total += ready
        if ready:
            name = desk.say(desk.house.catalogue.counties[county].name)
            href = f"/console/funds?county={county}&why={subsidies.READY}"
            lines.append(Line(href, name, badge=T("{count}人", count=ready), tone="busy"))
    return Board(T("可以发放的补助"), min(total, MOST), "/console/funds", T("没有等着出名单的补助。"), lines[:ROWS])


#: Which roles see which card, in the order of the page. A room that has something that waits adds its own here.
SOURCES: Sequence[tuple[Source, tuple[str, ...]]] = (
    (conversations, takeover.ROLES),
    (left_messages, takeover.ROLES),
    (intakes, ("window",)),
    (pre_reviews, ("reviewer",)),
    (archives_missing, ("reviewer",)),
    (payable, ("finance",)),
    (returned, ("window", "reviewer", "county_supervisor")),
    (tasks_due, ("window", "reviewer", "officer", "county_supervisor", "provincial_supervisor")),
    (deliveries, ("county_supervisor", "administrator")),
)


async def boards(desk: Desk) -> list[Board]:
    """The cards of whoever is there."""
    mine = [source for source, roles in SOURCES if set(roles) & set(desk.staff.roles)]
    async with desk.house.db.reading() as session:
        return [await source(desk, session) for source in mine]


@page("")
async def today(desk: Desk) -> HTTPResponse:
    """The page."""
    day = format_date(local(now()), "M月d日 EEEE" if desk.language == SOURCE_LANGUAGE else "EEEE, d MMMM", locale=desk.language)
    return desk.page("today.html", boards=await boards(desk), day_words=day)


@page("/today/live")
async def live(desk: Desk) -> HTTPResponse | None:
    """The cards again whenever they have changed, until the session ends. Watching is no use of the session: it idles on."""
    await stream(desk, _events(desk))
    return None


async def _events(desk: Desk) -> AsyncIterator[str]:
    yield "retry: 3000\n\n"
    shown, silent = None, 0.0
    while await still_there(desk):
        cards = render_page("today-boards.html", desk.language, {"boards": await boards(desk)})
        if cards != shown:
            shown, silent = cards, 0.0
            yield event("boards", cards)
        elif silent >= SILENT:
            silent = 0.0
            yield ": still here\n\n"
        await asyncio.sleep(LOOK_EVERY)
        silent += LOOK_EVERY
