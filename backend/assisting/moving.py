"""A draft moves from the window to the veteran's phone, by a link that holds for ten minutes and once; and the talk goes on."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from backend.applications import service as applications
from backend.applications.actor import Actor
from backend.assisting import repository, rules
from backend.assisting.model import GIVE_BACK, LINK, MoveLink
from backend.assisting.reading import held, interview_of
from backend.assisting.service import step
from backend.channels.web import service as web
from backend.clock import now
from backend.conversations import service as hub
from backend.conversations.messages import Message
from backend.conversations.model import Conversation
from backend.db.engine import Unit
from backend.dialogue import joining, keeping
from backend.dialogue import repository as drafts
from backend.dialogue.model import OPEN, DraftRow
from backend.dialogue.scene import Scene
from backend.dialogue.schemas import Ranked, TurnRequest
from backend.errors import Conflict, NotFound
from backend.house import House
from backend.interview import whole
from backend.interview.draft import Draft
from backend.locale.text import T, render

#: What is one person's alone: another's on the same phone is never mixed into it.
OWN = ("name", "id_number", "mobile")


@dataclass(frozen=True)
class Arrived:
    """The talk on the phone, and the value of its cookie."""

    conversation: Conversation
    token: str


async def make_link(house: House, actor: Actor, draft_id: str) -> str:
    """The code of a link that moves the draft to the phone that opens it; any made before is of no use any more."""
    code = secrets.token_urlsafe(18)
    async with house.db.unit() as unit:
        found = await held(unit.session, house, actor, draft_id, lock=True)
        if not found.consented:
            raise Conflict(T("要先有本人的同意，才能转到手机上。"), code="no_consent")
        await repository.end_links(unit.session, draft_id)
        unit.session.add(MoveLink(code_hash=_hash(house, code), draft_id=draft_id, made_at=now()))
        step(unit, draft_id, actor, LINK)
        await unit.commit()
    return code


async def give_back(house: House, actor: Actor, draft_id: str) -> None:
    """Let the talk go on in the veteran's own conversation, with what is missing."""
    async with house.db.unit() as unit:
        found = await held(unit.session, house, actor, draft_id, lock=True)
        if not found.on_phone:
            raise Conflict(T("本人的手机上还没有这份资料。请先用二维码转过去。"), code="not_on_phone")
        step(unit, draft_id, actor, GIVE_BACK)
        await unit.session.flush()
        await _go_on(unit, house, found.row, found.assist.code, deliver=True)
        await unit.commit()


async def waits(house: House, code: str) -> bool:
    """Whether a link can still be opened. Nothing is used up by looking: a phone's preview looks, too."""
    async with house.db.reading() as session:
        link = await repository.link(session, _hash(house, code))
        return link is not None and link.used_at is None and rules.holds(link.made_at, now())


async def arrive(house: House, code: str, token: str | None, language: str) -> Arrived:
    """Bring the draft to the phone whose cookie is `token`, or to one that has none yet. The link is used up by it.

    Raises NotFound `link_gone`; Conflict `phone_taken` when somebody else's application or draft is on this phone, and then the link
    holds on.
    """
    moment = now()
    async with house.db.unit() as unit:
        link = await repository.take_link(unit.session, _hash(house, code), moment - rules.LINK_LIFE, moment)
        row = await drafts.draft(unit.session, link.draft_id, lock=True) if link else None
        assist = await repository.of_draft(unit.session, link.draft_id) if link else None
        if link is None or row is None or assist is None or row.state != OPEN:
            raise NotFound(
                render(T("这个二维码已经用过，或者过了10分钟。请窗口的工作人员再出一个。"), language), code="link_gone"
            )
        conversation, token = await _conversation(unit, token, language)
        await _bring(unit, house, row, conversation, link.code_hash[:32])
        await _go_on(unit, house, row, assist.code)
        await unit.commit()
    return Arrived(conversation, token)


async def _conversation(unit: Unit, token: str | None, language: str) -> tuple[Conversation, str]:
    known = await web.find(unit.session, token)
    if known is not None and token is not None:
        return known, token
    fresh = secrets.token_urlsafe(web.TOKEN_BYTES)
    index = hashlib.sha256(fresh.encode()).hexdigest()
    return await hub.open_conversation(unit, web.CHANNEL, index, language), fresh


async def _bring(unit: Unit, house: House, row: DraftRow, conversation: Conversation, key: str) -> None:
    """Let the draft, and the case that it corrects, be spoken of here."""
    draft = Draft.from_json(row.content)
    own = await drafts.open_draft(unit.session, conversation.id)
    here = joining.said_here(Draft.from_json(own.content)) if own is not None and own.id != row.id else {}
    live = await applications.live_for_conversation(unit.session, conversation.id)
    others = any(name in draft.answers and here.get(name, draft.answers[name]) != draft.answers[name] for name in OWN)
    if others or (live is not None and live.number != draft.application):
        said = T("这台手机上有别人的资料，或者已经提交的申请，不能再放一份。请换一台手机扫。")
        raise Conflict(render(said, conversation.language), code="phone_taken")
    asked = TurnRequest(conversation=conversation.id, message=key, intent=Ranked(name="inform", confidence=1), step="form")
    scene = Scene(house, unit, house.script, asked, conversation.language, "", own, conversation)
    await joining.take_draft(scene, row, here, "then")
    if draft.application is not None:
        await joining.take_application(
            scene, await applications.by_number(unit.session, applications.SYSTEM, draft.application)
        )
    await hub.note_consent(unit.session, conversation.id, now())


async def _go_on(unit: Unit, house: House, row: DraftRow, code: str, *, deliver: bool = False) -> None:
    """Say how far it is and ask what is missing, with the code that finds it at the window again."""
    draft = whole.rested(Draft.from_json(row.content))
    interview = interview_of(house, draft)
    left = len(whole.missing(interview, draft))
    ready = (
        T("窗口已经帮你填好了，核对一下就能提交。")
        if not left
        else T("窗口帮你填到这里，还有{count}项，接着填就行。", count=left)
    )
    back = T("要回窗口接着填，报这个代码：{code}。", code=rules.spaced(code))
    outcome = interview.go_on(draft)
    keeping.write(house, row, keeping.with_shown(outcome))
    messages = [Message(ready), Message(back), *outcome.say]
    await hub.say(unit, row.conversation_id, messages, deliver=deliver)
    await unit.session.flush()


def _hash(house: House, code: str) -> str:
    return house.keys.blind_index(code, "assisting.link")
