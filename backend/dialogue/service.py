"""A turn of the dialogue: one message of the veteran, classified by Rasa, becomes what is said and what is kept.

The answer is stored with what it changed, in one transaction, under the message's id: when Rasa or a process died on the
way and the message comes again, the same answer is given and nothing is done twice.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from backend.clock import now
from backend.conversations import service as hub
from backend.conversations.messages import Message, every_word, to_body
from backend.dialogue import (
    aftercare,
    changing,
    filing,
    keeping,
    people,
    redelivery,
    rejoining,
    repository,
    satisfied,
    supplied,
)
from backend.dialogue.model import DraftRow, Turn
from backend.dialogue.rejoining import Rejoined
from backend.dialogue.scene import Scene, set_scene
from backend.dialogue.schemas import TurnReply, TurnRequest
from backend.dialogue.side import REMINDERS_ON, Side
from backend.house import House
from backend.interview.draft import Draft
from backend.interview.heard import QUESTIONS, Heard
from backend.interview.outcome import Outcome
from backend.locale.text import render
from backend.satisfaction import service as satisfaction
from backend.security.redaction import mask_numbers
from backend.vouchers import owning as vouchers

#: What the two presses under “really withdraw?” say.
WITHDRAWAL = {"withdraw=yes": True, "withdraw=no": False}


#: IMG_20261120_1234.jpg is no date.
_FILE_NAME = re.compile(r"[^\s，。,]+\.(?:jpe?g|png|heic|webp|gif|pdf|docx?|xlsx?|mp4)\b", re.IGNORECASE)
#: Said of a withdrawal that is not wanted after all.
_NOT_WITHDRAWN = re.compile(r"(?:别|不|没|先不|不用|不想|不要)(?:要|想|用|再)?撤|点错|按错")


#: Acts that are a transaction of the applications' own.
FILING = ("file", "correct", "change")
#: Who says nothing for so long is greeted by what is still missing.
AWAY = timedelta(hours=6)


async def take_turn(house: House, asked: TurnRequest) -> TurnReply:
    """Answer one message. Asked again with the same message id, the stored answer is given."""
    if asked.value in WITHDRAWAL:
        return await _withdraw(house, asked)
    if asked.value and asked.value.startswith(aftercare.APPOINTMENT):
        return await _arrange(house, asked)
    async with house.db.unit() as unit:
        answered = await repository.find_turn(unit.session, asked.message)
        if answered is not None:
            return TurnReply(**answered.answer)
        scene = await set_scene(house, unit, asked)
        rejoined = await rejoining.heard(scene)
        if rejoined is not None:
            return await _rejoined(scene, rejoined)
        if asked.value == REMINDERS_ON:
            return await _beside(scene, await _side(scene).resume_reminders(scene.draft))
        if said := await people.heard(scene):
            return await _beside(scene, said)
        given = (unit, scene.script, asked.conversation)
        if asked.value and asked.value.startswith(satisfaction.PRESS):
            return await _beside(scene, await satisfied.pressed(*given, asked.value, asked.message))
        if scene.row is None and not asked.value:
            rated = await satisfied.heard(*given, asked.message, scene.text, scene.intent)
            beside = (unit, house, *given[1:], scene.text, scene.intent)
            said = rated or await redelivery.heard(*beside) or await supplied.heard(*beside)
            if said:
                return await _finish(scene, said, open_form=False)
        opened = await _changing(scene)
        if (
            opened is None
            and scene.row is None
            and (asked.step != "form" or scene.intent in QUESTIONS or scene.intent == "distress")
        ):
            messages = await _outside(scene)
            return await _finish(scene, messages, open_form=False)
        opened = opened or await filing.open_or_refuse(unit.session, house, scene.script, asked.conversation, scene.row)
        if opened.refusal is not None:
            return await _finish(scene, [opened.refusal], open_form=False)
        heard = await _heard(scene, opened.draft)
        if opened.draft.changing and scene.row is None:
            # It is heard as what it says of matters, whatever else a classifier made of it.
            heard = replace(heard, intent="inform")
        outcome = scene.interview(opened.draft).turn(opened.draft, heard)
        if outcome.act not in FILING:
            return await _keep(scene, outcome, opened.greeting)
        row = await _save(scene, outcome.draft)
        draft_id = row.id
        await unit.commit()
    # Filing is a transaction of the applications' own. It is known by the draft's id, so a repeat creates nothing.
    filed = await filing.file(house, scene.script, asked.conversation, draft_id, outcome, scene.language)
    async with house.db.unit() as unit:
        scene = await set_scene(house, unit, asked)
        if filed.closed:
            await keeping.close(scene.unit, scene.row, asked.conversation)
            return await _finish(scene, filed.say, open_form=False)
        if filed.wrong or filed.kept:
            return await _ask_again(scene, outcome.draft, filed)
        return await _finish(scene, filed.say, open_form=True)


async def _rejoined(scene: Scene, rejoined: Rejoined) -> TurnReply:
    """What was begun elsewhere goes on here; or it is still being looked for, and the form stays as it is."""
    if rejoined.outcome is None:
        return await _finish(scene, list(rejoined.say), open_form=scene.row is not None and scene.asked.step == "form")
    return await _keep(scene, replace(rejoined.outcome, say=[*rejoined.say, *rejoined.outcome.say]), None)


async def _changing(scene: Scene) -> filing.Opened | None:
    """The change of a filed application's matters that this message asks for, or why it cannot be."""
    if scene.row is not None or scene.asked.value:
        return None
    session, conversation = scene.unit.session, scene.asked.conversation
    change = await changing.wanted(session, scene.house, scene.script, conversation, scene.text, scene.intent)
    if isinstance(change, Message):
        return filing.Opened(Draft(), refusal=change)
    return filing.Opened(change) if change is not None else None


async def _ask_again(scene: Scene, draft: Draft, filed: filing.Filed) -> TurnReply:
    """The draft stays open: what was refused is asked again, what may not be changed is as it was filed."""
    for name, value in filed.kept.items():
        draft = draft.put(name, value)
    wrong = [name for name in filed.wrong if name in scene.script.questions]
    if draft.to_correct:
        # A correction asks only what it names.
        draft = replace(draft, to_correct={**draft.to_correct, **{name: draft.to_correct.get(name, "") for name in wrong}})
    outcome = scene.interview(draft).go_on(draft.drop(*wrong))
    return await _keep(scene, replace(outcome, say=[*filed.say, *outcome.say]), None)


def _side(scene: Scene) -> Side:
    return Side(scene.house, scene.script, scene.unit, scene.asked.conversation, scene.asked.message)


async def _beside(scene: Scene, said: list[Message]) -> TurnReply:
    """A press that is nothing of the interview's: that goes on where it was."""
    if scene.draft is None or scene.asked.step != "form":
        return await _finish(scene, said, open_form=False)
    outcome = scene.interview(scene.draft).go_on(scene.draft)
    return await _keep(scene, replace(outcome, say=[*said, *outcome.say]), None)


async def _withdraw(house: House, asked: TurnRequest) -> TurnReply:
    """The press that confirms or calls off a withdrawal. Withdrawing is a transaction of the applications' own."""
    async with house.db.reading() as session:
        answered = await repository.find_turn(session, asked.message)
    if answered is not None:
        return TurnReply(**answered.answer)
    script = house.script
    said = await filing.withdraw(house, script, asked.conversation, WITHDRAWAL[str(asked.value)])
    async with house.db.unit() as unit:
        return await _finish(await set_scene(house, unit, asked), said, open_form=False)


async def _arrange(house: House, asked: TurnRequest) -> TurnReply:
    """The press that takes an appointment or gives it up."""
    async with house.db.reading() as session:
        answered = await repository.find_turn(session, asked.message)
    if answered is not None:
        return TurnReply(**answered.answer)
    said = await aftercare.arrange(house, house.script, asked.conversation, str(asked.value))
    async with house.db.unit() as unit:
        scene = await set_scene(house, unit, asked)
        return await _finish(scene, said, open_form=scene.row is not None and asked.step == "form")


async def _heard(scene: Scene, draft: Draft) -> Heard:
    asked = scene.asked
    earlier: list[str] = []
    if draft.answers.get("consent_sensitive") is not True:
        earlier = await hub.earlier_texts(scene.unit.session, asked.conversation, asked.message)
    if asked.value:
        return Heard(intent=asked.intent.name, values=asked.value.split(","), earlier=earlier)
    text = _FILE_NAME.sub(" ", scene.text).strip()
    if not text:
        # A file's name and nothing else: they wanted to send the file.
        return Heard(scene.text, "faq/upload", earlier=earlier)
    away = scene.row is not None and now() - scene.row.updated_at > AWAY
    return Heard(text, scene.intent, asked.intent.confidence, earlier=earlier, away=away)


async def _outside(scene: Scene) -> list[Message]:
    """Without a draft: questions, progress, a person, withdrawing what was filed."""
    side = _side(scene)
    intent = scene.intent
    if scene.asked.step == "fallback" and intent != "distress":
        return await side.not_understood([ranked.name for ranked in scene.asked.ranking])
    if intent == "withdraw" and _NOT_WITHDRAWN.search(scene.text):
        return filing.keep(scene.script)
    if intent == "withdraw":
        return await filing.ask_withdrawal(scene.unit.session, scene.house, scene.script, scene.asked.conversation)
    return await side.answer(intent, scene.text, None, [ranked.name for ranked in scene.asked.ranking])


async def _keep(scene: Scene, outcome: Outcome, greeting: Message | None) -> TurnReply:
    """Store what the turn changed; answer with the side's messages first and the interview's after."""
    messages = [greeting, *outcome.say] if greeting else list(outcome.say)
    if outcome.side:
        side = _side(scene)
        ranking = [ranked.name for ranked in scene.asked.ranking]
        messages = [*await side.answer(outcome.side, scene.text, outcome.draft, ranking), *messages]
    if outcome.act in ("decline", "cancel"):
        # What was said, typed and answered goes; only the goodbye is left to read.
        await hub.clear_after_answer(scene.unit, scene.asked.conversation)
        await repository.forget(scene.unit.session, scene.asked.conversation)
        await vouchers.forget(scene.unit.session, scene.asked.conversation)
        return await _finish(scene, messages, open_form=False)
    if outcome.act == "drop":
        # The application stays as it was filed.
        if scene.row is not None:
            await scene.unit.session.delete(scene.row)
        kept = scene.script.say("matters_kept", number=outcome.draft.application)
        return await _finish(scene, [*messages, Message(kept)], open_form=False)
    await _save(scene, outcome.draft)
    if outcome.draft.answers.get("consent_sensitive"):
        await hub.note_consent(scene.unit.session, scene.asked.conversation, now())
    return await _finish(scene, messages, open_form=outcome.act != "stop")


async def _save(scene: Scene, draft: Draft) -> DraftRow:
    if scene.row is None:
        scene.row = keeping.new_row(scene.asked.conversation, draft)
        scene.unit.session.add(scene.row)
    keeping.write(scene.house, scene.row, draft)
    await scene.unit.session.flush()
    return scene.row


async def _finish(scene: Scene, messages: list[Message], open_form: bool) -> TurnReply:
    bodies: list[dict[str, Any]] = [to_body(message, scene.language) for message in messages]
    if hub.UNIT_TOKEN in scene.text and bodies:
        bodies.insert(0, to_body(Message(scene.script.say("unit_removed")), scene.language))
    # What is said goes through Rasa and stays in its tracker: no number leaves in full, whoever wrote it.
    telephones = [render(window.phone, scene.language) for window in scene.house.catalogue.windows.values()]
    bodies = [every_word(body, lambda words: mask_numbers(words, telephones)) for body in bodies]
    reply = TurnReply(replies=bodies, form="open" if open_form else "closed")
    scene.unit.session.add(
        Turn(
            message_id=scene.asked.message,
            conversation_id=scene.asked.conversation,
            step=scene.asked.step,
            intent=scene.asked.intent.name,
            answer=reply.model_dump(),
            at=now(),
        )
    )
    await scene.unit.commit()
    return reply
