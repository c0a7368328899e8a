"""Pre-review: the application beside its vouchers, what the rules found, and one of three outcomes. # notice 三(一), 三(二)"""

from __future__ import annotations

from sanic.response import HTTPResponse

from backend.applications import lists, review, service, views
from backend.applications.lists import Waiting
from backend.applications.model import Application
from backend.console.casefile import CaseFile, news_since, open_file
from backend.console.desk import Desk
from backend.console.paging import Listing
from backend.console.routes import action, page
from backend.errors import Conflict, GuituError
from backend.locale.text import T, Text, render

LIST = "/console/review"
ARCHIVE = {"yes": True, "no": False, "all": None}
#: Reasons that are often given, to be taken as they are or written on. Veterans read them.
CANNED = (
    T("照片太暗或者模糊，看不清文字和印章，请在亮处重新拍一张"),
    T("只拍到了一部分，请把整页拍全"),
    T("传的不是这份材料，请传对应的那一份"),
    T("和档案里记的不一样，请核对后改正"),
    T("地址不完整，请写到门牌号"),
)


def _waiting(desk: Desk) -> Waiting:
    archive = ARCHIVE.get(desk.asked("archive"), True)
    name = desk.asked("name").strip()[:40]
    return Waiting(
        ("submitted",),
        archive=archive,
        newest_first=desk.asked("descending") == "1",
        name_index=service.name_index(desk.house, name) if name else None,
    )


@page("/review", "reviewer")
async def listing(desk: Desk) -> HTTPResponse:
    """What waits for a decision, the longest waiting first."""
    wanted = _waiting(desk)
    cursor = desk.asked("after") or None
    page_of = wanted.from_(views.read_cursor(cursor), wanted.limit + 1)
    async with desk.house.db.reading() as session:
        found = list(await lists.waiting(session, desk.staff.actor, page_of))
        count = await lists.count(session, desk.staff.actor, wanted)
    more, found = len(found) > wanted.limit, found[: wanted.limit]
    archive = desk.asked("archive") if desk.asked("archive") in ARCHIVE else "yes"
    shown = Listing(
        LIST,
        {"archive": archive if archive != "yes" else "", "name": desk.asked("name")},
        by="submitted",
        descending=wanted.newest_first,
        cursor=cursor,
        after=views.write_cursor(found[-1]) if more else None,
    )
    rows = [views.row(desk.house, each) | {"application": each} for each in found]
    return desk.page("review/list.html", rows=rows, listing=shown, count=count, archive=archive, name=desk.asked("name"))


@page("/review/next", "reviewer")
async def following(desk: Desk) -> HTTPResponse:
    """The one after `after`; the list when there is no other."""
    wanted = Waiting(("submitted",), archive=True)
    async with desk.house.db.reading() as session:
        before = await service.by_number(session, desk.staff.actor, desk.asked("after"))
        found = await lists.following(session, desk.staff.actor, before, wanted)
    if found is None:
        return desk.go(LIST, T("没有等预审的申请了。"))
    return desk.go(f"{LIST}/{found.number}")


@page("/review/<number:str>", "reviewer")
async def one(desk: Desk, number: str) -> HTTPResponse:
    """One application. The look is on record."""
    return await _show(desk, number)


@action("/review/<number:str>/archive", "reviewer")
async def archive(desk: Desk, number: str) -> HTTPResponse:
    """The soldier's archive has come. # notice 四(一)"""
    try:
        await service.record_archive(desk.house, number, desk.staff.actor, desk.form.number("version"))
    except Conflict as error:
        return await _show(desk, number, error)
    return desk.go(f"{LIST}/{number}", T("已登记收到档案。"))


@action("/review/<number:str>/preview", "reviewer")
async def preview(desk: Desk, number: str) -> HTTPResponse:
    """What the veteran would read. Nothing is sent and nothing is kept."""
    async with desk.house.db.reading() as session:
        application = await service.by_number(session, desk.staff.actor, number)
    wrong, texts = None, None
    try:
        texts = review.preview(desk.house, application, desk.staff.actor, _points(desk, application))
    except GuituError as error:
        wrong = error
    if desk.partial:
        return desk.page("review/preview.html", texts=texts, wrong=desk.refusal(wrong) if wrong else None)
    return await _show(desk, number, wrong, texts=texts)


@action("/review/<number:str>/accept", "reviewer")
async def accept(desk: Desk, number: str) -> HTTPResponse:
    """It passes: the veteran is told to bring the originals."""
    try:
        await service.accept(desk.house, number, desk.staff.actor, desk.form.number("version"))
    except GuituError as error:
        return await _show(desk, number, error)
    return _on(desk, number, T("{number} 已通过预审，已通知本人来交原件。"))


@action("/review/<number:str>/correct", "reviewer")
async def correct(desk: Desk, number: str) -> HTTPResponse:
    """Ask for corrections: each ticked point with its reason."""
    async with desk.house.db.reading() as session:
        application = await service.by_number(session, desk.staff.actor, number)
    try:
        points = _points(desk, application)
        await service.request_correction(desk.house, number, desk.staff.actor, points, desk.form.number("version"))
    except GuituError as error:
        return await _show(desk, number, error)
    return _on(desk, number, T("{number} 已退回更正，本人已收到要改的地方。"))


@action("/review/<number:str>/reject", "reviewer")
async def reject(desk: Desk, number: str) -> HTTPResponse:
    """It does not pass, and why."""
    try:
        await review.reject(desk.house, number, desk.staff.actor, desk.form.one("reason")[:300], desk.form.number("version"))
    except GuituError as error:
        return await _show(desk, number, error)
    return _on(desk, number, T("{number} 不通过，原因已告诉本人。"))


def _on(desk: Desk, number: str, said: Text) -> HTTPResponse:
    return desk.go(f"{LIST}/next?after={number}", said, number=number)


def _points(desk: Desk, application: Application) -> list[tuple[str, str]]:
    """Ticked points with their reasons, papers by number before answers by name."""
    return [(name, desk.form.one(f"why-{name}")[:300]) for name in dict.fromkeys(desk.form.all("points"))]


async def _show(
    desk: Desk, number: str, error: GuituError | None = None, texts: tuple[str, str | None] | None = None
) -> HTTPResponse:
    """The page; after a refusal with what was typed, and with what others have done since it was opened."""
    file: CaseFile = await open_file(desk, number)
    news = news_since(file, desk) if error is not None and error.status == 409 else []
    return desk.page(
        "review/one.html",
        status=error.status if error is not None else 200,
        file=file,
        case=file.application,
        decidable=file.application.state == "submitted",
        # In the veteran's language, not the reader's.
        canned=[render(each, file.application.language) for each in CANNED],
        ticked=set(desk.form.all("points")),
        typed=desk.form,
        texts=texts,
        wrong=desk.refusal(error) if error is not None else None,
        news=news,
    )
