"""“寄到…”, “我自己来取”, “重新寄”: how a booklet or card that came back by post shall get home (notice 五, our reading)."""

from __future__ import annotations

import re

from backend.applications import repository
from backend.applications import service as applications
from backend.applications.actor import VETERAN
from backend.applications.case import take
from backend.conversations.messages import Message
from backend.db.engine import Unit
from backend.departments import redelivery
from backend.departments.redelivery import COLLECT, MAIL
from backend.departments.states import CAME_BACK
from backend.departments.telling import PRODUCTS
from backend.house import House
from backend.interview.checks import check_address
from backend.interview.heard import sounds_like_question
from backend.interview.questions import Script
from backend.locale.text import Joined

_MAIL = re.compile(r"寄|邮|快递|mail|post", re.IGNORECASE)
_COLLECT = re.compile(
    r"(?:自己|本人|亲自|我)?(?:过?来|过?去|上门)?(?:自?取(?!消)|自?领|拿)|collect|pick (?:it|them) up|in person", re.IGNORECASE
)
_TO = re.compile(
    r"(?:寄|邮|送|快递)(?:到|去|往|给)?[:：,，\s]*(?P<where>[^。！!]*)|(?:mail|post|send) (?:it |them )?to (?P<to>.*)",
    re.IGNORECASE,
)
_SAME = re.compile(r"(?:原来?的?|老|之前的?|刚才的?|同一个)(?:地址|地方)|same address", re.IGNORECASE)
_THINGS = {"booklet": re.compile(r"户口|booklet", re.IGNORECASE), "card": re.compile(r"卡|card", re.IGNORECASE)}
_NOT = re.compile(r"别|不(?:要|用|想)?(?:再)?(?:寄|邮)")
#: Less is no address: 寄回来, 重新寄一下.
SHORTEST = 5
#: These are meant, whatever the words.
_OWN_WAY = frozenset({"distress", "handoff", "withdraw", "faq/urge", "faq/complain", "unsubscribe", "progress"})


async def heard(unit: Unit, house: House, script: Script, conversation_id: str, text: str, intent: str) -> list[Message]:
    """Change how what came back gets home, and say so; empty where nothing came back, or something else was said."""
    mail, collect = bool(_MAIL.search(text)) and not _NOT.search(text), bool(_COLLECT.search(text))
    if intent in _OWN_WAY or mail == collect or sounds_like_question(text):
        return []
    application = await applications.live_for_conversation(unit.session, conversation_id)
    if application is None:
        return []
    back = [each.product for each in await repository.deliveries(unit.session, application.id) if each.state == CAME_BACK]
    if not back:
        return []
    products = [product for product in back if _THINGS[product].search(text)] or back
    names = Joined([PRODUCTS[product] for product in products])
    address = None
    if mail and not _SAME.search(text):
        found = _TO.search(text)
        where = ((found["where"] or found["to"]) if found else "") or ""
        if len(where.strip()) < SHORTEST:
            return [Message(script.say("redelivery_where", product=names))]
        checked = check_address(where)
        if checked.problem is not None:
            return [Message(checked.problem), Message(script.say("redelivery_where", product=names))]
        address = str(checked.value)
    actor = VETERAN + conversation_id
    application = await take(unit, application.number, actor)
    for product in products:
        await redelivery.redeliver(unit, house, application, actor, product, MAIL if mail else COLLECT, address)
    return [Message(script.say("redelivery_mail" if mail else "redelivery_collect", product=names))]
