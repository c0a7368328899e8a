"""A case as the pages about one show it: read at once, masked, with what the rules found. Opening it is on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.applications import repository, service
from backend.applications.model import Application, CaseEvent, Correction
from backend.applications.progress import ProgressView
from backend.applications.review import NEVER_CORRECTED
from backend.archives import service as archives
from backend.catalogue.rules import PaperLine, checklist
from backend.clock import now
from backend.console.desk import Desk
from backend.departments import repository as departments
from backend.interview.display import show_value
from backend.locale.text import T, Text
from backend.notices import repository as notices
from backend.security.masking import mask_number
from backend.security.service import CASE, note_access
from backend.vouchers import repository as vouchers
from backend.vouchers.model import Voucher

#: Noted for whoever has to know it; not worth a line of its own in the story of a case.
LOOKS = ("look_at_voucher",)
#: Shown to veterans as they typed it, to staff only with a reason.
CERTIFICATE = "certificate_number"


@dataclass(frozen=True)
class Answer:
    """One answer, masked. changed: in the last correction · differs: from the county's list · asked: why it was asked for."""

    name: str
    label: Text
    value: Any
    changed: bool
    differs: bool
    correctable: bool
    asked: str | None


@dataclass(frozen=True)
class Paper:
    """One paper of the checklist and the vouchers of it, the newest first. asked: why another was asked for."""

    line: PaperLine
    vouchers: Sequence[Voucher]
    asked: str | None


@dataclass(frozen=True)
class Finding:
    """Something that the rules found. tone: good, wait, bad."""

    tone: str
    text: Text


@dataclass(frozen=True)
class CaseFile:
    """Everything about one case. opened_at: when it was read; what happened later is news · matters: task → the matter it does."""

    application: Application
    opened_at: datetime
    answers: Sequence[Answer]
    papers: Sequence[Paper]
    findings: Sequence[Finding]
    events: Sequence[CaseEvent]
    corrections: Sequence[Correction]
    progress: ProgressView
    notices: Sequence[Any]
    matters: Mapping[str, Text]


async def open_file(desk: Desk, number: str) -> CaseFile:
    """The case of that number, if it is theirs. Raises NotFound. The look is on record before it is shown."""
    house = desk.house
    async with house.db.unit() as unit:
        session = unit.session
        application = await service.by_number(session, desk.staff.actor, number)
        events = await service.history(session, application)
        points = await repository.corrections(session, application.id)
        sent = await vouchers.of_application(session, application.id)
        differs = await archives.differences(session, application)
        progress = await service.progress(session, house, application)
        told = await notices.history(session, application.id)
        tasks = await departments.tasks_of(session, application.id)
        note_access(unit, desk.staff.actor.name, CASE, application.number)
        await unit.commit()
    asked = {point.name: point.reason for point in points}
    papers = [
        Paper(
            line,
            [each for each in reversed(sent) if each.material == line.material.number],
            asked.get(str(line.material.number)),
        )
        for line in checklist(house.catalogue_of(application), dict(application.answers))
    ]
    return CaseFile(
        application,
        now(),
        _answers(desk, application, events, asked, differs or []),
        papers,
        _findings(application, papers, differs, points),
        events,
        points,
        progress,
        told,
        {task.id: house.catalogue_of(task).matters[task.matter].short for task in tasks},
    )


def _answers(
    desk: Desk, application: Application, events: Sequence[CaseEvent], asked: dict[str, str], differs: list[str]
) -> list[Answer]:
    script, catalogue = desk.house.script, desk.house.catalogue_of(application)
    last = next((each for each in reversed(events) if each.command == "correct"), None)
    changed = set((last.data or {}).get("changed", ())) if last is not None else set()
    shown = []
    for name, question in script.questions.items():
        if name in ("consent", "consent_sensitive") or name not in application.answers or question.field != name:
            continue
        value: Any = show_value(script, catalogue, name, application.answers[name])
        if name == CERTIFICATE:
            value = mask_number(str(application.answers[name] or "")) or value
        correctable = name not in NEVER_CORRECTED
        shown.append(Answer(name, question.label, value, name in changed, name in differs, correctable, asked.get(name)))
    return shown


def _findings(
    application: Application, papers: Sequence[Paper], differs: list[str] | None, points: Sequence[Correction]
) -> list[Finding]:
    found = []
    if application.archive_received_at is None:
        found.append(Finding("bad", T("还没有收到档案，收到后才能通过预审。")))
    else:
        found.append(Finding("good", T("{day}收到档案。", day=application.archive_received_at)))
    if differs is None:
        found.append(Finding("wait", T("县里的名单上没有这个人，请核对。")))
    elif differs:
        found.append(Finding("bad", T("有{count}项和县里的名单不一样，下面已标出。", count=len(differs))))
    else:
        found.append(Finding("good", T("和县里的名单一致。")))
    lacking = [paper for paper in papers if paper.line.in_pre_review and not paper.vouchers]
    for paper in lacking:
        found.append(Finding("wait", T("没有上传：{paper}", paper=paper.line.short)))
    if papers and not lacking:
        found.append(Finding("good", T("要看的电子凭证都有了。")))
    still = [point for point in points if point.resolved_at is None]
    if still:
        found.append(Finding("wait", T("有{count}处在等本人更正。", count=len(still))))
    return found


def news_since(file: CaseFile, desk: Desk) -> list[CaseEvent]:
    """What others have done to the case since the form was opened, as the form says."""
    try:
        opened = datetime.fromisoformat(desk.form.one("opened"))
    except ValueError:
        return []
    if opened.tzinfo is None:
        return []
    return [each for each in file.events if each.at > opened and each.command not in LOOKS]
