"""Between the interview and the applications: opening a draft, filing it, correcting and withdrawing what was filed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications import service as applications
from backend.conversations.messages import Card, Choice, Message, Row
from backend.dialogue.model import DraftRow
from backend.errors import GuituError
from backend.house import House
from backend.interview.draft import Draft
from backend.interview.outcome import Outcome
from backend.interview.questions import Script
from backend.locale.text import Joined

CORRECTION = "correction_requested"


@dataclass(frozen=True)
class Opened:
    """The draft to work on and what to say first, or why there is none."""

    draft: Draft
    greeting: Message | None = None
    refusal: Message | None = None


@dataclass(frozen=True)
class Filed:
    """What to say after filing, and whether it was filed. `wrong`: fields that the applications' own check did not accept."""

    say: list[Message]
    filed: bool
    wrong: tuple[str, ...] = ()


async def open_or_refuse(
    session: AsyncSession, house: House, script: Script, conversation_id: str, row: DraftRow | None
) -> Opened:
    """The open draft; or a new one; or one that corrects what the county sent back; or the word that one is filed already."""
    if row is not None:
        return Opened(Draft.from_json(row.content))
    application = await applications.live_for_conversation(session, conversation_id)
    if application is None:
        return Opened(Draft())
    if application.state != CORRECTION:
        text = script.say("already_filed", number=application.number)
        choices = [Choice(script.say("ask_progress"), intent="progress"), Choice(script.say("person"), intent="handoff")]
        return Opened(Draft(), refusal=Message(text, choices))
    corrections = await applications.open_corrections(session, application.id)
    fields = {c.name: c.reason for c in corrections if c.kind == "field" and c.name in script.questions}
    points = [_point(script, house, c.kind, c.name, c.reason) for c in corrections]
    answers = {name: value for name, value in application.answers.items() if name not in fields}
    draft = Draft(answers=answers, to_correct=fields, application=application.number)
    asked = {int(c.name): c.reason for c in corrections if c.kind != "field"}
    return Opened(draft, Message(script.say("correction_open", points=Joined(points)), card=_pictures(script, house, asked)))


def _pictures(script: Script, house: House, asked: Mapping[int, str]) -> Card | None:
    """The papers that the county wants a new picture of, each with its reason: the page lets one be sent there."""
    rows = [
        Row(
            title=script.say("paper_choice", number=number, name=house.catalogue.materials[number].short),
            lines=(script.say("correction_reason", reason=reason),) if reason else (),
            material=number,
        )
        for number, reason in asked.items()
    ]
    return Card("checklist", script.say("correction_pictures"), rows) if rows else None


def _point(script: Script, house: House, kind: str, name: str, reason: str) -> object:
    if kind == "field" and name in script.questions:
        label = script.questions[name].label
    else:
        label = house.catalogue.materials[int(name)].short
    return script.say("correction_point", label=label, reason=reason)


async def file(house: House, script: Script, conversation_id: str, draft_id: str, outcome: Outcome, language: str) -> Filed:
    """File the draft, or the corrections. A refusal is said kindly and leaves the draft open."""
    try:
        if outcome.act == "correct":
            await applications.correct(house, outcome.draft.application or "", f"veteran:{conversation_id}", outcome.filed)
            return Filed([Message(script.say("correction_done"))], True)
        submitted = await applications.submit(
            house, draft_id=draft_id, conversation_id=conversation_id, answers=outcome.filed, language=language
        )
    except GuituError as refusal:
        return _refused(house, script, refusal)
    sentence = "submitted" if submitted.created else "submitted_before"
    say = [Message(script.say(sentence, number=submitted.application.number))]
    choices = [Choice(script.say("ask_progress"), intent="progress"), Choice(script.say("ask_papers"), intent="materials")]
    return Filed([*say, Message(script.say("submitted_next"), choices)], True)


def _refused(house: House, script: Script, refusal: GuituError) -> Filed:
    if refusal.code == "not_uploaded":
        materials = refusal.details.get("materials")
        card = _pictures(script, house, {int(each): "" for each in materials} if isinstance(materials, list) else {})
        return Filed([Message(script.say("correction_upload"), card=card)], False)
    if refusal.code == "one_live_application":
        return Filed([Message(script.say("one_case"), [Choice(script.say("person"), intent="handoff")])], False)
    if refusal.code == "not_allowed":
        # The corrections were taken before, and the answer to that turn was lost on the way.
        return Filed([Message(script.say("correction_done"))], True)
    if refusal.code in ("invalid_answers", "not_corrected"):
        fields = refusal.details.get("fields")
        return Filed([], False, tuple(str(name) for name in fields) if isinstance(fields, list | tuple | dict) else ())
    raise refusal


async def withdraw(house: House, script: Script, conversation_id: str, confirmed: bool) -> list[Message]:
    """Withdraw what was filed, once it is confirmed; or leave it."""
    if not confirmed:
        return [Message(script.say("withdraw_kept"), [Choice(script.say("ask_progress"), intent="progress")])]
    async with house.db.reading() as session:
        application = await applications.latest_for_conversation(session, conversation_id)
    if application is None:
        return [Message(script.say("none_open"), [Choice(script.say("begin"), intent="apply")])]
    if application.state != "withdrawn":
        await applications.withdraw(house, application.number, f"veteran:{conversation_id}")
    return [Message(script.say("withdrawn", number=application.number), [Choice(script.say("begin"), intent="apply")])]


async def ask_withdrawal(session: AsyncSession, house: House, script: Script, conversation_id: str) -> list[Message]:
    """Ask whether the filed application is really to be withdrawn, or say why it cannot be."""
    application = await applications.live_for_conversation(session, conversation_id)
    if application is None:
        return [Message(script.say("none_open"), [Choice(script.say("begin"), intent="apply")])]
    if not applications.may_withdraw(application):
        text = script.say("withdraw_late", number=application.number)
        return [Message(text, [Choice(script.say("person"), intent="handoff")])]
    choices: Sequence[Choice] = (
        Choice(script.say("withdraw_yes"), intent="withdraw", value="withdraw=yes"),
        Choice(script.say("withdraw_no"), intent="withdraw", value="withdraw=no"),
    )
    return [Message(script.say("withdraw_sure", number=application.number), choices)]
