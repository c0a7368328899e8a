"""What changes at the window besides the papers: another mobile, other matters, another county, originals that differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sanic.response import HTTPResponse

from backend.applications import service
from backend.assisting.reading import interview_of
from backend.clock import local
from backend.console.casefile import CaseFile, news_since, open_file
from backend.console.desk import Desk
from backend.console.intake import LIST, show
from backend.console.routes import action, page
from backend.errors import Conflict, GuituError
from backend.interview import whole
from backend.interview.draft import Draft
from backend.interview.flow import fields_to_file
from backend.locale.text import T

LONGEST_REASON = 300


@action("/intake/<number:str>/mobile", "window")
async def mobile(desk: Desk, number: str) -> HTTPResponse:
    """Another mobile, after proof. The old number learns nothing any more."""
    form = desk.form
    try:
        await service.change_mobile(
            desk.house, number, desk.staff.actor, form.one("mobile"), form.one("proof"), form.number("version")
        )
    except GuituError as error:
        return await _refused(desk, number, error)
    return desk.go(f"{LIST}/{number}", T("手机号已换，新号码会收到一条短信。"))


@action("/intake/<number:str>/county", "window")
async def county(desk: Desk, number: str) -> HTTPResponse:
    """To the county where the veteran really settles. It is gone from here afterwards."""
    form = desk.form
    try:
        reason = form.one("why_county")[:LONGEST_REASON]
        if not reason:
            raise GuituError(T("请写明为什么转走。"), code="no_reason")
        moved = await service.transfer(desk.house, number, desk.staff.actor, form.one("county"), reason, form.number("version"))
    except GuituError as error:
        return await _refused(desk, number, error)
    where = desk.house.catalogue.counties[moved.county].label
    return desk.go(LIST, T("{number} 已转到{county}，本人会收到通知。", number=number, county=where))


@action("/intake/<number:str>/differences", "window")
async def differences(desk: Desk, number: str) -> HTTPResponse:
    """The originals are not what the copies or the answers showed: back to the veteran, and the clock stands. # notice 三(二)"""
    form = desk.form
    points = [(name, form.one(f"why-{name}")[:LONGEST_REASON]) for name in dict.fromkeys(form.all("points"))]
    try:
        await service.differ(desk.house, number, desk.staff.actor, points, form.number("version"))
    except GuituError as error:
        return await _refused(desk, number, error)
    return desk.go(f"{LIST}/{number}", T("已退回更正，本人已收到要改的地方。"))


@page("/intake/<number:str>/matters", "window")
async def matters(desk: Desk, number: str) -> HTTPResponse:
    """Which matters: add and drop until check-in."""
    return await _matters(desk, number)


@action("/intake/<number:str>/matters", "window")
async def change(desk: Desk, number: str) -> HTTPResponse:
    """Add or drop; what an added matter has to know is asked first, by the questions of the talk."""
    form, house = desk.form, desk.house
    async with house.db.reading() as session:
        case = await service.by_number(session, desk.staff.actor, number)
    try:
        if not service.may_change_matters(case):
            raise Conflict(T("已经确认报到，事项不能再增减。"), code="not_allowed")
        filled = _filled(desk, case)
        interview = interview_of(house, filled.draft)
        fields = house.catalogue_of(filled.draft).fields
        open_ = [name for name in whole.missing(interview, filled.draft) if not fields[name].optional]
        if filled.wrong or open_:
            return await _matters(desk, number, filled=filled)
        if set(filled.draft.answers["matters"]) == set(case.matters):
            raise GuituError(T("勾的和现在的一样，没有改动。"), code="same_matters")
        filed = fields_to_file(filled.draft, interview.catalogue)
        chosen = filed.pop("matters")
        await service.change_matters(house, number, desk.staff.actor, chosen, filed, form.number("version"))
    except GuituError as error:
        if error.status == 404:
            raise
        return await _matters(desk, number, error=error)
    return desk.go(f"{LIST}/{number}", T("事项改好了，材料清单跟着变了。"))


def _draft(case: service.Application) -> Draft:
    """The filed application as a draft whose matters are changed, as in the talk."""
    return Draft(
        answers=dict(case.answers),
        application=case.number,
        filed_on=local(case.submitted_at).date().isoformat(),
        catalogue_edition=case.catalogue_edition,
        changing=True,
    )


def _filled(desk: Desk, case: service.Application) -> whole.Filled:
    draft = _draft(case)
    interview = interview_of(desk.house, draft)
    known = interview.catalogue.matters
    reading = interview.answers.from_press(draft, "matters", [each for each in desk.form.all("matters") if each in known])
    draft = whole.rested(interview.take(draft, "matters", reading, echo=False).draft)
    listed = desk.form.all("listed")
    given = {
        name: [*desk.form.all(f"q-{name}"), *(whole.PICK + each for each in desk.form.all(f"pick-{name}"))] for name in listed
    }
    return whole.fill(interview, draft, given, listed)


async def _matters(
    desk: Desk, number: str, *, error: GuituError | None = None, filled: whole.Filled | None = None
) -> HTTPResponse:
    file: CaseFile = await open_file(desk, number)
    case = file.application
    draft = filled.draft if filled is not None else _draft(case)
    interview = interview_of(desk.house, draft)
    offered = interview.asker.choices(draft, desk.house.script.questions["matters"])[0]
    required = {code for code, matter in interview.catalogue.matters.items() if matter.required}
    picks = [
        whole.Pick(code, choice.label, choice.checked, code in required)
        for choice in offered
        if (code := choice.value.partition("=")[2])
    ]
    asked: Sequence[Any] = whole.questions(interview, draft) if filled is not None else ()
    status = error.status if error is not None else 400 if filled is not None else 200
    return desk.page(
        "intake/matters.html",
        status=status,
        file=file,
        case=case,
        picks=picks,
        asked_here=[
            each
            for each in asked
            if each.question.id != "matters" and (not each.answered or each.question.id in desk.form.all("listed"))
        ],
        may=service.may_change_matters(case),
        typed=desk.form,
        wrongs={name: why for name, why in filled.wrong.items() if name in desk.form.all("listed")}
        if filled is not None
        else {},
        changed=(),
        wrong=error,
        news=news_since(file, desk) if error is not None and error.status == 409 else [],
    )


async def _refused(desk: Desk, number: str, error: GuituError) -> HTTPResponse:
    if error.status == 404:
        raise error
    return await show(desk, number, error)
