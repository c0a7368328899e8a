"""What veterans are told: each notice's words, a preview with sample values, and its versions, one of which can be gone back to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sanic.response import HTTPResponse

from backend.administration import texts
from backend.catalogue.entries import Notice
from backend.catalogue.overlay import ENGLISH, NOTICES, OWN_VERSIONS
from backend.catalogue.samples import SAMPLE
from backend.channels.sms.text import places, segments
from backend.console.desk import Desk
from backend.console.routes import action, not_there, page
from backend.console.settings import ADMINISTRATOR, HOME, version_seen
from backend.errors import Conflict, Forbidden, GuituError
from backend.locale.text import T, Text, render, source_in

LIST = f"{HOME}/notices"
FIELDS = ("chat", "sms", "chat_en", "sms_en")
READERS = (("zh_Hans_CN", T("中文")), ("en", T("英文")))


@dataclass(frozen=True)
class Shown:
    """What one reader would read on one channel. size: characters of an SMS · parts: how many SMS it is billed as."""

    language: str
    reader: Text
    channel: str
    text: str
    size: int = 0
    parts: int = 0


def preview_of(notice: Notice) -> list[Shown]:
    """What the veteran will read, by language and channel, with sample values."""
    found = []
    # Without English words, readers of English get the Chinese ones, and there is nothing more to see.
    readers = [reader for reader in READERS if reader[0] != "en" or _english(notice, "chat") or _english(notice, "sms")]
    params = {name: SAMPLE.get(name, name) for name in notice.params}
    for language, reader in readers:
        found.append(Shown(language, reader, "chat", render(notice.chat_text(params), language)))
        sms = notice.sms_text(params)
        if sms is not None:
            text = render(sms, language)
            found.append(Shown(language, reader, "sms", text, places(text), segments(text)))
    return found


@page("/settings/notices", *ADMINISTRATOR)
async def listing(desk: Desk) -> HTTPResponse:
    """Every notice. There are a few dozen, and they are in memory: the data file's, with what was put over them."""
    words = desk.asked("words")[:40]
    state = desk.asked("state") if desk.asked("state") in ("own", "file") else ""
    own = {code for (kind, code), row in desk.house.overrides.rows.items() if kind == NOTICES and row.content is not None}
    found = [
        notice
        for code, notice in desk.house.catalogue.notices.items()
        if (not words or any(words in each for each in (code, notice.chat, notice.sms or "")))
        and (not state or (code in own) == (state == "own"))
    ]
    return desk.page("settings/notices.html", notices=found, own=own, words_asked=words, state=state, place=LIST)


@page("/settings/notices/<code:str>", *ADMINISTRATOR)
async def one(desk: Desk, code: str) -> HTTPResponse:
    """One notice, to be changed."""
    return await _show(desk, code)


@action("/settings/notices/<code:str>/preview", *ADMINISTRATOR)
async def preview(desk: Desk, code: str) -> HTTPResponse:
    """What the veteran would read. Nothing is kept."""
    wrong, shown = None, None
    try:
        shown = preview_of(texts.checked(desk.house, NOTICES, code, _content(desk)))
    except GuituError as error:
        wrong = error
    if desk.partial:
        return desk.page("settings/notice-preview.html", preview=shown, wrong=str(wrong) if wrong else None)
    return await _show(desk, code, wrong, preview=shown)


@action("/settings/notices/<code:str>", *ADMINISTRATOR)
async def change(desk: Desk, code: str) -> HTTPResponse:
    """Other words, from the next notice on. What was told before stays as it was read."""
    try:
        _whole_province(desk)
        seen = version_seen(desk)
        await texts.put(desk.house, desk.staff.actor, NOTICES, code, _content(desk), seen, desk.form.one("why"))
    except GuituError as error:
        return await _show(desk, code, error)
    return desk.go(f"{LIST}/{code}", T("已换上，从下一条通知起用。"))


@action("/settings/notices/<code:str>/back", *ADMINISTRATOR)
async def go_back(desk: Desk, code: str) -> HTTPResponse:
    """An earlier version holds again; 0 is the file's."""
    try:
        _whole_province(desk)
        wanted = desk.form.one("to")
        row = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) <= 9 else -1
        await texts.go_back(desk.house, desk.staff.actor, NOTICES, code, row, version_seen(desk), desk.form.one("why"))
    except GuituError as error:
        return await _show(desk, code, error)
    return desk.go(f"{LIST}/{code}", T("已换回，从下一条通知起用。"))


def _whole_province(desk: Desk) -> None:
    if desk.staff.counties is not None:
        raise Forbidden("通知的文字全省都用，只有全省的管理员能改。", code="wrong_county")


def _content(desk: Desk) -> dict[str, Any]:
    given = {name: desk.form.one(name).replace("\r\n", "\n") for name in FIELDS}
    english = {"chat": given["chat_en"], "sms": given["sms_en"]}
    return {
        "chat": given["chat"],
        **({"sms": given["sms"]} if given["sms"] else {}),
        ENGLISH: {name: text for name, text in english.items() if text},
    }


def _english(notice: Notice, channel: str) -> str:
    """What readers of English get; empty where there is nothing, and they read Chinese."""
    text = notice.chat_text({}) if channel == "chat" else notice.sms_text({})
    found = source_in(text, "en") if text is not None else ""
    return found if text is not None and found != text.source else ""


async def _show(desk: Desk, code: str, error: GuituError | None = None, *, preview: list[Shown] | None = None) -> HTTPResponse:
    notice, own = desk.house.catalogue.notices.get(code), desk.house.overrides.files.notices.get(code)
    if notice is None or own is None:
        raise not_there()
    async with desk.house.db.reading() as session:
        rows = await texts.versions(session, NOTICES, code)
    now = {"chat": notice.chat, "sms": notice.sms or "", **{f"{name}_en": _english(notice, name) for name in ("chat", "sms")}}
    typed = desk.request.method == "POST" and "chat" in desk.form.fields and not isinstance(error, Conflict)
    return desk.page(
        "settings/notice.html",
        status=error.status if error is not None else 200,
        notice=notice,
        own=own,
        version=rows[0].id if rows else 0,
        rows=rows,
        current=next((row for row in rows[:1] if row.content is not None), None),
        shown={name: desk.form.one(name) for name in FIELDS} if typed else now,
        why=desk.form.one("why") if typed else "",
        preview=preview if preview is not None else preview_of(notice),
        previewed=preview is not None,
        samples={name: render(SAMPLE.get(name, name), desk.language) for name in own.params},
        number_of=lambda version: version - OWN_VERSIONS if version > OWN_VERSIONS else None,
        place=LIST,
        wrong=str(error) if error is not None else None,
    )
