"""Help at the window: a veteran's draft filled in here, by the same questions and rules as in the talk. # notice 六(一), 六(三)"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sanic.response import HTTPResponse

from backend.assisting import moving, repository, rules, service
from backend.console.cases import NUMBER
from backend.console.desk import Desk
from backend.console.paging import Listing
from backend.console.routes import action, page
from backend.console.shown import qr
from backend.errors import GuituError
from backend.interview import whole
from backend.interview.checks import check_mobile
from backend.interview.display import review_card
from backend.interview.flow import CONSENTS
from backend.locale.text import T, Text, render
from backend.security.masking import mask_mobile, mask_name

LIST = "/console/assist"
LIMIT = 20
_KEY = re.compile(r"[\w-]{8,40}")
FIELD, LISTED, PICKED = "q-", "listed", "pick-"


@dataclass(frozen=True)
class Line:
    """One draft in a list, masked."""

    id: str
    name: str
    mobile: str
    filled: int
    at: datetime
    code: str | None


@page("/assist", "window")
async def start(desk: Desk) -> HTTPResponse:
    """Who is to be helped: a draft that there is, or a new one."""
    return await _start(desk)


async def _start(desk: Desk, error: GuituError | None = None) -> HTTPResponse:
    asked = (desk.form.one("mobile") or desk.asked("words"))[:200]
    if (number := NUMBER.search(asked)) and error is None:
        return desk.go(f"/console/intake/{number.group().upper()}")
    mobile, code = _mobile(asked), rules.code_in(asked)
    house, actor = desk.house, desk.staff.actor
    cursor = desk.asked("after") or None
    async with house.db.reading() as session:
        found = await service.find(session, house, actor, mobile=mobile, code=None if mobile else code) if asked else []
        recent = await repository.recent(session, actor, _cursor(cursor), LIMIT)
    lines = [
        _line(each.row.id, each.draft.answers, each.row.updated_at, each.helped.code if each.helped else None) for each in found
    ]
    mine = [_line(row.id, row.content["answers"], row.updated_at, assist.code) for assist, row in recent]
    after = f"{recent[-1][0].opened_at.isoformat()}~{recent[-1][0].draft_id}" if len(recent) == LIMIT else None
    return desk.page(
        "assist/start.html",
        status=error.status if error is not None else 200,
        asked=asked,
        mobile=mobile or "",
        found=lines,
        mine=mine,
        listing=Listing(LIST, cursor=cursor, after=after),
        key=secrets.token_urlsafe(12),
        spaced=rules.spaced,
        wrong=error,
    )


def _line(draft_id: str, answers: Any, at: datetime, code: str | None) -> Line:
    name, mobile = answers.get("name"), answers.get("mobile")
    filled = len([each for each in answers if each not in CONSENTS])
    return Line(draft_id, mask_name(str(name)) if name else "", mask_mobile(str(mobile)) if mobile else "", filled, at, code)


def _mobile(asked: str) -> str | None:
    return check_mobile(asked).value if re.fullmatch(r"[\d\s+\-]{11,20}", asked.strip()) else None


def _cursor(given: str | None) -> tuple[datetime, str] | None:
    moment, _, last = (given or "").partition("~")
    try:
        instant = datetime.fromisoformat(moment.replace(" ", "+"))
    except ValueError:
        return None
    return (instant, last) if instant.tzinfo is not None and last else None


@action("/assist/new", "window")
async def new(desk: Desk) -> HTTPResponse:
    """A new draft. Pressed twice it is one."""
    key, typed = desk.form.one("key"), desk.form.one("mobile")
    try:
        if not _KEY.fullmatch(key):
            raise GuituError("这一页不完整，请刷新后再试。", code="invalid")
        checked = check_mobile(typed) if typed else None
        if checked is not None and checked.problem is not None:
            raise GuituError(render(checked.problem), code="invalid_mobile")
        draft = await service.begin(desk.house, desk.staff.actor, key, checked.value if checked else None)
    except GuituError as error:
        return await _start(desk, error)
    return desk.go(f"{LIST}/{draft}")


@action("/assist/<draft:str>/open", "window")
async def go_on(desk: Desk, draft: str) -> HTTPResponse:
    """Go on with one that was begun elsewhere, after proof."""
    try:
        await service.go_on(desk.house, desk.staff.actor, draft, desk.form.one("proof"))
    except GuituError as error:
        if error.status == 404:
            raise
        return await _start(desk, error)
    return desk.go(f"{LIST}/{draft}")


@page("/assist/<draft:str>", "window")
async def one(desk: Desk, draft: str) -> HTTPResponse:
    """Consent first; then everything that is to be asked, as one form. The look is on record."""
    return await _show(desk, draft)


@action("/assist/<draft:str>/consent", "window")
async def consent(desk: Desk, draft: str) -> HTTPResponse:
    """The veteran's own consent, as it was given here."""
    form = desk.form
    try:
        await service.consent(
            desk.house, desk.staff.actor, draft, form.number("version"), form.all("consents"), form.one("how")
        )
    except GuituError as error:
        return await _refused(desk, draft, error)
    return desk.go(f"{LIST}/{draft}", T("同意已记下，可以填了。"))


@action("/assist/<draft:str>/answers", "window")
async def answers(desk: Desk, draft: str) -> HTTPResponse:
    """Keep what is right of the form; the rest comes back with what is wrong."""
    form = desk.form
    listed = form.all(LISTED)
    given = {name: [*form.all(FIELD + name), *(whole.PICK + each for each in form.all(PICKED + name))] for name in listed}
    try:
        filled = await service.fill(
            desk.house, desk.staff.actor, draft, form.number("version"), form.one("seen"), given, listed
        )
    except GuituError as error:
        return await _refused(desk, draft, error)
    if filled.wrong:
        return await _show(desk, draft, filled=filled)
    if form.one("then") == "check":
        return desk.go(f"{LIST}/{draft}/check")
    said = T("存好了{count}处。", count=len(filled.changed)) if filled.changed else T("没有改动。")
    return desk.go(f"{LIST}/{draft}#open", said)


@page("/assist/<draft:str>/check", "window")
async def check(desk: Desk, draft: str) -> HTTPResponse:
    """Everything read back, to go through with the veteran, and the button that submits."""
    return await _check(desk, draft)


@action("/assist/<draft:str>/submit", "window")
async def submit(desk: Desk, draft: str) -> HTTPResponse:
    """Submit it as in the talk."""
    form, house = desk.form, desk.house
    try:
        version, seen, checked = form.number("version"), form.one("seen"), form.one("checked")
        filed = await service.submit(house, desk.staff.actor, draft, version, seen, checked)
    except GuituError as error:
        if error.status == 404 or error.code == "filed":
            raise
        return await _check(desk, draft, error)
    if not filed.closed:
        wrong = service.problems_of(house, filed)
        if wrong:
            return await _show(desk, draft, filled=whole.Filled(await _draft(desk, draft), wrong))
        said = " ".join(desk.say(message.text) for message in filed.say)
        return await _check(desk, draft, GuituError(said, code="not_filed"))
    return desk.go(LIST, Text("{said}", {"said": filed.say[0].text}) if filed.say else None)


async def _draft(desk: Desk, draft: str) -> Any:
    async with desk.house.db.reading() as session:
        return (await service.held(session, desk.house, desk.staff.actor, draft)).draft


@action("/assist/<draft:str>/link", "window")
async def link(desk: Desk, draft: str) -> HTTPResponse:
    """A QR code that moves the draft to the phone that scans it."""
    try:
        code = await moving.make_link(desk.house, desk.staff.actor, draft)
    except GuituError as error:
        return await _refused(desk, draft, error)
    address = f"{desk.house.settings.public_url.rstrip('/')}/continue/{code}"
    held = await service.show(desk.house, desk.staff.actor, draft)
    minutes = int(rules.LINK_LIFE.total_seconds() // 60)
    return desk.page(
        "assist/link.html",
        held=held,
        address=address,
        picture=qr(address),
        minutes=minutes,
        code=rules.spaced(held.assist.code),
    )


@action("/assist/<draft:str>/back", "window")
async def back(desk: Desk, draft: str) -> HTTPResponse:
    """The talk goes on on the veteran's phone."""
    try:
        await moving.give_back(desk.house, desk.staff.actor, draft)
    except GuituError as error:
        return await _refused(desk, draft, error)
    return desk.go(LIST, T("已请本人在手机上接着填。"))


@action("/assist/<draft:str>/discard", "window")
async def discard(desk: Desk, draft: str) -> HTTPResponse:
    """Not wanted: nothing is left."""
    try:
        await service.discard(desk.house, desk.staff.actor, draft, desk.form.number("version"))
    except GuituError as error:
        return await _refused(desk, draft, error)
    return desk.go(LIST, T("已删除，什么都没有留下。"))


async def _refused(desk: Desk, draft: str, error: GuituError) -> HTTPResponse:
    if error.status == 404 or error.code == "filed":
        raise error
    return await _show(desk, draft, error=error)


async def _show(desk: Desk, draft: str, *, error: GuituError | None = None, filled: whole.Filled | None = None) -> HTTPResponse:
    held = await service.show(desk.house, desk.staff.actor, draft)
    house = desk.house
    if not held.consented:
        questions = [house.script.questions[name] for name in CONSENTS]
        return desk.page(
            "assist/consent.html",
            status=error.status if error else 200,
            held=held,
            questions=questions,
            typed=desk.form,
            wrong=error,
        )
    asked = whole.questions(held.interview, held.draft)
    verdict = held.interview.eligible(held.draft)
    status = error.status if error else 400 if filled is not None else 200
    return desk.page(
        "assist/one.html",
        status=status,
        held=held,
        steps=_by_step(desk, asked),
        left=[each.question for each in asked if not each.answered],
        complete=whole.complete(held.interview, held.draft),
        ineligible=verdict.why if verdict.ok is False else None,
        seen=service.seen_of(house, held.draft),
        typed=desk.form,
        wrongs=filled.wrong if filled is not None else {},
        notes=filled.notes if filled is not None else (),
        changed=_changed(error),
        wrong=error,
        code=rules.spaced(held.assist.code),
        picture=qr(rules.spaced(held.assist.code)),
        script=house.script,
    )


def _changed(error: GuituError | None) -> Sequence[str]:
    fields = error.details.get("fields") if error is not None and error.code == "stale" else None
    return [str(each) for each in fields] if isinstance(fields, list) else []


def _by_step(desk: Desk, asked: Sequence[whole.Asked]) -> list[tuple[Text, list[whole.Asked]]]:
    titles = desk.house.script.steps
    return [(titles[step], list(some)) for step, some in groupby(asked, key=lambda each: each.question.step)]


async def _check(desk: Desk, draft: str, error: GuituError | None = None) -> HTTPResponse:
    held = await service.show(desk.house, desk.staff.actor, draft)
    if not whole.complete(held.interview, held.draft):
        return desk.go(f"{LIST}/{draft}#open", T("还有没填的，填完再核对。"), kind="bad")
    return desk.page(
        "assist/check.html",
        status=error.status if error else 200,
        held=held,
        card=review_card(desk.house.script, held.interview.catalogue, held.draft),
        seen=service.seen_of(desk.house, held.draft),
        typed=desk.form,
        changed=[desk.house.script.questions[name].label for name in _changed(error) if name in desk.house.script.questions],
        wrong=error,
    )
