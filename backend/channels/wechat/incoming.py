"""What WeChat brings: kept once, given to the hub where it says something, answered kindly where it is none of that."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import IntegrityError

from backend import clock
from backend.channels.sms.text import read_back
from backend.channels.wechat import parsing, pictures, repository
from backend.channels.wechat.model import INCOMING, WeChatMessage, WeChatUser
from backend.channels.wechat.parsing import Incoming
from backend.channels.wechat.service import CHANNEL, answer_at_once, incoming_key, openid_index, queue, send_later
from backend.channels.wechat.states import RECEIVED
from backend.channels.wechat.text import read_menu_id
from backend.conversations import repository as conversations
from backend.conversations import service as hub
from backend.conversations.messages import Message, is_address
from backend.conversations.model import Conversation
from backend.db.engine import Unit
from backend.dialogue.opening import greeting
from backend.errors import GuituError, NotFound
from backend.house import House
from backend.locale.text import SOURCE_LANGUAGE, T, Text

log = structlog.get_logger()

#: So long customer service messages may follow what a veteran sent, or an event. # WeChat, 客服消息下发规则
AFTER_MESSAGE, AFTER_EVENT = timedelta(hours=48), timedelta(minutes=1)
#: Events that a veteran causes and after which they may be written to.
REACHES = (parsing.SUBSCRIBE, parsing.CLICK, parsing.SCAN)
#: What is none of what the talk is made of, and what to do instead.
KIND_ANSWERS: dict[str, Text] = {
    parsing.VOICE: T("这段语音我没听出内容，麻烦打字发给我，或者再说一遍。"),
    parsing.LOCATION: T("位置收到了，不过我看不懂地图。要问哪个地方，打字告诉我就行，比如“福州鼓楼”。"),
    parsing.LINK: T("链接我打不开，麻烦把想问的打字发给我。"),
    parsing.VIDEO: T("视频我看不了。是材料的话，拍成照片发过来就行。"),
    parsing.SHORT_VIDEO: T("视频我看不了。是材料的话，拍成照片发过来就行。"),
    parsing.FILE: T("文件我这里收不了。是材料的话，拍成照片发过来就行。"),
}
UNKNOWN = T("这种消息我还看不懂，麻烦打字发给我，或者说“转人工”。")
WELCOME_BACK = T("欢迎回来。接着说就行，问“进度”、“材料”也行。")


@dataclass(frozen=True)
class Arrival:
    """What arrived, kept. `hand_over`: the hub has it, and it waits for its answer; `expects_answer`: so does the request."""

    conversation_id: str
    openid_index: str
    key: str
    wait_until: datetime
    hand_over: bool = False
    expects_answer: bool = False


async def receive(house: House, came: Incoming, wait_seconds: float) -> Arrival | None:
    """Keep what came, and do what it asks for. When this returns it is committed and may be acknowledged.

    The same again does nothing twice. None: there is nobody to answer, such as somebody unknown who unsubscribes.
    """
    index = openid_index(came.sender)
    if came.kind == parsing.EVENT and came.event not in (*REACHES, parsing.UNSUBSCRIBE):
        # Where somebody is, which page of a menu was opened, what became of a mass message: nobody waits for an answer.
        log.info("an event that needs no answer", kind=came.name)
        return None
    try:
        kept = await _keep(house, came, index, wait_seconds)
    except IntegrityError:
        # Delivered twice at the same moment: the other one is kept.
        kept = await _keep(house, came, index, wait_seconds)
    if kept is None or came.event == parsing.UNSUBSCRIBE:
        return None
    conversation, row = kept
    arrival = Arrival(conversation.id, index, row.key, row.wait_until or clock.now())
    return await _say(house, conversation, arrival, came) if _is_said(came, conversation) else arrival


def _is_said(came: Incoming, conversation: Conversation) -> bool:
    """True for what is given to the hub: words, however they came, presses of a menu, and for staff who answer a link."""
    if came.kind == parsing.LINK:
        return conversation.owner_kind == hub.STAFF and is_address(came.url)
    words = came.text if came.kind in (parsing.TEXT, parsing.VOICE) or came.event == parsing.CLICK else ""
    return bool(words.strip() or came.menu)


async def _keep(house: House, came: Incoming, index: str, wait_seconds: float) -> tuple[Conversation, WeChatMessage] | None:
    """The conversation and the row of what came, with what it causes. None: somebody unknown, who goes."""
    key, instant = incoming_key(index, came.key), clock.now()
    async with house.db.unit() as unit:
        conversation = await conversations.conversation_of(unit.session, CHANNEL, index)
        fresh = conversation is None
        if conversation is None:
            if came.event == parsing.UNSUBSCRIBE:
                return None
            conversation = await hub.open_conversation(unit, CHANNEL, index, SOURCE_LANGUAGE, address=came.sender)
        row = await repository.by_key(unit.session, key)
        if row is None:
            row = WeChatMessage(
                direction=INCOMING,
                openid_index=index,
                conversation_id=conversation.id,
                key=key,
                kind=came.name,
                state=RECEIVED,
                wait_until=instant + timedelta(seconds=wait_seconds),
                at=instant,
                updated_at=instant,
            )
            unit.session.add(row)
            await unit.session.flush()
            await _note_reach(unit, index, conversation.id, came, instant)
            if came.event != parsing.UNSUBSCRIBE:
                await _take_up_held(unit, row)
                await _react(unit, house, conversation, row, came, fresh)
        await unit.commit()
    return conversation, row


async def _react(unit: Unit, house: House, conversation: Conversation, row: WeChatMessage, came: Incoming, fresh: bool) -> None:
    """Answer what is not given to the hub."""
    if _is_said(came, conversation):
        return
    if came.event in (parsing.SUBSCRIBE, parsing.SCAN):
        for number, said in enumerate(greeting(house.script, house.catalogue) if fresh else [Message(WELCOME_BACK)]):
            await answer_at_once(unit, conversation, row, said, f"greeting:{number}")
    elif came.kind == parsing.IMAGE and came.media:
        await pictures.receive(unit, house, conversation, row, came.media)
    else:
        log.info("a message that is answered kindly", kind=came.name)
        await answer_at_once(unit, conversation, row, Message(KIND_ANSWERS.get(came.kind, UNKNOWN)), "kind")


async def _note_reach(unit: Unit, index: str, conversation_id: str, came: Incoming, instant: datetime) -> None:
    user = await repository.user(unit.session, index)
    if user is None:
        user = WeChatUser(
            openid_index=index, conversation_id=conversation_id, subscribed=True, reachable_until=instant, updated_at=instant
        )
        unit.session.add(user)
    user.conversation_id, user.updated_at = conversation_id, instant
    user.subscribed = came.event != parsing.UNSUBSCRIBE
    if came.event == parsing.UNSUBSCRIBE:
        user.reachable_until = instant
    else:
        # What a pressed menu allows is no more than an event does. # WeChat, 客服消息下发规则, 特别说明
        typed = came.kind != parsing.EVENT and not came.menu
        user.reachable_until = max(user.reachable_until, instant + (AFTER_MESSAGE if typed else AFTER_EVENT))


async def _take_up_held(unit: Unit, row: WeChatMessage) -> None:
    """What could not be delivered leaves now, with the answer or after it."""
    newest = await repository.take_up_held(unit.session, row.openid_index, row.at)
    if newest is not None:
        await send_later(unit, newest, f"held:{row.key}", row.wait_until)


async def _say(house: House, conversation: Conversation, arrival: Arrival, came: Incoming) -> Arrival:
    """Give it to the hub: what was typed, or the press that a number, a name or a menu's entry stands for."""
    said, press = await _said(house, conversation.id, came)
    if press is not None and await pictures.is_choice(house, conversation.id, press):
        await pictures.choose(house, conversation, arrival.key, press)
        return arrival
    try:
        link = came.url if came.kind == parsing.LINK else None
        await hub.receive(house, conversation.id, CHANNEL, came.key, text=said, press=press, link=link)
    except NotFound:
        raise
    except GuituError as refusal:
        # Not a fault of WeChat's: the person is told, WeChat gets its acknowledgement.
        async with house.db.unit() as unit:
            row = await repository.by_key(unit.session, arrival.key)
            await queue(unit, arrival.openid_index, conversation.id, [{"text": str(refusal)}], f"refused:{arrival.key}", row)
            await unit.commit()
        return arrival
    async with house.db.reading() as session:
        owner = (await hub.get_conversation(session, conversation.id)).owner_kind
    return replace(arrival, hand_over=True, expects_answer=owner == "bot")


async def _said(house: House, conversation_id: str, came: Incoming) -> tuple[str | None, hub.Press | None]:
    """The text, or the press that it stands for as an answer to a menu."""
    text = came.text
    if came.kind == parsing.LINK:
        return text.strip() or came.url, None
    if pressed := read_menu_id(came.menu):
        return None, hub.Press(pressed[0], (pressed[1],))
    async with house.db.reading() as session:
        offer = await hub.last_offer(session, conversation_id)
    chosen = read_back(offer[1], text) if offer else ()
    return (None, hub.Press(offer[0], chosen)) if offer and chosen else (text, None)
