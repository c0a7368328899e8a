"""The training survey of the chat: what it says, and whether it shows a need to refer to the county (notice 三(三)). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.applications.papers import SURVEY_FIELDS, survey_answer
from backend.catalogue.conditions import survey_wanted


def is_referred(answers: Mapping[str, Any]) -> bool:
    """There is a need, the survey was open to them (自主就业), and they want to be called. # notice 三(三)"""
    return survey_wanted(answers) is True and answers.get("self_employed") is True and answers.get("survey_contact") is True


def survey_in_words(questions: Mapping[str, Any], answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was answered in the survey: each question's label and the choice in words; what was left out is not there."""
    shown = [(str(questions[name]["label"]), survey_answer(questions, name, answers.get(name))) for name in SURVEY_FIELDS]
    return [(label, answer) for label, answer in shown if answer]
