"""Files in a conversation: sent to the veteran, looked at on a page of their own, put to a paper of the checklist."""

from __future__ import annotations

from sanic.response import HTTPResponse

from backend.console.conversation import KEY, show
from backend.console.conversations import LIST
from backend.console.desk import Desk
from backend.console.routes import action, page
from backend.errors import GuituError
from backend.locale.text import T
from backend.takeover import service
from backend.takeover.service import ROLES
from backend.vouchers.rules import MOST_BYTES, too_large
from backend.vouchers.workshop import workshop_of

#: Who may add a picture to a case. # notice 三(二)
ADDERS = ("window", "reviewer")


@action("/conversations/<conversation:str>/files", *ROLES)
async def send(desk: Desk, conversation: str) -> HTTPResponse:
    """A picture or a PDF for the veteran."""
    try:
        key, content = desk.form.one("key"), _content(desk)
        if not KEY.fullmatch(key):
            raise GuituError("这一页不完整，请刷新后再试。", code="invalid")
        workshop, version = workshop_of(desk.request.app.ctx), desk.form.number("version")
        words = desk.form.one("text")[:500]
        await service.send_file(desk.house, workshop, desk.staff, conversation, version, key, content, words)
    except GuituError as error:
        if error.status == 404:
            raise
        return await show(desk, conversation, error)
    return desk.go(f"{LIST}/{conversation}", T("文件发给本人了。"))


def _content(desk: Desk) -> bytes:
    given = dict(desk.request.files or {}).get("file")
    content = bytes(given[0].body) if given else b""
    if not content:
        raise GuituError("请选一张照片或者一个 PDF。", code="no_file")
    if len(content) > MOST_BYTES:
        raise GuituError(desk.say(too_large(len(content)).text), code="too_large")
    return content


@page("/conversations/<conversation:str>/files/<file:str>", *ROLES)
async def one(desk: Desk, conversation: str, file: str) -> HTTPResponse:
    """One file. Each page that is looked at is on record."""
    return await _show(desk, conversation, file)


@action("/conversations/<conversation:str>/files/<file:str>/paper", *ADDERS)
async def put_to_paper(desk: Desk, conversation: str, file: str) -> HTTPResponse:
    """It is this paper of the checklist."""
    try:
        numbers = desk.form.numbers("material")
        if len(numbers) != 1:
            raise GuituError("请选一项材料。", code="invalid")
        await service.file_to_paper(desk.house, desk.staff, conversation, file, numbers[0])
    except GuituError as error:
        if error.status == 404:
            raise
        return await _show(desk, conversation, file, error)
    return desk.go(f"{LIST}/{conversation}/files/{file}", T("已放进材料清单。"))


async def _show(desk: Desk, conversation: str, file: str, error: GuituError | None = None) -> HTTPResponse:
    shown = await service.show_file(desk.house, desk.staff, conversation, file)
    return desk.page(
        "conversations/file.html",
        status=error.status if error is not None else 200,
        file=shown,
        may_add=bool(set(ADDERS) & set(desk.staff.roles)),
        refused=str(error) if error is not None else None,
    )
