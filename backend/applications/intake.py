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
from backend.applications.papers import DONE_AT_CHECK_IN, REPORT_IN, SURVEY, held_up, missing_for_report_in
from backend.applications.review import ask_to_correct
from backend.applications.states import after
from backend.applications.training import refer
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

#: The applicant's identity card. # notice 二(二)4
IDENTITY_CARD = 4


@dataclass(frozen=True)
class Seen:
    """What the window saw at check-in. # notice 三(二)

    lacking   numbers of materials that were not handed in
    copied    numbers of those that were copied for the files; None: every one that was handed in
    identity  what proved who it is: id_card, or discharge_certificate where there is no valid identity card
    """

    lacking: Collection[int] = ()
    copied: Collection[int] | None = None
    identity: str = "id_card"


async def intake(
    house: House, number: str, actor: Actor | str, seen: Seen | Collection[int] = (), version: int | None = None
) -> Application:
    """Receive the originals and check in, all in one transaction: nothing is half done."""
    async with house.db.unit() as unit:
        application = await take(unit, number, actor, version)
        if application.state == "accepted":
            await _receive(unit, house, application, actor)
        await _check_in(unit, house, application, actor, _seen(seen))
        await unit.commit()
        return application


async def receive_originals(house: House, number: str, actor: Actor | str, version: int | None = None) -> Application:
    """The originals are at the window: the clock of reporting in starts. # notice 四(一)"""
    async with house.db.unit() as unit:
        application = await take(unit, number, actor, version)
        at_window = await _receive(unit, house, application, actor)
        if (task := at_window.get(REPORT_IN)) is not None and task.due_at is not None:
            due = T("{due}（暂定）", due=task.due_at) if task.provisional else task.due_at
            await tell(unit, house, application, "originals_received", {"due": due}, key=f"originals:{task.due_at.isoformat()}")
        await unit.commit()
        return application


async def check_in(
    house: House, number: str, actor: Actor | str, seen: Seen | Collection[int] = (), version: int | None = None
) -> Application:
    """Reporting in is done, every other matter goes to its department or waits for its papers."""
    async with house.db.unit() as unit:
        application = await take(unit, number, actor, version)
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
        _known(house, brought)
        move(unit, application, actor, "bring_papers", data={"brought": sorted(brought)})
        application.lacking = [number for number in application.lacking if number not in brought]
        record_of_intake = application.intake or {}
        # Each paper is copied as it is taken. # notice 三(二)
        application.intake = record_of_intake | {
            kind: sorted({*record_of_intake.get(kind, ()), *brought}) for kind in ("handed_in", "copied")
        }
        held = held_up(house.catalogue, application.answers, application.lacking)
        for task in await tasks.of_application(unit.session, application.id):
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
    listed = [line.material.number for line in checklist(house.catalogue, dict(application.answers))]
    handed_in = [number for number in listed if number not in seen.lacking]
    copied = handed_in if seen.copied is None else sorted(set(seen.copied))
    missing = [number for number in handed_in if number not in copied]
    if missing:
        names = "、".join(house.catalogue.materials[number].short.source for number in missing)
        raise GuituError(f"{names}还没有留复印件。复印留档后再办。", code="not_copied", missing=missing)
    if seen.identity == "id_card" and IDENTITY_CARD in seen.lacking:
        raise GuituError(
            "身份证没有交，不能用它核对身份。请用退出现役证件核对，再选“退出现役证件”。",
            code="no_identity_card",
            allowed=["discharge_certificate"],
        )
    return {
        "handed_in": handed_in,
        "copied": copied,
        "identity": seen.identity,
        "by": actor_of(actor).name,
        "at": at.isoformat(),
    }


async def _check_in(unit: Unit, house: House, application: Application, actor: Actor | str, seen: Seen) -> None:
    lacking = seen.lacking
    _known(house, [*lacking, *(seen.copied or ())])
    after(application.state, "check_in")
    missing = missing_for_report_in(house.catalogue, lacking)
    if missing:
        names = "、".join(house.catalogue.materials[number].name.source for number in missing)
        raise Conflict(f"缺{names}，不能办理退役报到。请补齐后再办。", code="papers_missing", missing=missing)
    moment = now()
    application.intake = _record_of_intake(house, application, actor, seen, moment)
    move(unit, application, actor, "check_in", data={"lacking": sorted(lacking), **application.intake})
    application.checked_in_at = moment
    application.lacking = sorted(lacking)
    held = held_up(house.catalogue, application.answers, application.lacking)
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
    if SURVEY in application.matters:
        await tell(unit, house, application, "done", {}, key="done:training_survey", matter=SURVEY)
        await refer(unit, house, application, actor)
    await tell_papers(unit, house, application, held)
    if all(task.state in TERMINAL for task in every):
        await complete_if_ended(unit, house, application, actor)


async def _dispatch_all(
    unit: Unit, house: House, application: Application, actor: Actor | str, held: Mapping[str, list[int]], moment: datetime
) -> list[Task]:
    """A task for every matter that is not the window's own: with its department, or waiting for its papers."""
    made = []
    known = await dispatch.receivers(unit, application.county)
    # What is written about all of them goes to the database together, and not before each question to it.
    with unit.session.no_autoflush:
        for code in application.matters:
            if code in DONE_AT_CHECK_IN:
                continue
            for path in task_paths(house.catalogue, code, application.answers):
                task = tasks.new_task(house, application, code, path, moment)
                unit.session.add(task)
                made.append(task)
                if code in held:
                    papers = {"papers": held[code]}
                    record(
                        unit,
                        application,
                        actor,
                        "wait_for_papers",
                        task_id=task.id,
                        to_state=task.state,
                        data=papers,
                        at=moment,
                    )
                else:
                    await dispatch.dispatch(unit, house, application, task, actor, known)
    return made


def _known(house: House, numbers: Collection[int]) -> None:
    unknown = [str(number) for number in numbers if number not in house.catalogue.materials]
    if unknown:
        raise GuituError(
            f"没有这些材料：{'、'.join(unknown)}。材料编号是 1 到 {len(house.catalogue.materials)}。", code="unknown_material"
        )
