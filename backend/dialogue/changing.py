"""Adding and dropping matters of an application that is filed, in the chat, until the window has checked in (notice 三(一), our reading)."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications import service as applications
from backend.applications.actor import VETERAN
from backend.catalogue.rules import checklist
from backend.clock import local, today
from backend.conversations.messages import Choice, Message, Shown
from backend.house import House
from backend.interview.display import show_matters
from backend.interview.draft import Draft
from backend.interview.engine import Interview
from backend.interview.facts import read_facts
from backend.interview.flow import REVIEW
from backend.interview.outcome import Outcome
from backend.interview.questions import Script
from backend.locale.text import Joined

#: Whatever is said of matters beside these is said of something else.
_NEVER = ("distress", "handoff", "progress", "start_over", "abuse", "faq/urge", "faq/complain", "faq/appointment")


async def wanted(
    session: AsyncSession, house: House, script: Script, conversation_id: str, text: str, intent: str
) -> Draft | Message | None:
    """The draft of a change of matters that `text` asks for, or why it cannot be; None when it asks for none."""
    if intent in _NEVER or not _of_matters(house, text):
        return None
    application = await applications.live_for_conversation(session, conversation_id)
    if application is None:
        return None
    if not applications.may_change_matters(application):
        person = Choice(script.say("person"), intent="handoff")
        return Message(script.say("matters_late", number=application.number), [person])
    draft = Draft(
        answers=dict(application.answers),
        application=application.number,
        filed_on=local(application.submitted_at).date().isoformat(),
        catalogue_edition=application.catalogue_edition,
        changing=True,
        pending=REVIEW,
    )
    catalogue = house.catalogue_of(application)
    reading = Interview(script, catalogue, today()).answers.matters(draft, text, "")
    if reading.value is not None and set(reading.value) != set(application.matters):
        return draft
    same = script.say("matters_same", number=application.number, chosen=show_matters(catalogue, application.matters))
    return Message(Joined([*reading.notes, same], separator="\n"))


def _of_matters(house: House, text: str) -> bool:
    """True for matters that are named and wanted or not wanted; figures alone may be anything."""
    facts = read_facts(text, house.catalogue, today())
    return facts.matters is not None and not facts.bare_numbers and bool(facts.matters.value.chosen)


async def file(house: House, script: Script, conversation_id: str, outcome: Outcome) -> list[Message]:
    """Put the change into the case, which tells its county; say what there is to bring besides. Raises GuituError."""
    filed = dict(outcome.filed)
    matters = filed.pop("matters")
    number = outcome.draft.application or ""
    async with house.db.reading() as session:
        before = await applications.live_for_conversation(session, conversation_id)
    catalogue = house.catalogue_of(outcome.draft)
    known = {line.material.number for line in checklist(catalogue, before.answers)} if before else set()
    application = await applications.change_matters(house, number, VETERAN + conversation_id, matters, filed)
    chosen = show_matters(catalogue, application.matters)
    said: list[Shown] = [
        script.say("matters_changed", number=application.number, count=len(application.matters), chosen=chosen)
    ]
    more = [line.short for line in checklist(catalogue, application.answers) if line.material.number not in known]
    if more:
        said.append(script.say("matters_more_papers", papers=Joined(more)))
    choices = [Choice(script.say("ask_progress"), intent="progress"), Choice(script.say("ask_papers"), intent="materials")]
    return [Message(Joined(said, separator="\n"), choices)]
