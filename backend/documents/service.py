"""Printing a case's papers. A paper is made on demand and not kept: the signed original is on paper. What is kept is who had
which paper printed, when, and a hash of what stood on it (without the time), so that two prints can be compared."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications import service as applications
from backend.applications.actor import VETERAN, Actor, actor_of
from backend.applications.case import record
from backend.applications.model import Application
from backend.catalogue.rules import chosen_matters
from backend.clock import now
from backend.conversations.model import Conversation
from backend.departments import service as departments
from backend.dialogue import repository as dialogue
from backend.documents.contents import content_of
from backend.documents.printing import Printed, print_paper
from backend.documents.rules import PAPERS, Paper, Point, Subject, why_not
from backend.errors import Conflict, NotFound
from backend.house import House
from backend.interview.draft import Draft
from backend.locale.text import T, render

#: The command under which a production stands in the record of a case.
PRINT = "print"


@dataclass(frozen=True)
class Production:
    """That a paper was printed: by whom and when."""

    by: str
    at: datetime


@dataclass(frozen=True)
class Line:
    """One paper as a case has it. `why_not`: why it cannot be printed; None when it can."""

    paper: Paper
    why_not: str | None
    printed: tuple[Production, ...]


async def overview(house: House, number: str, actor: Actor | str) -> list[Line]:
    """Every paper, whether this case has it and why not, and when it was printed. Raises NotFound for no such case."""
    async with house.db.reading() as session:
        application = await applications.by_number(session, actor, number)
        subject = await _subject(session, house, application)
        done: dict[str, list[Production]] = {name: [] for name in PAPERS}
        for event in await applications.history(session, application):
            name = str((event.data or {}).get("document"))
            if event.command == PRINT and name in done:
                done[name].append(Production(event.actor, event.at))
    return [Line(paper, why_not(paper, subject), tuple(done[paper.name])) for paper in PAPERS.values()]


async def produce(house: House, number: str, name: str, actor: Actor | str) -> Printed:
    """The PDF of one paper of a case; that it was printed stands in the case's record before it is given out.

    Raises NotFound for no such case or paper, Conflict `not_applicable` with the reason when this case does not have it,
    NoFonts where the machine cannot print Chinese.
    """
    if name not in PAPERS:
        raise NotFound(f"没有“{name}”这种表。可以是：{'、'.join(PAPERS)}。", code="no_document", allowed=list(PAPERS))
    paper = PAPERS[name]
    async with house.db.reading() as session:
        application = await applications.by_number(session, actor, number)
        subject = await _subject(session, house, application)
    reason = why_not(paper, subject)
    if reason is not None:
        raise Conflict(f"{reason}，打不了{paper.title}。", code="not_applicable", state=subject.state)
    moment = now()
    content = content_of(house.catalogue_of(application), name, subject)
    printed = await print_paper(house.settings, name, subject.county, number, content, moment)
    async with house.db.unit() as unit:
        # Asked again: whoever lost the case while it was printed gets nothing.
        application = await applications.by_number(unit.session, actor, number)
        data = {"document": name, "content": _hash(content), "template": printed.template}
        record(unit, application, actor, PRINT, data=data, at=moment)
        await unit.commit()
    return printed


async def own_checklist(house: House, conversation: Conversation) -> Printed:
    """The list of papers of whoever talks in this conversation: of the draft in hand, or of the application.

    Raises NotFound while no matters are chosen. What is printed from a draft has no case that could record it.
    """
    actor = actor_of(VETERAN + conversation.id)
    async with house.db.reading() as session:
        row = await dialogue.open_draft(session, conversation.id)
        application = await applications.live_for_conversation(session, conversation.id)
    draft = Draft.from_json(row.content) if row is not None else None
    if draft is not None and draft.application is None and draft.answers.get("matters") and draft.answers.get("county"):
        subject = Subject(draft.answers, chosen_matters(house.catalogue, draft.answers), str(draft.answers["county"]))
        content = content_of(house.catalogue, "checklist", subject)
        return await print_paper(house.settings, "checklist", subject.county, None, content, now())
    if application is None:
        text = T("还没有你的材料清单。先告诉我要办哪些事项，我就能列出来。")
        raise NotFound(render(text, conversation.language), code="no_checklist")
    return await produce(house, application.number, "checklist", actor)


async def _subject(session: AsyncSession, house: House, application: Application) -> Subject:
    points = await applications.open_corrections(session, application.id)
    return Subject(
        answers=application.answers,
        matters=list(application.matters),
        county=application.county,
        number=application.number,
        state=application.state,
        submitted_at=application.submitted_at,
        lacking=list(application.lacking),
        intake=application.intake,
        corrections=[
            Point(render(applications.point_label(house, application, point)), point.reason, point.requested_at)
            for point in points
        ],
        police_station=await departments.police_station(session, house, application),
    )


def _hash(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
