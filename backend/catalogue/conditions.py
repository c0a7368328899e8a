"""Conditions that the data files name: who a matter is open to or recommended for, who needs a paper. Pure.

Each takes the answers so far and says True, False, or None while what it depends on is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Answers = Mapping[str, Any]
Condition = Callable[[Answers], bool | None]

MEMBERS = ("party", "probationary", "league", "party_and_league")


def _flag(field: str) -> Condition:
    def condition(answers: Answers) -> bool | None:
        value = answers.get(field)
        return value if isinstance(value, bool) else None

    return condition


def _is(field: str, *values: str) -> Condition:
    def condition(answers: Answers) -> bool | None:
        value = answers.get(field)
        return None if value is None else value in values

    return condition


def not_local(answers: Answers) -> bool | None:
    """The household is not local. One that is being restored here counts as local. # notice 二(二)5, our reading"""
    if "household_restoration" in (answers.get("matters") or ()):
        return False
    local = answers.get("local_household")
    return None if not isinstance(local, bool) else not local


def survey_wanted(answers: Answers) -> bool | None:
    """The survey is chosen, and there is a need for training: then it is asked which. # notice 三(三)"""
    if "training_survey" not in (answers.get("matters") or ()):
        return False
    return _is("survey_need", "soon", "later")(answers)


def survey_degree(answers: Answers) -> bool | None:
    """Who wants to be trained for a degree is asked for which. # notice 三(三)"""
    return survey_wanted(answers) and _is("survey_kind", "degree")(answers)


CONDITIONS: Mapping[str, Condition] = {
    "anyone": lambda _answers: True,
    "always": lambda _answers: True,
    "never": lambda _answers: False,
    # Sergeants as well as conscripts can be 自主就业. # notice 三(三), 三(四)
    "self_employed": _flag("self_employed"),
    "local_household": _flag("local_household"),
    "sergeant": _is("soldier_kind", "sergeant"),
    # 预备党员 too have a relation to be transferred. # notice 三(十), our reading
    "member": _is("political_status", *MEMBERS),
    "handed_over": _flag("handed_over"),
    "not_local": not_local,
    "survey_wanted": survey_wanted,
    "survey_degree": survey_degree,
}

#: Conditions of materials. `matters`: as soon as a matter that uses it is chosen, which the checklist asks of every paper.
PAPER_CONDITIONS = ("always", "handed_over", "not_local", "matters")


def holds(condition: str, answers: Answers) -> bool | None:
    """Whether a condition holds; None while that is not known."""
    return True if condition == "matters" else CONDITIONS[condition](answers)
