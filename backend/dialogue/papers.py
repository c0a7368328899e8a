"""Whether the original or a copy of one named paper is wanted: answered of that paper, from the catalogue. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from backend.catalogue.entries import Catalogue, Material
from backend.catalogue.rules import PaperLine, checklist
from backend.conversations.messages import Message, Shown
from backend.interview.display import show_matters
from backend.interview.heard import sounds_like_question
from backend.interview.questions import Script
from backend.interview.reading.lexicon import material_options, names_of
from backend.interview.reading.normalise import normalise
from backend.locale.text import Joined, T

#: So many papers are answered of at once; who names more asks for the list.
MOST = 2
_FORM = re.compile(
    r"原件|原[见建键]|元件|圆件|正本|复[印应映]件?|影印|扫描件|副本|拷贝|彩印|original|photocop|copy|copies|scan", re.IGNORECASE
)
# What becomes of an original is another question.
_BECOMES = re.compile(
    r"还(?:给|我|回|不还|吗|么|的?吗)|退(?:给|还|不退|吗)|收走|收掉|押|拿回|留(?:下|在|底|多久)|丢|寄回|交上去|return|keep|back"
)
_ASKS = re.compile(r"行|可以|能|要不要|是不是|还是|必须|一定|需要|用|得", re.IGNORECASE)


def asks_form(text: str) -> bool:
    """True for 户口簿是要原件吗, 身份证要复印件不: original or copy; not for 原件会还我吗."""
    plain = normalise(text)
    asks = sounds_like_question(text) or _ASKS.search(plain) or re.search(r"\?|^(?:do|is|are|can|should|must)\b", plain)
    return bool(_FORM.search(plain) and asks) and not _BECOMES.search(plain)


def named(catalogue: Catalogue, text: str) -> list[Material]:
    """The papers that a text names, in its order; the longest name at a place is meant (户主身份证, not 身份证)."""
    names = names_of((option.code, option.names) for option in material_options(catalogue))
    found = [each.value for each in names.find(normalise(text))]
    # A name that several have (介绍信 alone) is the one that everybody needs.
    numbers = dict.fromkeys(min(int(code) for code in codes) for codes in found)
    return [catalogue.materials[number] for number in numbers]


def answer(catalogue: Catalogue, script: Script, text: str, answers: Mapping[str, Any]) -> list[Message]:
    """The answer about the papers named; empty where none is named, or too many for a short answer."""
    materials = named(catalogue, text)
    if not materials or len(materials) > MOST:
        return []
    lines = {line.material.number: line for line in checklist(catalogue, dict(answers))} if answers.get("matters") else {}
    said: list[Shown] = []
    for material in materials:
        said += _about(catalogue, script, material, lines.get(material.number), bool(lines), brief=len(materials) > 1)
    source = replace(catalogue.faq["originals"], section="、".join(each.section for each in materials)).source
    last = Joined([said[-1], *([source] if source else [])], separator="")
    return [Message(Joined([*said[:-1], last], separator="\n"))]


def _about(
    catalogue: Catalogue, script: Script, material: Material, line: PaperLine | None, own_list: bool, brief: bool
) -> Sequence[Shown]:
    form = "either" if material.original == "either" else "original" if material.original else "unstated"
    form = line.form if line else form
    said: list[Shown] = [script.say(f"paper_form_{form}", paper=line.short if line else material.short)]
    if brief or form == "unstated":
        return said
    if own_list and line is None:
        return [*said, script.say("paper_not_yours")]
    if len(material.used_by) == len(catalogue.matters):
        return [*said, line.why if line else material.why]
    matters = line.matters if line else material.used_by
    used = script.say("checklist_used", matters=show_matters(catalogue, matters))
    return [*said, T("{why}{used}", why=line.why if line else material.why, used=used)]
