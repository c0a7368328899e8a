"""Coming back on another phone, browser or channel: what was begun or filed elsewhere is joined to this conversation.

Who comes back proves the mobile that was left there: by a code that is sent to it, or by texting from it. The same on every
channel. A number that nothing is bound to is answered like one that something is bound to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backend.applications import service as applications
from backend.clock import today
from backend.conversations import service as hub
from backend.conversations.messages import Choice, Message, Shown
from backend.dialogue import filing, joining
from backend.dialogue.model import DraftRow
from backend.dialogue.scene import Scene
from backend.dialogue.side import Side
from backend.interview.checks import check_mobile
from backend.interview.display import show_value
from backend.interview.draft import Draft
from backend.interview.facts import read_facts
from backend.interview.heard import QUESTIONS, sounds_like_question
from backend.interview.outcome import Outcome
from backend.locale.text import Joined
from backend.resuming import service as resuming
from backend.resuming import words
from backend.resuming.rules import DIGITS
from backend.security.masking import mask_mobile
from backend.security.redaction import find_codes

#: What the presses under these messages say.
PRESS = "resume="
BEGIN, AGAIN, LEAVE, THEN, NOW = (PRESS + what for what in ("begin", "again", "leave", "then", "now"))
_FIGURES = re.compile(r"\d{5,}")
#: So many differing answers are named one by one.
NAMED = 3


@dataclass(frozen=True)
class Rejoined:
    """What is said, and where a draft was joined, how the interview goes on with it."""

    say: Sequence[Message]
    outcome: Outcome | None = None


class Rejoining:
    """One message of who comes back, or may."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.script = scene, scene.script
        self.unit, self.house, self.conversation = scene.unit, scene.house, scene.asked.conversation

    async def heard(self) -> Rejoined | None:
        """The answer, where the message is about coming back; else None, and it is answered as any other."""
        if self.scene.intent == "distress":
            return None
        at = await resuming.current(self.unit, self.conversation)
        pressed = self.scene.asked.value or ""
        if pressed.startswith(PRESS):
            return await self._pressed(at, pressed)
        if at is None:
            return await self._wanted()
        if pressed:
            await resuming.leave(self.unit, self.conversation)
            return None
        return await self._went_on(at)

    async def _wanted(self) -> Rejoined | None:
        """Whether somebody wants what is not here: asked for in words, or asked of when there is nothing here."""
        text, intent = self.scene.text, self.scene.intent
        if self.scene.asked.value:
            return None
        elsewhere = words.speaks_of_elsewhere(text, intent)
        here = joining.said_here(self.scene.draft)
        if not elsewhere and (here or not words.wants_earlier(text, intent)):
            if intent != "progress" or self.scene.row is not None:
                return None
            if await applications.latest_for_conversation(self.unit.session, self.conversation) is not None:
                return None
            mobile = await self._texting()
            # Who texts is known by the number, and answered about what was filed with it.
            if mobile is not None:
                return await self._half_filled(mobile)
            return await self._ask_mobile("resume_ask_progress", [Choice(self.script.say("begin"), intent="apply")])
        if await self._filed_here():
            # What they mean lies here already.
            return None
        return await self._begin()

    async def _begin(self) -> Rejoined:
        mobile = await self._texting()
        if mobile is not None:
            # The number that texts proves itself: what is said goes to it alone.
            return await self._join(mobile)
        number = self._mobile_said()
        return await self._send(number) if number else await self._ask_mobile("resume_ask")

    async def _half_filled(self, mobile: str) -> Rejoined | None:
        known = await joining.known_of(self.scene, mobile)
        if known.application is not None or known.draft is None:
            return None
        return Rejoined([Message(self.script.say("resume_half"), [self._choice("resume_begin", BEGIN)])])

    async def _ask_mobile(self, sentence: str, choices: Sequence[Choice] = ()) -> Rejoined:
        await resuming.begin(self.unit, self.conversation)
        return Rejoined([Message(self.script.say(sentence), [*choices, self._choice("resume_leave", LEAVE)])])

    async def _texting(self) -> str | None:
        return await hub.mobile_of(self.unit.session, self.conversation)

    async def _filed_here(self) -> bool:
        return await applications.live_for_conversation(self.unit.session, self.conversation) is not None

    # -- while it is looked for -----------------------------------------------------------------------------------

    async def _pressed(self, at: resuming.Resuming | None, pressed: str) -> Rejoined:
        if pressed == BEGIN:
            return await self._begin()
        if pressed == AGAIN and at is not None and at.mobile:
            return await self._send(at.mobile)
        if pressed in (THEN, NOW) and at is not None and at.stage == resuming.CHOICE and at.mobile:
            return await self._join(at.mobile, pressed.removeprefix(PRESS))
        if pressed == LEAVE:
            return await self._leave()
        return await self._begin()

    async def _went_on(self, at: resuming.Resuming) -> Rejoined | None:
        """What was typed while something is awaited."""
        text, intent = self.scene.text, self.scene.intent
        if at.stage == resuming.CHOICE:
            keep = words.which_of_both(text)
            return await self._join(str(at.mobile), keep) if keep else None
        number = self._mobile_said()
        if number is not None:
            return await self._send(number)
        if at.stage == resuming.CODE and (code := self._code_said()) is not None:
            return await self._look_at(at, code)
        if words.cannot_get_it(text):
            return self._say("resume_no_sms", again=at.stage == resuming.CODE, person=True)
        if at.stage == resuming.CODE and at.mobile and words.wants_another(text):
            return await self._send(at.mobile)
        if words.leaves(text) or intent == "deny":
            return await self._leave()
        if (problem := self._wrong_mobile()) is not None:
            return Rejoined([Message(problem, [self._choice("resume_leave", LEAVE)])])
        return await self._missed(at)

    async def _missed(self, at: resuming.Resuming) -> Rejoined | None:
        """Something else was said: a question is answered and what is awaited stays so; twice, and it is let go."""
        text, intent = self.scene.text, self.scene.intent
        awaited = "resume_code_digits" if at.stage == resuming.CODE else "resume_ask_again"
        if intent in ("unsure", "faq/privacy") or (sounds_like_question(text) and intent not in QUESTIONS):
            return self._say("resume_why", again=at.stage == resuming.CODE)
        if intent in QUESTIONS:
            return None
        at.misses += 1
        begins = intent in ("apply", "affirm", "inform", "choose") and at.stage == resuming.MOBILE
        if at.misses > 1 or (begins and not words.wants_earlier(text, intent)):
            await resuming.leave(self.unit, self.conversation)
            return None
        return self._say(awaited, again=at.stage == resuming.CODE, digits=DIGITS)

    async def _leave(self) -> Rejoined:
        await resuming.leave(self.unit, self.conversation)
        draft = self.scene.draft
        if draft is None:
            ways = [Choice(self.script.say("begin"), intent="apply"), self._person()]
            return Rejoined([Message(self.script.say("resume_left"), ways)])
        return Rejoined([], self.scene.interview(draft).go_on(draft, self.script.say("resume_left_here")))

    # -- mobile and code ------------------------------------------------------------------------------------------

    def _mobile_said(self) -> str | None:
        found = read_facts(self.scene.text, self.house.catalogue, today()).mobile
        checked = check_mobile(found.value) if found else None
        return str(checked.value) if checked and checked.value else None

    def _wrong_mobile(self) -> Shown | None:
        """What is wrong with figures that were meant as a mobile."""
        numbers = read_facts(self.scene.text, self.house.catalogue, today()).numbers
        figures = [each.value.digits for each in numbers] or _FIGURES.findall(self.scene.text)
        return check_mobile(figures[0]).problem if figures else None

    def _code_said(self) -> str | None:
        codes = [digits for _start, _end, digits in find_codes(self.scene.text)]
        return codes[0] if codes else None

    async def _send(self, mobile: str) -> Rejoined:
        known = await joining.known_of(self.scene, mobile)
        sent = await resuming.send(
            self.unit, self.house, self.conversation, mobile, bool(known), known.county, self.scene.language
        )
        await resuming.begin(self.unit, self.conversation, resuming.CODE, mobile)
        if sent != "sent":
            return self._say(f"resume_{sent}", again=sent == "too_soon", person=sent == "too_many")
        return self._say("resume_sent", again=True, mobile=mask_mobile(mobile), digits=DIGITS, minutes=_minutes())

    async def _look_at(self, at: resuming.Resuming, code: str) -> Rejoined:
        if len(code) != DIGITS:
            await hub.spend_codes(self.unit.session, self.conversation)
            return self._say("resume_code_digits", again=True, digits=DIGITS)
        looked = await resuming.check(self.unit, self.house, self.conversation, code)
        if looked.outcome == "right":
            return await self._join(str(at.mobile))
        if looked.outcome == "gone":
            return self._say("resume_code_gone", again=True, minutes=_minutes())
        return self._say("resume_code_wrong", again=True, left=looked.left)

    # -- what was found -------------------------------------------------------------------------------------------

    async def _join(self, mobile: str, keep: str | None = None) -> Rejoined:
        """The mobile is proven: bring here what is bound to it, and go on with it."""
        known = await joining.known_of(self.scene, mobile)
        here = await applications.live_for_conversation(self.unit.session, self.conversation)
        if here is not None and (known.application is None or here.id != known.application.id):
            await resuming.leave(self.unit, self.conversation)
            return Rejoined([Message(self.script.say("resume_not_here"), [self._person()])])
        if known.draft is not None and not self._overtaken(known):
            return await self._join_draft(mobile, known, known.draft, keep)
        await resuming.leave(self.unit, self.conversation)
        if known.application is None:
            ways = [Choice(self.script.say("begin"), intent="apply"), self._person()]
            return Rejoined([Message(self.script.say("resume_nothing"), ways)])
        return await self._join_application(known.application)

    @staticmethod
    def _overtaken(known: joining.Known) -> bool:
        """True when what is in the draft was filed since, from elsewhere; a correction of it is not."""
        draft, filed = known.draft, known.application
        if draft is None or filed is None or not known.live:
            return False
        return not draft.content.get("application") and draft.updated_at < filed.submitted_at

    async def _join_draft(self, mobile: str, known: joining.Known, row: DraftRow, keep: str | None) -> Rejoined:
        here = joining.said_here(self.scene.draft) if self.scene.row is None or self.scene.row.id != row.id else {}
        then = Draft.from_json(row.content)
        differing = joining.differing(then, here)
        if differing and keep is None:
            await resuming.begin(self.unit, self.conversation, resuming.CHOICE, mobile)
            return Rejoined([self._which(then, here, differing)])
        await resuming.leave(self.unit, self.conversation)
        draft = await joining.take_draft(self.scene, row, here, keep)
        if known.application is not None and (draft.application or known.live) and not await self._texting():
            await joining.take_application(self.scene, known.application)
        interview = self.scene.interview(draft)
        return Rejoined([], interview.go_on(draft, interview.steering.welcome(draft)))

    def _which(self, then: Draft, here: dict[str, object], differing: Sequence[str]) -> Message:
        points = []
        for name in [each for each in differing if each in self.script.questions][:NAMED]:
            label, sides = self.script.questions[name].label, [self._shown(name, each[name]) for each in (then.answers, here)]
            points.append(self.script.say("resume_point", label=label, then=sides[0], now=sides[1]))
        choices = [self._choice("resume_then", THEN), self._choice("resume_now", NOW)]
        return Message(self.script.say("resume_differs", points=Joined(points, separator="\n")), choices)

    def _shown(self, name: str, value: object) -> Shown:
        return show_value(self.script, self.house.catalogue, name, value)

    async def _join_application(self, application: applications.Application) -> Rejoined:
        side = Side(self.house, self.script, self.unit, self.conversation)
        if await self._texting():
            # A text's sender can be made up: the case stays where it was filed, and its news is told to the number anyway.
            return Rejoined(await side.progress())
        await joining.take_application(self.scene, application)
        if self.scene.row is not None:
            left = [Message(self.script.say("resume_draft_left"))] if joining.said_here(self.scene.draft) else []
            return Rejoined([*await side.progress(), *left])
        opened = await filing.open_or_refuse(self.unit.session, self.house, self.script, self.conversation, None)
        if opened.refusal is None and opened.greeting is not None:
            return Rejoined([opened.greeting], self.scene.interview(opened.draft).go_on(opened.draft))
        return Rejoined(await side.progress())

    # -- words ----------------------------------------------------------------------------------------------------

    def _say(self, sentence: str, *, again: bool = False, person: bool = False, **places: Any) -> Rejoined:
        choices = [self._choice("resume_again", AGAIN)] if again else []
        choices += [self._person()] if person else []
        choices.append(self._choice("resume_leave", LEAVE))
        return Rejoined([Message(self.script.say(sentence, **places), choices)])

    def _choice(self, label: str, value: str) -> Choice:
        return Choice(self.script.say(label), intent="choose", value=value)

    def _person(self) -> Choice:
        return Choice(self.script.say("person"), intent="handoff")


def _minutes() -> int:
    return int(resuming.LIFE.total_seconds() // 60)


async def heard(scene: Scene) -> Rejoined | None:
    """What a message says about coming back, and what that comes to; None when it is about something else."""
    return await Rejoining(scene).heard()
