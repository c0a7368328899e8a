"""Steering the interview (上一步, 跳过, 先停一下, 重新开始 …) and the sentences around a change. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from backend.catalogue.entries import Catalogue
from backend.catalogue.rules import REPORT_IN, held_up, offers
from backend.conversations.messages import Choice, Message, Shown
from backend.interview.answering import Answers
from backend.interview.asking import AGAIN, FIRST, Asker
from backend.interview.display import read_back, show_matters, show_papers, show_value
from backend.interview.draft import Draft
from backend.interview.flow import CONSENTS, REVIEW, fixed_fields, has_consented, next_question, questions_needed
from backend.interview.heard import QUESTIONS, Heard, sounds_like_question
from backend.interview.outcome import Outcome
from backend.interview.questions import FIELD_OF_QUESTION, Script
from backend.interview.reading.normalise import normalise
from backend.interview.sharing import unshared
from backend.locale.text import Joined, Text

if TYPE_CHECKING:
    from backend.interview.engine import Interview

#: So many missing answers are named one by one.
NAMED = 3
#: Of so many lacking papers it is said where each comes from.
FEW_PAPERS = 2
# What is said to “really delete it?” with the words of its own buttons, and their like.
_KEEPS = re.compile(
    r"接着|继续|(?:不|别|不要|先别|先不)(?:删|清|撤|取消|重来|重新)|留着|保留|先不|先别|再想想|还是办|等等|等一下|等会|手滑|点错|按错|说错|not yet|keep|wait"
)
# 不是，… is a no to what was understood, whatever follows.
_CONTRADICTS = re.compile(r"\s*(?:不是|没说|没有说|我没|你误会|误会|搞错)")
# Of questions that may be left out: this one, and all that follow it.
_ALL_OF_THEM = re.compile(r"都|全|剩|后面|其余|其他|整个|all|rest|everything", re.IGNORECASE)
_DELETES = {
    "cancel": re.compile(r"不办|不想办|不用办|不弄|删|取消|撤|delete|cancel"),
    "start_over": re.compile(r"清|重来|重新|从头|start over|clear"),
}


class Steering:
    """What the veteran can say about the talk itself."""

    def __init__(self, script: Script, catalogue: Catalogue, asker: Asker) -> None:
        self.script = script
        self.catalogue = catalogue
        self.asker = asker

    def steer(self, interview: Interview, draft: Draft, heard: Heard) -> Outcome:
        """Do what the intent says."""
        pending = draft.pending or REVIEW
        if heard.intent == "go_back":
            return self._back(interview, draft)
        if heard.intent == "skip":
            return self._skip(interview, draft, pending, heard.text)
        if heard.intent == "withdraw" and draft.changing:
            return self._outcome(draft, act="drop")
        if heard.intent == "stop" and pending == REVIEW:
            return interview.reviewing.chose(draft, "save")
        if heard.intent == "stop":
            return self._outcome(replace(draft, paused=True), Message(self.script.say("stopped")), act="stop")
        if heard.intent in ("start_over", "withdraw"):
            return self.confirm(draft, "start_over" if heard.intent == "start_over" else "cancel")
        if heard.intent == "apply":
            said = interview.ahead(draft, heard)
            if said is not None:
                return said
        before = self.welcome(draft) if draft.paused or heard.away else None
        if pending == REVIEW:
            draft = replace(draft, reviewed=False)
        return self._asked(draft, pending, before, wording=FIRST)

    def welcome(self, draft: Draft) -> Shown:
        """To whoever comes back: what is still missing, by name where it is little, else by step."""
        missing = [name for name in questions_needed(draft, self.catalogue) if name != REVIEW and name not in draft.answers]
        if not missing or draft.application is not None:
            return self.script.say("resumed")
        questions = [self.script.questions[name] for name in missing]
        labels = [question.label for question in questions]
        titles = [self.script.steps[step] for step in dict.fromkeys(question.step for question in questions)]
        return self.script.say("resumed_missing", missing=Joined(labels if len(labels) <= NAMED else titles))

    def edit(self, draft: Draft, name: str | None) -> Outcome:
        """Open the question of a field again, showing what it holds."""
        if name is None or name not in self.script.questions or name in (*CONSENTS, REVIEW):
            return self.which(draft)
        if name in fixed_fields(draft):
            pending = draft.pending or REVIEW
            return self._asked(draft, pending, self.fixed(draft, name))
        field = FIELD_OF_QUESTION.get(name, name)
        label = self.script.say("both_label") if draft.both else self.script.questions[name].label
        if field in draft.answers:
            shown = show_value(self.script, self.catalogue, field, draft.answers[field])
            return self._asked(draft, name, self.script.say("edit", label=label, value=shown))
        return self._asked(draft, name, self.script.say("edit_empty", label=label))

    def which(self, draft: Draft) -> Outcome:
        """Ask which field is to be changed; the pending question stays."""
        return self._outcome(replace(draft, which=True), Message(self.script.say("which_to_change")))

    def kept(self, draft: Draft, name: str) -> Shown | None:
        """That a failed correction left the old value, if there was one."""
        field = FIELD_OF_QUESTION.get(name, name)
        if field not in draft.answers or field not in self.script.questions:
            return None
        shown = show_value(self.script, self.catalogue, field, draft.answers[field])
        return self.script.say("kept", label=self.script.questions[field].label, value=shown)

    def fixed(self, draft: Draft, name: str) -> Shown:
        """That a filed application keeps its county and matters, and who can change them."""
        shown = show_value(self.script, self.catalogue, name, draft.answers[name])
        return self.script.say("fixed", label=self.script.questions[name].label, value=shown)

    def stands(self, draft: Draft, name: str, label: Text) -> Shown:
        """What a field holds already, and how to change it."""
        fact = read_back(self.script, self.catalogue, name, draft.answers[name])
        return self.script.say("stands", label=label, fact=fact)

    def read_back(
        self, draft: Draft, told: Sequence[str], sentence: str, before: Mapping[str, Any] | None = None
    ) -> Shown | None:
        """What was understood, said back: matters and papers in a sentence of their own; of matters that were chosen `before`
        what was added and dropped.
        """
        parts: list[Shown] = []
        facts = [name for name in dict.fromkeys(told) if name not in ("matters", "papers_lacking") and name in draft.answers]
        if facts:
            shown = [read_back(self.script, self.catalogue, name, draft.answers[name]) for name in facts]
            parts.append(self.script.say(sentence, facts=Joined(shown, separator="，")))
        if "matters" in told and "matters" in draft.answers:
            parts.append(self._matters(draft, (before or {}).get("matters")))
        if "papers_lacking" in told and "papers_lacking" in draft.answers:
            parts += [self._papers(draft), *self._where_from(draft)]
        return Joined(parts, separator="\n") if parts else None

    def closed(self, draft: Draft, codes: Sequence[str]) -> list[Shown]:
        """Why matters that were chosen are closed to this person."""
        why = {offer.matter.code: offer.why for offer in offers(self.catalogue, draft.answers)}
        return [self.script.say("matter_closed", matter=self.catalogue.matters[code].short, why=why[code]) for code in codes]

    def _matters(self, draft: Draft, before: Sequence[str] | None) -> Shown:
        chosen = draft.answers["matters"]
        if before and set(before) != set(chosen):
            both = (("matters_added", set(chosen) - set(before)), ("matters_dropped", set(before) - set(chosen)))
            changes = [
                self.script.say(
                    sentence, matters=show_matters(self.catalogue, [c for c in self.catalogue.matters if c in codes])
                )
                for sentence, codes in both
                if codes
            ]
            shown = show_matters(self.catalogue, chosen)
            return self.script.say("matters_now", changes=Joined(changes, separator="，"), count=len(chosen), chosen=shown)
        rest = [o.matter.code for o in offers(self.catalogue, draft.answers) if o.open and o.matter.code not in chosen]
        shown = show_matters(self.catalogue, chosen)
        if not rest:
            return self.script.say("matters_all", count=len(chosen), chosen=shown)
        return self.script.say("matters_some", count=len(chosen), chosen=shown, rest=show_matters(self.catalogue, rest))

    def _papers(self, draft: Draft) -> Shown:
        lacking = draft.answers["papers_lacking"]
        if not lacking:
            return self.script.say("papers_ready")
        waiting = held_up(self.catalogue, draft.answers, lacking)
        shown = show_papers(self.catalogue, lacking)
        first = [number for number in lacking if REPORT_IN in self.catalogue.materials[number].blocks]
        if first:
            # Without these nothing begins, so they come before all the others. # notice 三(二)
            sentence = "papers_missing_only_first" if first == lacking else "papers_missing_first"
            return self.script.say(sentence, papers=shown, first=show_papers(self.catalogue, first))
        if not waiting:
            return self.script.say("papers_missing_none", papers=shown)
        return self.script.say("papers_missing", papers=shown, matters=show_matters(self.catalogue, waiting))

    def _where_from(self, draft: Draft) -> list[Shown]:
        """Where the lacking papers come from, where they are few: what to do about them."""
        lacking = draft.answers["papers_lacking"]
        holds = [number for number in lacking if REPORT_IN in self.catalogue.materials[number].blocks]
        if not 0 < len(lacking) <= FEW_PAPERS or holds == lacking:
            return []
        known = [self.catalogue.materials[number] for number in lacking]
        papers = [self.script.say("paper_from", paper=material.short, issuer=material.issuer) for material in known]
        return [self.script.say("papers_from", papers=Joined(papers, separator="；"))]

    def _back(self, interview: Interview, draft: Draft) -> Outcome:
        earlier, name = draft.undo()
        if name is None or name in CONSENTS:
            return self._asked(draft, draft.pending or REVIEW, self.script.say("nothing_before"))
        label = self.script.questions[name].label
        earlier = unshared(earlier, name, draft.answers.get(name))
        return self._asked(earlier, name, self.script.say("stepped_back", label=label))

    def _skip(self, interview: Interview, draft: Draft, pending: str, text: str) -> Outcome:
        question = self.script.questions[pending]
        if pending == REVIEW or not question.optional:
            return self._asked(draft, pending, self.script.say("cannot_skip", label=question.label))
        if _ALL_OF_THEM.search(text):
            draft = draft.put(question.field, None)
            while (name := next_question(draft, self.catalogue)) != REVIEW and self.script.questions[name].optional:
                draft = draft.put(self.script.questions[name].field, None)
            return interview.go_on(draft, self.script.say("skipped_all"))
        return interview.go_on(draft.put(question.field, None), self.script.say("skipped", label=question.label))

    def confirm(self, draft: Draft, what: str) -> Outcome:
        """Ask whether everything is really to be deleted: `what` is start_over or cancel."""
        choices = [
            Choice(self.script.say(f"{what}_yes"), value="confirm=yes"),
            Choice(self.script.say(f"{what}_no"), value="confirm=no"),
        ]
        return self._outcome(replace(draft, confirming=what), Message(self.script.say(f"{what}_sure"), choices))

    def confirmed(self, interview: Interview, draft: Draft, heard: Heard, yes: bool | None = None) -> Outcome:
        """An answer to “really delete it?”: yes, no, a question of theirs, or the answer to what was asked before it."""
        waiting, freed = draft.confirming, replace(draft, confirming=None)
        if waiting is None:
            # A press of an old message: nothing is being confirmed any more.
            return (
                interview.go_on(draft, self.script.say("again"))
                if has_consented(draft)
                else interview.ask(draft, "consent", wording=AGAIN)
            )
        if yes is None and waiting == "cancel" and interview.listener.drops_matters(heard.text):
            # 不是，我说补助不办: one matter is not wanted, and everything else stays.
            return interview.read(freed, heard) or interview.go_on(freed)
        if yes is None:
            yes = self.confirms(interview.answers, draft, heard)
        if yes is None and (heard.intent in QUESTIONS or sounds_like_question(heard.text)):
            side = heard.intent if heard.intent in QUESTIONS else None
            return (
                Outcome(draft, side=side)
                if side in ("handoff", "abuse", "bye")
                else replace(self.confirm(draft, waiting), side=side)
            )
        if yes is None:
            return interview.read(freed, heard) or self.confirm(draft, waiting)
        if not yes:
            return interview.go_on(freed, self.script.say("again"))
        if waiting == "cancel":
            return Outcome(freed, [Message(self.script.say("cancelled"))], act="cancel")
        kept = dict.fromkeys(CONSENTS, True)
        return interview.go_on(Draft(answers=kept), self.script.say("started_over"))

    def confirms(self, answers: Answers, draft: Draft, heard: Heard) -> bool | None:
        """Yes or no to what is being confirmed, as people say it; None when the words are neither."""
        waiting = draft.confirming or ""
        picked = answers.picked(draft.shown, heard.text)
        if picked in ("confirm=yes", "confirm=no"):
            return picked == "confirm=yes"
        plain = normalise(heard.text)
        if heard.intent in QUESTIONS or sounds_like_question(heard.text):
            return None
        if _KEEPS.search(plain):
            return False
        intent = {"cancel": "withdraw", "start_over": "start_over"}[waiting]
        if _CONTRADICTS.match(plain):
            return False
        if _DELETES[waiting].search(plain) or heard.intent == intent:
            return True
        if answers.is_yes(heard.text) or answers.is_no(heard.text):
            return answers.is_yes(heard.text)
        # What a classifier takes for a yes is none here: 提交吧 must not delete what is to be submitted.
        return {"deny": False, "resume": False}.get(heard.intent)

    def _asked(self, draft: Draft, name: str, *before: Shown | None, wording: str = FIRST) -> Outcome:
        asked = self.asker.ask(draft, name, *before, wording=wording)
        return self._outcome(asked.draft, asked.message)

    @staticmethod
    def _outcome(draft: Draft, *say: Message, act: str | None = None) -> Outcome:
        return Outcome(draft, say, act=act)
