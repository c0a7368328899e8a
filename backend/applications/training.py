"""The training survey: who needs training is referred to the county, with their contact (notice 三(三))."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.applications.actor import Actor
from backend.applications.model import Application
from backend.applications.papers import SURVEY_FIELDS, survey_answer
from backend.catalogue.conditions import survey_wanted
from backend.db.engine import Unit
from backend.house import House
from backend.requests import service as requests
from backend.requests.model import TRAINING


def is_referred(answers: Mapping[str, Any]) -> bool:
    """There is a need, the survey was open to them (自主就业), and they want to be called. # notice 三(三)"""
    return survey_wanted(answers) is True and answers.get("self_employed") is True and answers.get("survey_contact") is True


async def refer(unit: Unit, house: House, application: Application, actor: Actor | str) -> None:
    """Put the need before the county's window, in the caller's transaction; nothing where there is none, or no wish."""
    answers = application.answers
    if not is_referred(answers):
        return
    questions = house.catalogue.questions["questions"]
    shown = [(questions[name]["label"], survey_answer(questions, name, answers.get(name))) for name in SURVEY_FIELDS[:-1]]
    words = "；".join(f"{label}：{answer}" for label, answer in shown if answer)
    await requests.tell_window(unit, application, TRAINING, f"{words}；手机：{answers['mobile']}", actor)
