"""Help at the window: a veteran's draft filled in here, by the same questions and rules as in the talk. # notice 六(一), 六(三)"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sanic.response import HTTPResponse

from backend.assisting import moving, rules, service
from backend.console.assist_start import LIST
from backend.console.desk import Desk
from backend.console.routes import action, page
from backend.console.shown import qr
from backend.errors import GuituError
from backend.interview import whole
from backend.interview.display import review_card
from backend.interview.flow import CONSENTS
from backend.locale.text import T, Text

FIELD, LISTED, PICKED = "q-", "listed", "pick-"


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
    return desk.go(LIST, T("{reason}", reason=filed.say[0].text) if filed.say else None)


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
