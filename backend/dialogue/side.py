"""What is answered beside the interview: questions about the service, progress, a person, manners, distress."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import structlog

from backend.applications import service as applications
from backend.catalogue.load import Catalogue
from backend.channels.sms import service as sms
from backend.clock import now, today
from backend.conversations import service as hub
from backend.conversations.live import announce
from backend.conversations.messages import Choice, Message
from backend.db.engine import Unit
from backend.db.ids import new_id
from backend.dialogue import aftercare, progress, questions, repository
from backend.dialogue.model import ASKED, DISTRESS, HandoverRequest
from backend.house import House
from backend.interview.draft import Draft
from backend.interview.facts import read_facts
from backend.interview.questions import Script
from backend.security.masking import mask_mobile
from backend.takeover import words
from backend.takeover.waiting import Place, place_of, put_in_queue

log = structlog.get_logger()

MANNERS = frozenset({"greet", "thanks", "bye", "identity", "abuse", "out_of_scope", "other_service", "help"})
#: Questions whose answer stands in the case, once the matter is with somebody: has the money come?
OWN_CASE_FIRST = {"faq/subsidy_when": ("local_subsidy",)}
#: Questions that are also wishes, once there is an application.
AFTERCARE = frozenset({"faq/urge", "faq/complain", "faq/appointment"})
#: A request in distress stands before every other.
DISTRESS_PRIORITY, ORDINARY_PRIORITY = 100, 0
#: The press that undoes an unsubscription.
REMINDERS_ON = "reminders=on"
#: So many times in a row not understood: a person is offered. The count begins anew after that, so that no sentence is said twice.
PERSON_AFTER, MISSES_KEPT = 3, 60
#: What an intent is offered as, when the words were not understood and it came second or third.
LIKELY = {
    "progress": ("ask_progress", "progress"),
    "materials": ("ask_papers", "materials"),
    "correct": ("change_data", "correct"),
    "apply": ("begin", "apply"),
}


class Side:
    """Answers beside the interview, for one conversation."""

    def __init__(self, house: House, script: Script, unit: Unit, conversation_id: str, message_id: str | None = None) -> None:
        self.house = house
        self.script = script
        self.unit = unit
        self.conversation_id = conversation_id
        self.message_id = message_id

    async def answer(self, intent: str, text: str, draft: Draft | None, ranking: Sequence[str]) -> list[Message]:
        """The messages that answer the intent. What nothing is known of is said so, with the way on."""
        if intent == "distress":
            return await self._distress(text, draft)
        if intent == "handoff":
            return await self._handoff(text, draft)
        if intent == "progress":
            return await self.progress()
        if intent == "unsubscribe":
            return await self._reminders(draft, stop=True)
        if intent == "out_of_scope" and draft is None and await self._missed_before():
            return await self.not_understood(ranking)
        if intent in MANNERS:
            # Who is in the middle of it is asked on, and needs no way in.
            ways = self._ways(intent) if draft is None or intent in ("identity", "abuse") else []
            return [Message(self.script.say(intent, group="manners"), ways)]
        if intent == "materials" and await self._mobile() is not None and (papers := await self._papers_by_text(draft)):
            return papers
        if (about := self._own_matters(intent, text)) and (said := await self._of_own_case(about)):
            return said
        if intent in AFTERCARE and (said := await self._after_filing(intent, text)):
            return said
        answers = await self._known_answers(draft)
        answered = questions.answer(await self._catalogue(draft), self.script, intent, text, answers, today())
        return answered if answered else await self.not_understood(ranking)

    async def progress(self) -> list[Message]:
        """How the application of this conversation, or of this mobile, stands, whatever became of it."""
        application = await self._application()
        if application is None:
            if await self._mobile() is not None:
                return [Message(self.script.say("no_case_sms"))]
            return [Message(self.script.say("none", group="progress"), [self._choice("begin", "apply")])]
        view = await applications.progress(self.unit.session, self.house, application)
        points = await applications.open_corrections(self.unit.session, application.id)
        labels = [applications.point_label(self.house, application, point) for point in points]
        return progress.messages(self.script, view, labels, brief=await self._mobile() is not None)

    def _own_matters(self, intent: str, text: str) -> Collection[str]:
        """The matters that a question is about, where the asker's own case may answer it better than the notice."""
        if intent in OWN_CASE_FIRST:
            return OWN_CASE_FIRST[intent]
        if intent != "time_limit":
            return ()
        return read_facts(text, self.house.catalogue, today()).matter_mentions

    async def _of_own_case(self, matters: Collection[str]) -> list[Message]:
        application = await self._application()
        if application is None:
            return []
        view = await applications.progress(self.unit.session, self.house, application)
        return progress.about(self.script, view, matters)

    async def _after_filing(self, intent: str, text: str) -> list[Message]:
        """What can be done about a filed application, beside answering; empty where there is nothing to do."""
        application = await self._application()
        if application is None:
            return []
        given = (self.unit, self.house, self.script, application)
        if intent == "faq/appointment":
            return await aftercare.offer_times(*given)
        if intent == "faq/complain":
            return await aftercare.complain(*given, text)
        return await aftercare.urge(*given, text) if aftercare.may_be_urged(application) else []

    async def _mobile(self) -> str | None:
        return await hub.mobile_of(self.unit.session, self.conversation_id)

    async def _application(self) -> applications.Application | None:
        """The newest application of the mobile that texts, else of this conversation."""
        session, mobile = self.unit.session, await self._mobile()
        bound = await applications.latest_for_mobile(session, self.house, mobile) if mobile else None
        return bound or await applications.latest_for_conversation(session, self.conversation_id)

    async def _papers_by_text(self, draft: Draft | None) -> list[Message]:
        """The papers of who texts, if they are known; else nothing, and the general answer is given."""
        application = None if draft is not None and draft.answers.get("matters") else await self._application()
        answers = await self._known_answers(draft)
        if not answers.get("matters"):
            return []
        handed_in = application is not None and application.checked_in_at is not None
        lacking = application.lacking if application is not None and handed_in else answers.get("papers_lacking") or ()
        return [questions.papers_in_words(await self._catalogue(draft), self.script, answers, lacking, handed_in)]

    async def _missed_before(self) -> bool:
        return await repository.misses(self.unit.session, self.conversation_id, 1) > 0

    async def not_understood(self, ranking: Sequence[str] = ()) -> list[Message]:
        """Own that it was not understood, and offer what it may have been; the third time in a row, a person."""
        missed = await repository.misses(self.unit.session, self.conversation_id, MISSES_KEPT) % PERSON_AFTER
        if missed == PERSON_AFTER - 1:
            ways = [self._choice("person", "handoff"), self._choice("begin", "apply"), self._choice("ask_progress", "progress")]
            return [Message(self.script.say("fallback_person"), ways)]
        # Who has neither draft nor application can only begin or ask.
        known = LIKELY if await self._application() else dict.fromkeys(("apply", "materials"))
        likely = [name for name in (*ranking, *known) if name in known]
        offered = [self._choice(*LIKELY[name]) for name in dict.fromkeys(likely)][:3]
        said = self.script.say("fallback_again" if missed else "fallback_choices")
        return [Message(said, [*offered, self._choice("person", "handoff")])]

    async def resume_reminders(self, draft: Draft | None) -> list[Message]:
        """The press that takes an unsubscription back."""
        return await self._reminders(draft, stop=False)

    async def _reminders(self, draft: Draft | None, stop: bool) -> list[Message]:
        """Reminders by SMS: none, or again, to the mobile that is known here."""
        known = await self._mobile() or (await self._known_answers(draft)).get("mobile")
        if not known:
            return [Message(self.script.say("unsubscribe_none", group="manners"))]
        mobile = mask_mobile(str(known))
        if not stop:
            await sms.resume_reminders(self.unit, str(known))
            return [Message(self.script.say("subscribed", group="manners", mobile=mobile))]
        await sms.stop_reminders(self.unit, str(known))
        again = Choice(self.script.say("subscribe"), intent="unsubscribe", value=REMINDERS_ON)
        return [Message(self.script.say("unsubscribe", group="manners", mobile=mobile), [again])]

    def _ways(self, intent: str) -> list[Choice]:
        if intent in ("greet", "help", "out_of_scope"):
            return [
                self._choice("begin", "apply"),
                self._choice("ask_progress", "progress"),
                self._choice("ask_papers", "materials"),
            ]
        if intent in ("identity", "abuse"):
            return [self._choice("person", "handoff")]
        return []

    def _choice(self, label: str, intent: str) -> Choice:
        return Choice(self.script.say(label), intent=intent)

    async def _known_answers(self, draft: Draft | None) -> dict[str, Any]:
        """What is known of this person: their draft, else what they filed."""
        if draft is not None and draft.answers:
            return dict(draft.answers)
        application = await self._application()
        return dict(application.answers) if application else {}

    async def _catalogue(self, draft: Draft | None) -> Catalogue:
        """By whose rules this person is answered: those of their draft, else of what they filed, else of the day."""
        about = draft if draft is not None and draft.answers else await self._application()
        return self.house.catalogue_of(about) if about is not None else self.house.catalogue

    async def _handoff(self, text: str, draft: Draft | None) -> list[Message]:
        waiting = await repository.open_handover(self.unit.session, self.conversation_id)
        if waiting is not None:
            where = await place_of(self.unit, self.house, waiting)
            said = [self.script.say("handoff_waiting"), words.place(where.ahead, where.opens)]
            return [Message(questions.under_each_other(*said), words.choices())]
        county = await self._county(text, draft)
        where = await self._request(ASKED, ORDINARY_PRIORITY, text, county)
        said = [self.script.say("handoff"), words.place(where.ahead, where.opens)]
        window = self.house.catalogue.window_of(county)
        if window is not None:
            said.append(self.script.say("handoff_window", window=window.name, hours=window.hours))
        return [Message(questions.under_each_other(*said), words.choices())]

    async def _distress(self, text: str, draft: Draft | None) -> list[Message]:
        county = await self._county(text, draft)
        waiting = await repository.open_handover(self.unit.session, self.conversation_id)
        again = waiting is not None and waiting.reason == DISTRESS
        if waiting is None:
            await self._request(DISTRESS, DISTRESS_PRIORITY, text, county)
        else:
            waiting.reason, waiting.priority, waiting.last_words = DISTRESS, DISTRESS_PRIORITY, text
            waiting.county, waiting.changed_at = waiting.county or county, now()
            await announce(self.unit, self.conversation_id, people=True)
        # No word of it: the log only has to call somebody to `guitu handovers`.
        log.warning("somebody in distress waits for a person", conversation=self.conversation_id, county=county)
        if again:
            # Nobody in need should read the same lines twice.
            return [Message(self.script.say("distress_again"))]
        return [Message(self.script.say("distress")), Message(self.script.say("distress_people"))]

    async def _county(self, text: str, draft: Draft | None) -> str | None:
        """Whose people are to come: as filled in or filed, else as the words say."""
        known = (await self._known_answers(draft)).get("county")
        named = read_facts(text, self.house.catalogue, today()).county
        return str(known) if known else named.value if named else None

    async def _request(self, reason: str, priority: int, text: str, county: str | None) -> Place:
        request = HandoverRequest(
            id=new_id("h"),
            conversation_id=self.conversation_id,
            county=county,
            priority=priority,
            reason=reason,
            last_words=text,
            asked_at=now(),
        )
        self.unit.session.add(request)
        return await put_in_queue(self.unit, self.house, request, self.message_id)
