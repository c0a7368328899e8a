"""Putting an entry of one's own over the data files', going back to an earlier one, or to the file's."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.administration import repository
from backend.administration.model import CatalogueOverride
from backend.applications.actor import Actor
from backend.catalogue.overlay import BUILD
from backend.catalogue.reading import CatalogueError
from backend.clock import now
from backend.errors import Conflict, GuituError, NotFound
from backend.house import House

MOST_WORDS = 300


def checked(house: House, kind: str, code: str, content: Mapping[str, Any]) -> Any:
    """The entry that this would become, by the checks of its file. Raises GuituError with what is wrong."""
    try:
        return BUILD[kind](house.overrides.files, code, {"number": 1, **content})
    except CatalogueError as error:
        raise GuituError(f"还不能用：{_in_chinese(str(error))}", code="bad_text") from None


async def put(
    house: House,
    actor: Actor,
    kind: str,
    code: str,
    content: Mapping[str, Any],
    replaces: int,
    why: str,
    county: str | None = None,
) -> None:
    """Lay an entry over the file's. Raises GuituError for what the file's checks refuse, Conflict when it was changed since."""
    checked(house, kind, code, content)
    async with house.db.reading() as session:
        before = await repository.overrides_of(session, kind, code)
    number = max((row.number for row in before), default=0) + 1
    await _add(house, actor, kind, code, dict(content), number, replaces, why, county)


async def go_back(
    house: House, actor: Actor, kind: str, code: str, row_id: int, replaces: int, why: str, county: str | None = None
) -> None:
    """An earlier entry of one's own holds again, or with 0 the file's. It is checked anew. Raises NotFound, GuituError, Conflict."""
    if row_id == 0:
        await _add(house, actor, kind, code, None, 0, replaces, why, county)
        return
    async with house.db.reading() as session:
        found = next((row for row in await repository.overrides_of(session, kind, code) if row.id == row_id), None)
    if found is None or found.content is None:
        raise NotFound("没有这一版，请刷新后再选。", code="no_version")
    checked(house, kind, code, found.content)
    await _add(house, actor, kind, code, found.content, found.number, replaces, why, county)


async def versions(session: AsyncSession, kind: str, code: str) -> Sequence[CatalogueOverride]:
    """Everything that was put over one entry, the newest first."""
    return await repository.overrides_of(session, kind, code)


async def _add(
    house: House,
    actor: Actor,
    kind: str,
    code: str,
    content: dict[str, Any] | None,
    number: int,
    replaces: int,
    why: str,
    county: str | None,
) -> None:
    if not 2 <= len(why.strip()) <= MOST_WORDS:
        raise GuituError("请写明为什么改，2 到 300 个字。记录里会留着。", code="no_reason")
    try:
        async with house.db.unit() as unit:
            newest = await repository.overrides_of(unit.session, kind, code)
            if (newest[0].id if newest else 0) != replaces:
                raise _stale()
            row = CatalogueOverride(
                kind=kind,
                code=code,
                number=number,
                content=content,
                replaces=replaces,
                why=why.strip(),
                actor=actor.name,
                at=now(),
            )
            row.county = county
            unit.session.add(row)
            await unit.commit()
    except IntegrityError:
        # Somebody wrote in the same moment: one row follows another, and only one does.
        raise _stale() from None
    # Whoever did it sees it at once; other processes within a second.
    await house.overrides.read()


def _stale() -> Conflict:
    return Conflict("这里刚刚被别人改过，请看过现在的样子再改。", code="stale")


#: What the files' checks say, in words for those who do not write files.
_SAID = (
    ("nothing is known for ", "用了没有的内容："),
    ("; there is ", "。可以用的有："),
    ("braces do not match", "花括号没有配好对"),
    ("an SMS opens with 【{window}】", "短信要用【{window}】开头"),
    ("an SMS holds no link", "短信里不能有网址：会被拦，也像诈骗"),
    ("an SMS that says ", "短信里有"),
    (" is stopped by carriers", "，会被运营商拦下"),
    ("whether an SMS is sent is the file's to say", "这条通知的短信不能留空，或者本来就没有短信"),
    ("at least one span, each later than the one before", "办公时间至少一段，一段比一段晚"),
    (" means ", " 已经是"),
    (" already", "的叫法"),
    (
        "expected a code of at most 24 small letters, figures and underscores",
        "代号要用小写字母开头，2到24个小写字母、数字、下划线",
    ),
    ("prefixes are first digits of cards, in quotation marks", "卡号开头只写数字"),
    (" is no span of office hours; expected", "不是办公时段，要写成"),
    ("characters; at most 16 fit an SMS", "个字，短信签名最多16个字"),
    ("braces have a meaning here; leave them out", "这里不能用花括号"),
    (": carriers stop it, and veterans are warned of such", ""),
)


_EMPTY = re.compile(r"(\w+) (?:must be a text, not .*|is missing)")
_FIELDS = {
    "chat": "聊天里说的",
    "sms": "短信",
    "name": "窗口名称",
    "address": "地址",
    "phone": "电话",
    "tax_office": "到哪里缴养老保险费",
    "police_station": "到哪里办身份证",
    "signature": "短信签名",
    "short": "简称",
}


def _in_chinese(message: str) -> str:
    told = message.partition(": ")[2].partition(": ")[2] or message
    if empty := _EMPTY.match(told):
        return f"“{_FIELDS.get(empty[1], empty[1])}”不能留空。"
    for theirs, ours in _SAID:
        told = told.replace(theirs, ours)
    return told.rstrip(".") + "。"
