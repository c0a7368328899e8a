"""Taking the interview up again after people have talked with somebody: where it stood, or at a step that they choose."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from backend.clock import now, today
from backend.conversations.messages import Message
from backend.db.engine import Unit
from backend.dialogue import repository
from backend.errors import GuituError
from backend.house import House
from backend.interview.draft import Draft
from backend.interview.engine import Interview
from backend.interview.flow import REVIEW, has_consented, questions_needed
from backend.locale.text import Text


async def steps(session: AsyncSession, house: House, conversation_id: str) -> list[tuple[str, Text]]:
    """The questions at which the open draft can be taken up, in order, with their labels; empty without one."""
    row = await repository.open_draft(session, conversation_id)
    draft = Draft.from_json(row.content) if row else None
    if draft is None or not has_consented(draft):
        return []
    questions = house.script.questions
    needed = questions_needed(draft, house.catalogue_of(draft))
    known = [name for name in needed if name in questions and (name in draft.answers or name in (draft.pending, REVIEW))]
    return [(name, questions[name].label) for name in known]


async def take_up(unit: Unit, house: House, conversation_id: str, step: str | None = None) -> list[Message]:
    """The pending question of the open draft, or that of `step`, asked again; nothing without a draft. Raises GuituError."""
    row = await repository.open_draft(unit.session, conversation_id)
    if row is None:
        if step is not None:
            raise GuituError("这位退役士兵现在没有在填的申请，不能指定步骤。", code="no_draft")
        return []
    draft = Draft.from_json(row.content)
    offered = [name for name, _ in await steps(unit.session, house, conversation_id)]
    if step is not None and step not in offered:
        raise GuituError("这份申请没有这一步，请从列出的步骤里选。", code="unknown_step", allowed=offered)
    interview = Interview(house.script, house.catalogue_of(draft), today())
    pending = step or draft.pending
    if pending is None:
        return []
    outcome = interview.ask(draft, pending) if step or not has_consented(draft) else interview.go_on(draft)
    shown = tuple(choice.value for choice in outcome.say[-1].choices)
    row.content = {**outcome.draft.to_json(), "shown": shown}
    row.updated_at = now()
    await unit.session.flush()
    return list(outcome.say)
