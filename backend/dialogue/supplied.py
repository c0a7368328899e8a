"""“弄好了”: what a department waits for the veteran to do has been done; the task goes on (notice 三(十), 四(八))."""

from __future__ import annotations

import re

from backend.applications import service as applications
from backend.applications.actor import VETERAN
from backend.applications.case import take
from backend.clock import today
from backend.conversations.messages import Message
from backend.db.engine import Unit
from backend.departments import dispatch, tasks
from backend.departments.states import WAITING_VETERAN
from backend.house import House
from backend.interview.facts import read_facts
from backend.interview.heard import sounds_like_question
from backend.interview.questions import Script
from backend.locale.text import Joined

_DONE = re.compile(
    r"(?:弄|填|办|做|搞|登记|注册|报到|处理)(?:好|完|完成|妥)|搞定|弄妥|都好了|(?:填|弄|办|报到|注册|登记)过?了\s*[。！!~]*$"
    r"|^\s*(?:it'?s |all |i(?:'ve| have) )?done(?: it)?[.!\s]*$|filled it in",
    re.IGNORECASE,
)
_NOT_YET = re.compile(r"没|未|不|还差|怎么|not")
#: These are meant, whatever the words.
_OWN_WAY = frozenset({"distress", "handoff", "withdraw", "faq/urge", "faq/complain", "unsubscribe"})
LONGEST = 30


async def heard(unit: Unit, house: House, script: Script, conversation_id: str, text: str, intent: str) -> list[Message]:
    """Let what waited for the veteran alone go on, and say so; empty where nothing waits, or something else was said.

    What waits for a paper or for another answer goes on when that is there, not when it is spoken of.
    """
    if intent in _OWN_WAY or len(text) > LONGEST or not _DONE.search(text):
        return []
    if _NOT_YET.search(text) or sounds_like_question(text):
        return []
    application = await applications.live_for_conversation(unit.session, conversation_id)
    if application is None:
        return []
    asked = {point.task_id for point in await applications.open_corrections(unit.session, application.id)}
    waiting = [
        task
        for task in await tasks.of_application(unit.session, application.id)
        if task.state == WAITING_VETERAN and task.awaited_material is None and task.id not in asked
    ]
    named = read_facts(text, house.catalogue_of(application), today()).matter_mentions
    meant = [task for task in waiting if task.matter in named] or waiting
    if not meant:
        return []
    matters = house.catalogue_of(application).matters
    names = [matters[code].short for code in dict.fromkeys(task.matter for task in meant)]
    if len(names) > 1:
        return [Message(script.say("supplied_which", matters=Joined(names), example=names[0]))]
    actor = VETERAN + conversation_id
    application = await take(unit, application.number, actor)
    for task in meant:
        await dispatch.supply(unit, house, application, task, actor)
    return [Message(script.say("supplied", matters=Joined(names)))]
