"""Pre-review by the county (notice 三(一), 三(二), 四(一)), and the veteran's corrections."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from backend.applications import repository
from backend.applications.actor import SYSTEM, Actor, actor_of
from backend.applications.case import Assisted, move, record_assisted, take
from backend.applications.filing import refuse_second
from backend.applications.indexes import identity_index, mobile_index, name_index
from backend.applications.model import Application, Correction
from backend.applications.states import after
from backend.applications.validation import check_answers
from backend.appointments import service as appointments
from backend.archives import service as archives
from backend.catalogue.rules import FIXED_ONCE_FILED, checklist, chosen_matters
from backend.clock import local, now
from backend.db.engine import Unit
from backend.departments import dispatch, tasks
from backend.errors import Conflict, GuituError
from backend.house import House
from backend.locale.text import Joined, T, Text
from backend.notices.service import shown, tell
from backend.reminders.plan import CORRECTION, ORIGINALS, plan
from backend.vouchers import owning as vouchers

FIELD, MATERIAL = "field", "material"
#: What corrections never touch: consent is given again in the chat only, and county and matters are fixed.
NEVER_CORRECTED = ("consent", "consent_sensitive", *FIXED_ONCE_FILED)


async def record_archive(house: House, number: str, actor: Actor | str, version: int | None = None) -> Application:
    """The county has received the soldier's archive (档案). A second time changes nothing."""
    async with house.db.unit() as unit:
        application = await take(unit, number, actor, version)
        if application.archive_received_at is None:
            move(unit, application, actor, "record_archive")
            application.archive_received_at = now()
            await archives.note_arrival(unit, application, actor)
            await unit.commit()
        return application


async def accept(house: House, number: str, actor: Actor | str, version: int | None = None) -> Application:
    """Pre-review passed. Raises Conflict before the archive is recorded: only against it can the vouchers be checked."""
    async with house.db.unit() as unit:
        application = await take(unit, number, actor, version)
        after(application.state, "accept")
        if application.archive_received_at is None:
            raise Conflict(
                T("还没有登记收到 {number} 的档案，不能通过预审。收到后先运行 guitu archive {number}。", number=number),
                code="no_archive",
                allowed=["record_archive", "request_correction", "reject"],
            )
        move(unit, application, actor, "accept")
        await vouchers.accept_all(unit.session, application.id, actor_of(actor).name)
        papers = [line.short for line in checklist(house.catalogue_of(application), dict(application.answers))]
        params = {"count": len(papers), "papers": Joined(papers)}
        somewhere = None if house.catalogue.window_of(application.county) else "no_window"
        await tell(unit, house, application, "accepted", params, key=f"accepted:{application.version}", variant=somewhere)
        await plan(unit.session, ORIGINALS, application, application.id, application.state_since)
        await unit.commit()
        return application


async def reject(house: House, number: str, actor: Actor | str, reason: str, version: int | None = None) -> Application:
    """Pre-review failed, and why, in words that the veteran reads."""
    reason = _reason(reason)
    async with house.db.unit() as unit:
        application = await take(unit, number, actor, version)
        move(unit, application, actor, "reject", reason=reason)
        # Who had been at the window before has something open there, and perhaps a place.
        await appointments.give_up(unit, application)
        for task in await tasks.of_application(unit.session, application.id):
            tasks.decline_at_window(unit, house, application, task, actor, "审核不通过", now())
        await tell(unit, house, application, "rejected", {"reason": reason}, key="rejected")
        await unit.commit()
        return application


async def request_correction(
    house: House, number: str, actor: Actor | str, points: Sequence[tuple[str, str]], version: int | None = None
) -> Application:
    """Ask for corrections: (field code or material number, reason) each."""
    async with house.db.unit() as unit:
        application = await take(unit, number, actor, version)
        await ask_to_correct(unit, house, application, actor, "request_correction", points)
        await unit.commit()
        return application


async def ask_to_correct(
    unit: Unit, house: House, application: Application, actor: Actor | str, command: str, points: Sequence[tuple[str, str]]
) -> None:
    """Write down the points, move the case by `command` and tell the veteran. Raises GuituError for an unknown point."""
    if not points:
        raise GuituError(T("请写明要改哪一项、为什么。"), code="no_points")
    rows = [_correction(house, application, actor, name, reason) for name, reason in points]
    move(unit, application, actor, command, data={"points": [[row.kind, row.name, row.reason] for row in rows]})
    unit.session.add_all(rows)
    await unit.session.flush()
    for row in rows:
        if row.kind == MATERIAL:
            await vouchers.refuse(unit.session, row)
    params = _told(house, application, rows)
    await tell(unit, house, application, "correction_requested", params, key=f"correction_requested:{rows[0].id}")
    await plan(unit.session, CORRECTION, application, application.id, application.state_since)


def preview(house: House, application: Application, actor: Actor, points: Sequence[tuple[str, str]]) -> tuple[str, str | None]:
    """What the veteran would read of these points, in the chat and by SMS. Raises GuituError as asking for them would."""
    if not points:
        raise GuituError(T("请写明要改哪一项、为什么。"), code="no_points")
    rows = [_correction(house, application, actor, name, reason) for name, reason in points]
    return shown(house, application, "correction_requested", _told(house, application, rows))


def _told(house: House, application: Application, rows: Sequence[Correction]) -> dict[str, Any]:
    said = Joined([T("{what}（{why}）", what=point_label(house, application, row), why=row.reason) for row in rows])
    return {"points": said, "count": len(rows)}


async def correct(
    house: House,
    number: str,
    actor: Actor | str,
    answers: Mapping[str, Any],
    materials: Collection[int] | None = None,
    *,
    assisted: Assisted | None = None,
) -> Application:
    """The veteran's corrections: new values by field. With them every point is answered and the review resumes.

    `materials`: the numbers seen to; None: all that were asked about (they are looked at again in the review). Raises
    GuituError `not_corrected` naming the points that are still open, `not_uploaded` when only pictures are, or
    `invalid_answers`.
    """
    async with house.db.unit() as unit:
        application = await take(unit, number, actor)
        after(application.state, "correct")
        points = await repository.open_corrections(unit.session, application.id)
        if not points:
            raise Conflict(T("现在没有要改的地方。"), code="nothing_to_correct", allowed=[])
        seen_to = {str(each) for each in materials} if materials is not None else None
        unanswered = await vouchers.unanswered(unit.session, points)
        still = [
            point.name
            for point in points
            if (point.kind == FIELD and point.name not in answers)
            or (point.kind == MATERIAL and (point.id in unanswered if seen_to is None else point.name not in seen_to))
        ]
        if still and all(name.isdecimal() for name in still) and seen_to is None:
            raise GuituError(
                f"还要重新上传：{'、'.join(still)}号材料", code="not_uploaded", materials=[int(name) for name in still]
            )
        if still:
            raise GuituError(f"还有几处没有改：{'、'.join(still)}", code="not_corrected", fields=still)
        changed = {name: value for name, value in answers.items() if application.answers.get(name) != value}
        forbidden = [name for name in changed if name in NEVER_CORRECTED]
        if forbidden:
            raise GuituError(f"这几项不能在这里改：{'、'.join(forbidden)}", code="not_correctable", fields=forbidden)
        # A corrected answer can close a matter (who is no member has nothing to transfer): it goes, as it would at the first filing.
        left = chosen_matters(house.catalogue_of(application), {**application.answers, **changed})
        if left != list(application.answers["matters"]):
            changed["matters"] = left
        await change_answers(unit, house, application, changed)
        waiting = {point.task_id for point in points if point.task_id}
        for point in points:
            point.resolved_at = now()
        for task in await tasks.of_application(unit.session, application.id):
            if task.id in waiting:
                await dispatch.supply(unit, house, application, task, actor)
        move(unit, application, actor, "correct", data={"changed": sorted(changed), "points": [point.name for point in points]})
        record_assisted(unit, application, assisted)
        if actor_of(actor).conversation is None:
            # Who corrects in the chat is answered there.
            await tell(unit, house, application, "corrected", {}, key=f"corrected:{application.version}")
        await unit.commit()
        return application


async def see_to_material(unit: Unit, house: House, application: Application, actor: Actor | str, material: int) -> bool:
    """A new picture of a material has come: the points that asked for it are answered, and the review resumes after the last.

    False: nobody had asked for it.
    """
    points = await repository.open_corrections(unit.session, application.id)
    answered = [point for point in points if point.kind == MATERIAL and int(point.name) == material]
    for point in answered:
        point.resolved_at = now()
    if answered and len(answered) == len(points):
        move(unit, application, actor, "correct", data={"changed": [], "points": [point.name for point in answered]})
        await tell(unit, house, application, "corrected", {}, key=f"corrected:{application.version}")
    return bool(answered)


async def still_asked(unit: Unit, house: House, application: Application) -> list[Correction]:
    """The open points about what this case has to say or to hand in."""
    points = await repository.open_corrections(unit.session, application.id)
    papers = {line.material.number for line in checklist(house.catalogue_of(application), dict(application.answers))}
    return [
        point
        for point in points
        if (int(point.name) in papers if point.kind == MATERIAL else point.name in application.answers)
    ]


async def let_points_go(
    unit: Unit, house: House, application: Application, actor: Actor | str, asked: Sequence[Correction]
) -> None:
    """Close those of the points (`asked`: before) that went with a matter; after the last one the review resumes."""
    kept = await still_asked(unit, house, application)
    gone = [point for point in asked if point not in kept]
    for point in gone:
        point.resolved_at = now()
    await unit.session.flush()
    if gone and not await repository.open_corrections(unit.session, application.id):
        move(unit, application, actor, "correct", data={"changed": [], "points": [point.name for point in gone]})
        await tell(unit, house, application, "corrected", {}, key=f"corrected:{application.version}")


async def change_answers(unit: Unit, house: House, application: Application, changed: Mapping[str, Any]) -> None:
    """Put new answers into the case, checked as a whole, and keep what it is found by in step."""
    checked = check_answers(house.catalogue_of(application), {**application.answers, **changed}, _day_of(application))
    await refuse_second(unit, house, checked, application.conversation_id, own=application)
    application.answers = checked
    application.matters = list(checked["matters"])
    before, application.identity_index = application.identity_index, identity_index(house, checked["id_number"])
    application.mobile_index = mobile_index(house, checked["mobile"])
    application.name_index = name_index(house, checked["name"])
    if application.identity_index != before:
        await archives.match_anew(unit, application, SYSTEM)
    else:
        await archives.compare_anew(unit, application)


def _day_of(application: Application) -> date:
    """Eligibility is judged by the year of the first submission, so a correction in January does not end it. # notice 二(一)"""
    return local(application.submitted_at).date()


def _correction(house: House, application: Application, actor: Actor | str, name: str, reason: str) -> Correction:
    kind = FIELD
    if name.isdecimal():
        kind = MATERIAL
        materials = house.catalogue_of(application).materials
        if int(name) not in materials:
            raise GuituError(
                T("没有第 {name} 号材料，材料编号是 1 到 {last}。", name=name, last=len(materials)), code="unknown_point"
            )
    elif name not in house.catalogue.questions["questions"] or name in NEVER_CORRECTED:
        known = "、".join(field for field in application.answers if field not in NEVER_CORRECTED)
        raise GuituError(T("没有“{name}”这一项。可以写材料编号，或者：{known}。", name=name, known=known), code="unknown_point")
    return Correction(
        application_id=application.id,
        kind=kind,
        name=name,
        reason=_reason(reason),
        requested_by=actor.name if isinstance(actor, Actor) else actor,
        requested_at=now(),
    )


def _reason(reason: str) -> str:
    if not reason.strip():
        raise GuituError(T("请写明原因，要让退役士兵看得懂。"), code="no_reason")
    return reason.strip()


def point_label(house: House, application: Application, point: Correction) -> Text:
    """What a point is about, as the veteran calls it."""
    if point.kind == MATERIAL:
        return house.catalogue_of(application).materials[int(point.name)].short
    return Text(str(house.catalogue.questions["questions"][point.name]["label"]))
