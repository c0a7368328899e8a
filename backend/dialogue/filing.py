"""Between the interview and the applications: opening a draft, filing it, correcting and withdrawing what was filed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications import service as applications
from backend.applications.states import REJECTED, SUBMITTED, WITHDRAWN
from backend.catalogue.load import Material
from backend.catalogue.rules import eligibility
from backend.clock import local, today
from backend.conversations import service as hub
from backend.conversations.messages import Card, Choice, Message, Row
from backend.dialogue import changing
from backend.dialogue.model import DraftRow
from backend.errors import GuituError
from backend.house import House
from backend.interview.draft import Draft
from backend.interview.flow import CONSENTS
from backend.interview.outcome import Outcome
from backend.interview.questions import Script
from backend.locale.text import Joined


@dataclass(frozen=True)
class Opened:
    """The draft to work on and what to say first, or why there is none."""

    draft: Draft
    greeting: Message | None = None
    refusal: Message | None = None


@dataclass(frozen=True)
class Filed:
    """What came of filing.

    say     messages, in order
    closed  the draft is done with: it was filed, or there is nothing left that it could be filed into
    wrong   fields that the applications' own check did not accept: they are asked again
    kept    fields that cannot be changed here, and what the application has: the draft takes these values again
    """

    say: list[Message]
    closed: bool = False
    wrong: tuple[str, ...] = ()
    kept: dict[str, Any] = field(default_factory=dict)


async def open_or_refuse(
    session: AsyncSession, house: House, script: Script, conversation_id: str, row: DraftRow | None
) -> Opened:
    """The open draft; or a new one; or one that corrects what the county sent back; or the word that one is filed already."""
    if row is not None:
        return Opened(Draft.from_json(row.content))
    application = await applications.live_for_conversation(session, conversation_id)
    if application is None:
        return Opened(Draft())
    # Before check-in the county asks; after it a department may, for another value. # notice 三(二), 三(四)
    corrections = await applications.open_corrections(session, application.id)
    if not corrections:
        text = script.say("already_filed", number=application.number)
        return Opened(Draft(), refusal=Message(text, [_progress(script), _person(script)]))
    fields = {c.name: c.reason for c in corrections if c.kind == "field" and c.name in script.questions}
    materials = house.catalogue_of(application).materials
    points = [_point(script, materials, c.kind, c.name, c.reason) for c in corrections]
    answers = {name: value for name, value in application.answers.items() if name not in fields}
    filed_on = local(application.submitted_at).date().isoformat()
    draft = Draft(
        answers=answers,
        to_correct=fields,
        application=application.number,
        filed_on=filed_on,
        catalogue_edition=application.catalogue_edition,
    )
    asked = {int(c.name): c.reason for c in corrections if c.kind != "field"}
    return Opened(
        draft, Message(script.say("correction_open", points=Joined(points)), card=_pictures(script, materials, asked))
    )


def _pictures(script: Script, materials: Mapping[int, Material], asked: Mapping[int, str]) -> Card | None:
    """The papers that the county wants a new picture of, each with its reason: the page lets one be sent there."""
    rows = [
        Row(
            title=script.say("paper_choice", number=number, name=materials[number].short),
            lines=(script.say("correction_reason", reason=reason),) if reason else (),
            material=number,
        )
        for number, reason in asked.items()
    ]
    return Card("checklist", script.say("correction_pictures"), rows) if rows else None


def _point(script: Script, materials: Mapping[int, Material], kind: str, name: str, reason: str) -> object:
    if kind == "field" and name in script.questions:
        label = script.questions[name].label
    else:
        label = materials[int(name)].short
    return script.say("correction_point", label=label, reason=reason)


async def file(
    house: House,
    script: Script,
    conversation_id: str,
    draft_id: str,
    outcome: Outcome,
    language: str,
    assisted: applications.Assisted | None = None,
) -> Filed:
    """File the draft, or the corrections. A refusal is said kindly and leaves the draft open. `assisted`: who of staff helped."""
    try:
        if outcome.act == "change":
            return Filed(await changing.file(house, script, conversation_id, outcome), closed=True)
        if outcome.act == "correct" or outcome.draft.application:
            number = outcome.draft.application or ""
            by = f"veteran:{conversation_id}"
            application = await applications.correct(house, number, by, outcome.filed, assisted=assisted)
            sentence = "correction_done" if application.state == SUBMITTED else "correction_supplied"
            return Filed([Message(script.say(sentence))], closed=True)
        submitted = await applications.submit(
            house,
            draft_id=draft_id,
            conversation_id=conversation_id,
            answers=outcome.filed,
            language=language,
            assisted=assisted,
        )
    except GuituError as refusal:
        return await _refused(house, script, conversation_id, outcome, refusal)
    sentence = "submitted" if submitted.created else "submitted_before"
    say = [Message(script.say(sentence, number=submitted.application.number))]
    choices = [_progress(script), Choice(script.say("ask_papers"), intent="materials")]
    return Filed([*say, Message(script.say("submitted_next"), choices)], closed=True)


async def _refused(house: House, script: Script, conversation_id: str, outcome: Outcome, refusal: GuituError) -> Filed:
    """Every refusal as something that can be said: what is the matter, and what to do next. None leaves as an error."""
    named = refusal.details.get("fields")
    fields = tuple(str(name) for name in named) if isinstance(named, list | tuple | dict) else ()
    if refusal.code == "not_allowed" and outcome.act == "change":
        return Filed([Message(script.say("matters_late", number=outcome.draft.application), [_person(script)])], closed=True)
    if refusal.code in ("not_allowed", "no_application", "nothing_to_correct"):
        return await _case_moved_on(house, script, conversation_id, outcome)
    if refusal.code == "not_uploaded":
        materials = refusal.details.get("materials")
        filed_under = house.catalogue_of(outcome.draft).materials
        card = _pictures(script, filed_under, {int(each): "" for each in materials} if isinstance(materials, list) else {})
        return Filed([Message(script.say("correction_upload"), card=card)])
    if refusal.code == "one_live_application":
        return Filed([Message(script.say("one_case"), [_person(script)])])
    if refusal.code == "no_consent":
        return Filed([], wrong=CONSENTS)
    if refusal.code in ("invalid_answers", "not_corrected") and fields:
        return Filed([], wrong=fields)
    if refusal.code == "not_eligible":
        why = eligibility(outcome.filed, today()).why or script.say("not_eligible")
        return Filed([Message(Joined([why, script.say("ineligible_keep")], separator="\n"), [_person(script)])])
    if refusal.code == "not_correctable" and fields:
        async with house.db.reading() as session:
            application = await applications.latest_for_conversation(session, conversation_id)
        has = application.answers if application else {}
        labels = Joined([script.questions[name].label for name in fields if name in script.questions])
        text = script.say("not_correctable", labels=labels)
        return Filed([Message(text, [_person(script)])], kept={name: has[name] for name in fields if name in has})
    return Filed([Message(script.say("not_filed"), [_person(script)])])


async def _case_moved_on(house: House, script: Script, conversation_id: str, outcome: Outcome) -> Filed:
    """The corrections came too late: they were taken before (and that answer was lost), or the case has ended meanwhile."""
    async with house.db.reading() as session:
        application = await applications.latest_for_conversation(session, conversation_id)
    if application is None:
        return Filed([Message(script.say("none_open"), [_begin(script)])], closed=True)
    if application.state == SUBMITTED:
        return Filed([Message(script.say("correction_done"))], closed=True)
    asked = outcome.draft.to_correct
    if asked and all(application.answers.get(name) == outcome.filed.get(name) for name in asked):
        return Filed([Message(script.say("correction_supplied"))], closed=True)
    return Filed([_stands(script, application, "too_late")], closed=True)


def keep(script: Script) -> list[Message]:
    """The application is left as it is."""
    return [Message(script.say("withdraw_kept"), [_progress(script)])]


async def withdraw(house: House, script: Script, conversation_id: str, confirmed: bool) -> list[Message]:
    """Withdraw what was filed, once it is confirmed; or leave it."""
    if not confirmed:
        return keep(script)
    async with house.db.reading() as session:
        application = await applications.latest_for_conversation(session, conversation_id)
    if application is None:
        return [Message(script.say("none_open"), [_begin(script)])]
    if application.state != WITHDRAWN:
        try:
            await applications.withdraw(house, application.number, f"veteran:{conversation_id}")
        except GuituError:
            return [await _not_withdrawn(house, script, conversation_id)]
    return [Message(script.say("withdrawn", number=application.number), [_begin(script)])]


async def _not_withdrawn(house: House, script: Script, conversation_id: str) -> Message:
    """The case went on between the question and the press: say how it stands now."""
    async with house.db.reading() as session:
        application = await applications.latest_for_conversation(session, conversation_id)
    if application is None:
        return Message(script.say("none_open"), [_begin(script)])
    if application.state == REJECTED:
        return _stands(script, application, "nothing_to_withdraw")
    return Message(script.say("withdraw_late", number=application.number), [_person(script)])


def _stands(script: Script, application: applications.Application, then: str) -> Message:
    """Where the application stands, and what follows for what was just wanted."""
    state = script.say(application.state, group="progress")
    head = script.say("head", group="progress", number=application.number, state=state)
    again = application.state in (REJECTED, WITHDRAWN)
    return Message(
        Joined([head, script.say(then)], separator="\n"), [_begin(script) if again else _progress(script), _person(script)]
    )


def _person(script: Script) -> Choice:
    return Choice(script.say("person"), intent="handoff")


def _begin(script: Script) -> Choice:
    return Choice(script.say("begin"), intent="apply")


def _progress(script: Script) -> Choice:
    return Choice(script.say("ask_progress"), intent="progress")


async def ask_withdrawal(session: AsyncSession, house: House, script: Script, conversation_id: str) -> list[Message]:
    """Ask whether the filed application is really to be withdrawn, or say why it cannot be."""
    application = await applications.live_for_conversation(session, conversation_id)
    if application is None:
        # Who texts may have filed in another talk; a number that is on the phone alone does not withdraw it.
        mobile = await hub.mobile_of(session, conversation_id)
        elsewhere = await applications.latest_for_mobile(session, house, mobile) if mobile else None
        if elsewhere is not None and applications.may_withdraw(elsewhere):
            return [Message(script.say("withdraw_elsewhere", number=elsewhere.number), [_person(script)])]
        return [Message(script.say("none_open"), [_begin(script)])]
    if not applications.may_withdraw(application):
        return [Message(script.say("withdraw_late", number=application.number), [_person(script)])]
    choices: Sequence[Choice] = (
        Choice(script.say("withdraw_yes"), intent="withdraw", value="withdraw=yes"),
        Choice(script.say("withdraw_no"), intent="withdraw", value="withdraw=no"),
    )
    return [Message(script.say("withdraw_sure", number=application.number), choices)]
