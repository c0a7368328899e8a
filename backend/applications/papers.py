"""Which matters a missing original holds up (notice 二(二), 三(二)). Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from backend.catalogue.load import Catalogue
from backend.catalogue.rules import checklist, chosen_matters

REPORT_IN = "report_in"
SURVEY = "training_survey"
#: What the survey asks, in its order. # notice 三(三)
SURVEY_FIELDS = (
    *("survey_need", "survey_kind", "survey_field", "survey_degree", "survey_way"),
    *("survey_length", "survey_skill", "survey_plan", "survey_contact"),
)
#: Done at check-in itself. # notice 四(一)
DONE_AT_CHECK_IN = (REPORT_IN, SURVEY)


def missing_for_report_in(catalogue: Catalogue, lacking: Collection[int]) -> list[int]:
    """The lacking papers without which check-in cannot end (1 and 2). # notice 三(二)"""
    return [number for number in sorted(lacking) if REPORT_IN in catalogue.materials[number].blocks]


def held_up(
    catalogue: Catalogue, answers: Mapping[str, Any], lacking: Sequence[int], instead: Collection[int] = ()
) -> dict[str, list[int]]:
    """matter → numbers of the originals it waits for; matters that can go on are left out.

    `instead`: papers handed in as the other of two (a deed for the booklet), which does not do for every matter. # notice 三(六)
    """
    if not lacking and not instead:
        return {}
    lines = checklist(catalogue, answers)
    waiting = {
        code: [
            line.material.number
            for line in lines
            if (line.material.number in lacking and code in line.blocks)
            or (line.material.number in instead and code in line.material.exact_for)
        ]
        for code in chosen_matters(catalogue, answers)
        if code not in DONE_AT_CHECK_IN
    }
    return {code: numbers for code, numbers in waiting.items() if numbers}


def instead_of(intake: Mapping[str, Any] | None) -> Collection[int]:
    """The papers that were handed in as the other of two, by the record of the intake."""
    found: Collection[int] = (intake or {}).get("instead", ())
    return found


def survey_answer(questions: Mapping[str, Any], name: str, value: Any) -> str | None:
    """An answer of the survey in the words of its choice; None where it was left out."""
    code = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
    choices = questions[name]["choices"]
    return next((str(choice["label"]) for choice in choices if choice["value"] == code), None)
