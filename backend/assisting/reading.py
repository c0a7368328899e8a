"""Drafts that a window helps with, as they are found and shown. Who asks is part of every question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications import service as applications
from backend.applications.actor import Actor
from backend.assisting import repository
from backend.assisting.model import Assist, AssistStep
from backend.clock import today
from backend.dialogue import repository as drafts
from backend.dialogue.model import OPEN, DraftRow
from backend.errors import Conflict, NotFound
from backend.house import House
from backend.interview.draft import Draft
from backend.interview.engine import Interview
from backend.interview.flow import has_consented
from backend.locale.text import T
from backend.security.service import note_access

LOOK = "draft"
MOST_OF_MOBILE = 5


@dataclass(frozen=True)
class Held:
    """A draft that a window helps with. steps: what staff did with it, in order."""

    assist: Assist
    row: DraftRow
    draft: Draft
    interview: Interview
    steps: Sequence[AssistStep]

    @property
    def on_phone(self) -> bool:
        """True when the veteran has the talk that it belongs to."""
        return self.row.conversation_id != self.assist.conversation

    @property
    def consented(self) -> bool:
        """Whether both consents were given."""
        return has_consented(self.draft)


@dataclass(frozen=True)
class Found:
    """An open draft in a list. helped: this window is at it already."""

    row: DraftRow
    draft: Draft
    helped: Assist | None


def interview_of(house: House, draft: Draft) -> Interview:
    """The interview as of today, by the rules that the draft goes by."""
    return Interview(house.script, house.catalogue_of(draft), today())


async def find(
    session: AsyncSession, house: House, actor: Actor, *, mobile: str | None = None, code: str | None = None
) -> list[Found]:
    """Open drafts by the mobile (11 digits) or by the draft's code. One that belongs to another county's window is not there."""
    if code is not None:
        assist = await repository.by_code(session, actor, code)
        row = await drafts.draft(session, assist.draft_id) if assist else None
        return [Found(row, Draft.from_json(row.content), assist)] if row is not None and row.state == OPEN else []
    if mobile is None:
        return []
    rows = await drafts.open_drafts_of_mobile(session, applications.mobile_index(house, mobile), MOST_OF_MOBILE)
    found = []
    for row in rows:
        draft = Draft.from_json(row.content)
        if (helped := await repository.one(session, actor, row.id)) or reaches(actor, draft):
            found.append(Found(row, draft, helped))
    return found


def reaches(actor: Actor, draft: Draft) -> bool:
    """One whose county is not known yet is everybody's."""
    county = draft.answers.get("county")
    return county is None or actor.reaches(str(county))


async def held(session: AsyncSession, house: House, actor: Actor, draft_id: str, *, lock: bool = False) -> Held:
    """A draft that this window helps with. Raises NotFound; Conflict `filed` with the number once it is filed."""
    assist = await repository.one(session, actor, draft_id)
    row = await drafts.draft(session, draft_id, lock=lock) if assist else None
    if assist is None or row is None:
        raise nothing_there()
    if row.state != OPEN:
        raise Conflict(T("这份资料已经提交了。请到“申请”里查看。"), code="filed")
    draft = Draft.from_json(row.content)
    return Held(assist, row, draft, interview_of(house, draft), await repository.steps(session, draft_id))


def nothing_there() -> NotFound:
    """For a draft that is not there, or not theirs."""
    return NotFound(T("没有这份在填的资料，或者它不归你的窗口。请用手机号或代码再查一次。"), code="no_draft")


async def show(house: House, actor: Actor, draft_id: str) -> Held:
    """A draft to look at. The look is on record before it is shown."""
    async with house.db.unit() as unit:
        found = await held(unit.session, house, actor, draft_id)
        note_access(unit, actor.name, LOOK, draft_id)
        await unit.commit()
    return found


def seen_of(house: House, draft: Draft) -> str:
    """What a page has shown of the answers, as a word of its own: by it is told what changed meanwhile."""
    return " ".join(f"{name}:{_mark(house, name, value)}" for name, value in sorted(draft.answers.items()))


def _mark(house: House, name: str, value: Any) -> str:
    return house.keys.blind_index(f"{name}={value!r}", "assisting.seen")[:6]


def changed_since(house: House, draft: Draft, seen: str) -> list[str]:
    """The fields that were answered, or answered otherwise, since a page was shown."""
    before = dict(each.partition(":")[::2] for each in seen.split())
    present = {name: _mark(house, name, value) for name, value in draft.answers.items()}
    return [name for name in {**present, **before} if before.get(name) != present.get(name)]


def refuse_stale(house: House, found: Held, version: int, seen: str) -> None:
    if found.row.version != version:
        raise Conflict(
            T("这份资料刚刚有变动，你这次填的没有存。请看看下面标出的，再存一次。"),
            code="stale",
            fields=changed_since(house, found.draft, seen),
        )
