"""The window: originals received, check-in, dispatch of the matters (notice 三(二), 四(一)), papers that come later."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.applications.actor import Actor, actor_of
from backend.applications.case import move, record, take
from backend.applications.ending import complete_if_ended
from backend.applications.model import Application
from backend.applications.papers import DONE_AT_CHECK_IN, REPORT_IN, SURVEY, held_up, instead_of, missing_for_report_in
from backend.applications.review import ask_to_correct
from backend.applications.states import after
from backend.applications.training import is_referred
from backend.appointments import service as appointments
from backend.catalogue.load import Catalogue
from backend.catalogue.rules import checklist, task_paths
from backend.clock import now
from backend.db.engine import Unit
from backend.departments import dispatch, tasks
from backend.departments.model import Task
from backend.departments.states import TERMINAL
from backend.departments.telling import tell_papers
from backend.errors import Conflict, GuituError
from backend.house import House
from backend.locale.text import T
from backend.notices.service import tell
from backend.systems import service as systems
from backend.training import service as training

#: The applicant's identity card. # notice 二(二)4
IDENTITY_CARD = 4


@dataclass(frozen=True)
class Seen:
    """What the window saw at check-in. # notice 三(二)

    lacking   numbers of materials that were not handed in
    copied    numbers of those that were copied for the files; None: every one that was handed in
    identity  what proved who it is: id_card, or discharge_certificate where there is no valid identity card
    instead   numbers of those that were handed in as the other of two papers: a deed for the booklet # notice 二(二)7
    training_need   whether there is a need that this soldier qualifies for; None: as the survey of the chat says # notice 三(三)
    """

    lacking: Collection[int] = ()
    copied: Collection[int] | None = None
    identity: str = "id_card"
    training_need: bool | None = None
    instead: Collection[int] = ()


async def intake(
    house: House, number: str, actor: Actor | str, seen: Seen | Collection[int] = (), version: int | None = None
) -> Application:
    """Receive the originals and check in, all in one transaction: nothing is half done."""
    async with house.db.unit() as unit:
        application = await take(unit, number, actor, version)
        async with unit.together():
            if application.state == "accepted":
                await _receive(unit, house, application, actor)
                await unit.session.flush()
            await _check_in(unit, house, application, actor, _seen(seen))
        await unit.commit()
        return application


async def receive_originals(house: House, number: str, actor: Actor | str, version: int | None = None) -> Application:
    """The originals are at the window: the clock of reporting in starts. # notice 四(一)"""
    async with house.db.unit() as unit:
        application = await take(unit, number, actor, version)
        async with unit.together():
            at_window = await _receive(unit, house, application, actor)
            if (task := at_window.get(REPORT_IN)) is not None and task.due_at is not None:
                due = T("{due}（暂定）", due=task.due_at) if task.provisional else task.due_at
                key = f"originals:{task.due_at.isoformat()}"
                await tell(unit, house, application, "originals_received", {"due": due}, key=key)
        await unit.commit()
        return application


async def check_in(
    house: House, number: str, actor: Actor | str, seen: Seen | Collection[int] = (), version: int | None = None
) -> Application:
    """Reporting in is done, every other matter goes to its department or waits for its papers."""
    async with house.db.unit() as unit:
        application = await take(unit, number, actor, version)
        async with unit.together():
            await _check_in(unit, house, application, actor, _seen(seen))
        await unit.commit()
        return application


async def differ(
    house: House, number: str, actor: Actor | str, points: Sequence[tuple[str, str]], version: int | None = None
) -> Application:
    """The originals are not what the copies showed: back to the veteran. The clock of reporting in stands meanwhile."""
    async with house.db.unit() as unit:
        application = await take(unit, number, actor, version)
        await ask_to_correct(unit, house, application, actor, "differ", points)
        application.originals_received_at = None
        for task in await tasks.of_application(unit.session, application.id):
            tasks.wait_for_veteran(unit, house, application, task, actor, "原件与电子材料不一致", now())
        await unit.commit()
        return application


async def bring_papers(
    house: House, number: str, actor: Actor | str, brought: Collection[int], version: int | None = None
) -> Application:
    """Papers that were lacking have come: what waited only for them is dispatched, with its own clock. # notice 三(二)"""
    async with house.db.unit() as unit:
        application = await take(unit, number, actor, version)
        _known(house.catalogue_of(application), brought)
        move(unit, application, actor, "bring_papers", data={"brought": sorted(brought)})
        there = await tasks.of_application(unit.session, application.id)
        awaited = {*application.lacking, *instead_of(application.intake)}
        awaited |= {task.awaited_material for task in there if task.state == "waiting_veteran" and task.awaited_material}
        wrong = sorted(set(brought) - awaited)
        if wrong or not brought:
            raise Conflict(
                T(
                    "没有在等的材料：{wrong}。还缺的是：{lacking}。",
                    wrong="、".join(map(str, wrong)) or T("没有勾选"),
                    lacking="、".join(map(str, sorted(awaited))) or T("没有"),
                ),
                code="not_lacking",
                allowed=[],
                materials=wrong,
                lacking=sorted(awaited),
            )
        application.lacking = [number for number in application.lacking if number not in brought]
        record_of_intake = application.intake or {}
        # Each paper is copied as it is taken. # notice 三(二)
        application.intake = record_of_intake | {
            **{kind: sorted({*record_of_intake.get(kind, ()), *brought}) for kind in ("handed_in", "copied")},
            "instead": [number for number in instead_of(record_of_intake) if number not in brought],
        }
        held = held_up(
            house.catalogue_of(application), application.answers, application.lacking, instead_of(application.intake)
        )
        for task in there:
            if task.state == "waiting_papers" and task.matter not in held:
                await dispatch.dispatch(unit, house, application, task, actor)
            elif task.state == "waiting_veteran" and task.awaited_material in brought:
                await dispatch.supply(unit, house, application, task, actor)
        await unit.commit()
        return application


async def _receive(unit: Unit, house: House, application: Application, actor: Actor | str) -> Mapping[str, Task]:
    """Returns the tasks there are, by matter: those of the window itself."""
    move(unit, application, actor, "receive_originals")
    application.originals_received_at = now()
    existing = {task.matter: task for task in await tasks.of_application(unit.session, application.id)}
    for code in DONE_AT_CHECK_IN:
        if code in existing:
            tasks.resume(unit, house, application, existing[code], actor, application.originals_received_at)
        elif code in application.matters:
            moment = application.originals_received_at
            existing[code] = await tasks.begin_at_window(unit, house, application, code, actor, moment)
    return existing


def _seen(given: Seen | Collection[int]) -> Seen:
    """Numbers alone are those that are lacking; who lacks the identity card is known by the certificate. # notice 二(二)4"""
    if isinstance(given, Seen):
        return given
    return Seen(lacking=given, identity="discharge_certificate" if IDENTITY_CARD in given else "id_card")


def _record_of_intake(house: House, application: Application, actor: Actor | str, seen: Seen, at: datetime) -> dict[str, Any]:
    """What was handed in, copied and seen. Raises GuituError when a paper was not copied, or the proof was not there."""
    listed = [line.material.number for line in checklist(house.catalogue_of(application), dict(application.answers))]
    handed_in = [number for number in listed if number not in seen.lacking]
    copied = handed_in if seen.copied is None else sorted(set(seen.copied))
    missing = [number for number in handed_in if number not in copied]
    if missing:
        names = "、".join(house.catalogue_of(application).materials[number].short.source for number in missing)
        raise GuituError(T("{names}还没有留复印件。复印留档后再办。", names=names), code="not_copied", missing=missing)
    if seen.identity == "id_card" and IDENTITY_CARD in seen.lacking:
        raise GuituError(
            T("身份证没有交，不能用它核对身份。请用退出现役证件核对，再选“退出现役证件”。"),
            code="no_identity_card",
            allowed=["discharge_certificate"],
        )
    wrong = [
        number
        for number in seen.instead
        if number not in handed_in or not house.catalogue_of(application).materials[number].exact_for
    ]
    if wrong:
        names = "、".join(house.catalogue_of(application).materials[number].short.source for number in wrong)
        raise GuituError(
            T("{names}没有交，或者没有别的材料可以代替。请核对后再办。", names=names), code="no_alternative", materials=wrong
        )
    return {
        "handed_in": handed_in,
        "instead": sorted(seen.instead),
        "copied": copied,
        "identity": seen.identity,
        "by": actor_of(actor).name,
        "at": at.isoformat(),
    }


async def _check_in(unit: Unit, house: House, application: Application, actor: Actor | str, seen: Seen) -> None:
    lacking = seen.lacking
    catalogue = house.catalogue_of(application)
    _known(catalogue, [*lacking, *(seen.copied or ()), *seen.instead])
    after(application.state, "check_in")
    missing = missing_for_report_in(catalogue, lacking)
    if missing:
        names = "、".join(catalogue.materials[number].name.source for number in missing)
        raise Conflict(T("缺{names}，不能办理退役报到。请补齐后再办。", names=names), code="papers_missing", missing=missing)
    moment = now()
    application.intake = _record_of_intake(house, application, actor, seen, moment)
    move(unit, application, actor, "check_in", data={"lacking": sorted(lacking), **application.intake})
    application.checked_in_at = moment
    await appointments.give_up(unit, application)
    application.lacking = sorted(lacking)
    held = held_up(house.catalogue_of(application), application.answers, application.lacking, instead_of(application.intake))
    at_window = {task.matter: task for task in await tasks.of_application(unit.session, application.id)}
    for code in DONE_AT_CHECK_IN:
        if code in application.matters and code not in at_window:
            received_at = application.originals_received_at or moment
            at_window[code] = await tasks.begin_at_window(unit, house, application, code, actor, received_at)
    for task in at_window.values():
        tasks.finish_at_window(unit, house, application, task, actor, moment)
        await systems.resulted(unit, house, application, task, None, "check_in", moment)
    every = [*at_window.values(), *await _dispatch_all(unit, house, application, actor, held, moment)]
    await tell(unit, house, application, "done", {}, key="done:report_in", matter=REPORT_IN)
    await _end_survey(unit, house, application, actor, seen)
    await tell_papers(unit, house, application, held)
    if all(task.state in TERMINAL for task in every):
        await complete_if_ended(unit, house, application, actor)


async def _end_survey(unit: Unit, house: House, application: Application, actor: Actor | str, seen: Seen) -> None:
    """Who has a need and qualifies is referred to the county, which gets in touch. # notice 三(三)"""
    if SURVEY not in application.matters:
        if seen.training_need:
            raise GuituError(T("这份申请没有办培训需求问卷。要登记培训需求，先把这一项加上。"), code="no_survey")
        return
    need = is_referred(application.answers) if seen.training_need is None else seen.training_need
    if need:
        training.refer(unit, application, actor)
    variant = "referred" if need else None
    await tell(unit, house, application, "done", {}, key="done:training_survey", matter=SURVEY, variant=variant)


async def _dispatch_all(
    unit: Unit, house: House, application: Application, actor: Actor | str, held: Mapping[str, list[int]], moment: datetime
) -> list[Task]:
    """A task for every matter that is not the window's own: with its department, or waiting for its papers."""
    made = []
    for code in application.matters:
        if code in DONE_AT_CHECK_IN:
            continue
        for path in task_paths(house.catalogue_of(application), code, application.answers):
            task = tasks.new_task(house, application, code, path, moment)
            unit.session.add(task)
            made.append(task)
            if code not in held:
                await dispatch.dispatch(unit, house, application, task, actor)
                continue
            papers = {"papers": held[code]}
            record(unit, application, actor, "wait_for_papers", task_id=task.id, to_state=task.state, data=papers, at=moment)
    return made


def _known(catalogue: Catalogue, numbers: Collection[int]) -> None:
    unknown = [str(number) for number in numbers if number not in catalogue.materials]
    if unknown:
        raise GuituError(
            T("没有这些材料：{papers}。材料编号是 1 到 {last}。", papers="、".join(unknown), last=len(catalogue.materials)),
            code="unknown_material",
        )
