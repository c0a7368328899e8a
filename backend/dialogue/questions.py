"""Answers to questions about the service, from the catalogue, made for this person where their answers say more. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from backend.catalogue.entries import Catalogue, FaqEntry
from backend.catalogue.rules import checklist
from backend.conversations.messages import Message, Shown
from backend.dialogue import papers
from backend.interview.display import checklist_card
from backend.interview.facts import read_facts
from backend.interview.questions import Script
from backend.locale.text import Joined, Text


def under_each_other(*parts: Shown | None) -> Joined:
    """Parts as lines, without the empty ones."""
    return Joined([part for part in parts if part], separator="\n")


def answer(
    catalogue: Catalogue, script: Script, intent: str, text: str, answers: Mapping[str, Any], today: date
) -> list[Message]:
    """What answers the question; empty when the catalogue has no answer to this intent."""
    if papers.asks_form(text) and (said := papers.answer(catalogue, script, text, answers)):
        return said
    if intent == "materials" and answers.get("matters"):
        return [_own_papers(catalogue, script, dict(answers))]
    entry = catalogue.faq.get(intent.removeprefix("faq/"))
    if entry is None:
        return []
    # The source stands behind the answer, not on a line of its own: a phone shows few.
    source = _source(catalogue, entry, text, today)
    parts = [part for part in (_answer(catalogue, entry, text, answers, today), source) if part]
    return [Message(Joined(parts, separator=""))]


def papers_in_words(
    catalogue: Catalogue, script: Script, answers: Mapping[str, Any], lacking: Sequence[int], handed_in: bool
) -> Message:
    """This person's papers for a channel without cards: their everyday names and which are lacking; once the rest was handed
    in, only what is lacking."""
    lines = checklist(catalogue, dict(answers))
    missing = [line.short for line in lines if line.material.number in lacking]
    said: list[Shown] = []
    if not handed_in:
        said.append(script.say("papers_sms", count=len(lines), papers=Joined([line.short for line in lines])))
    if missing:
        said.append(script.say("papers_sms_lacking", papers=Joined(missing)))
    return Message(under_each_other(*said) if said else script.say("papers_sms_in"))


def _own_papers(catalogue: Catalogue, script: Script, answers: dict[str, Any]) -> Message:
    lines = checklist(catalogue, answers)
    originals = sum(line.form != "unstated" for line in lines)
    said = script.say("checklist", count=len(lines), originals=originals)
    return Message(said, card=checklist_card(script, catalogue, lines, answers.get("papers_lacking") or ()))


def _source(catalogue: Catalogue, entry: FaqEntry, text: str, today: date) -> Shown | None:
    """Where the notice says it; of one matter's own words, that matter's section."""
    named = read_facts(text, catalogue, today).matter_mentions if entry.own_words and text else ()
    sections = dict.fromkeys(catalogue.matters[code].section for code in named if code in entry.by_matter)
    return replace(entry, section="、".join(sections)).source if sections else entry.source


def _answer(catalogue: Catalogue, entry: FaqEntry, text: str, answers: Mapping[str, Any], today: date) -> Shown:
    """The entry's answer: for the county's window, for the matters that were named, else in general."""
    window = catalogue.window_of(answers.get("county"))
    if entry.at_window and window:
        places = {
            "window_name": window.name,
            "window_address": window.address,
            "window_phone": window.phone,
            "window_hours": window.hours,
        }
        return Text(entry.at_window, places)
    if entry.by_matter and text:
        matters = read_facts(text, catalogue, today).matter_mentions
        named = [entry.by_matter[code] for code in matters if code in entry.by_matter]
        if named:
            return under_each_other(*named[:3])
    return entry.answer
