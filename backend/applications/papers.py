"""Which matters a missing original holds up (notice 二(二), 三(二)). Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from backend.catalogue.load import Catalogue
from backend.catalogue.rules import checklist, chosen_matters

REPORT_IN = "report_in"
SURVEY = "training_survey"
#: What the survey asks, in its order. # notice 三(三)
SURVEY_FIELDS = ("survey_need", "survey_kind", "survey_field", "survey_way", "survey_contact")
#: Done at check-in itself. # notice 四(一)
DONE_AT_CHECK_IN = (REPORT_IN, SURVEY)


def missing_for_report_in(catalogue: Catalogue, lacking: Collection[int]) -> list[int]:
    """The lacking papers without which check-in cannot end (1 and 2). # notice 三(二)"""
    return [number for number in sorted(lacking) if REPORT_IN in catalogue.materials[number].blocks]


def held_up(catalogue: Catalogue, answers: Mapping[str, Any], lacking: Sequence[int]) -> dict[str, list[int]]:
    """matter → numbers of the lacking originals it waits for; matters that can go on are left out."""
    if not lacking:
        return {}
    lines = [line for line in checklist(catalogue, answers) if line.material.number in lacking]
    waiting = {
        code: [line.material.number for line in lines if code in line.blocks]
        for code in chosen_matters(catalogue, answers)
        if code not in DONE_AT_CHECK_IN
    }
    return {code: numbers for code, numbers in waiting.items() if numbers}


def survey_answer(questions: Mapping[str, Any], name: str, value: Any) -> str | None:
    """An answer of the survey in the words of its choice; None where it was left out."""
    code = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
    choices = questions[name]["choices"]
    return next((str(choice["label"]) for choice in choices if choice["value"] == code), None)
