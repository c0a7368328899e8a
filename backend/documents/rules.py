"""Which papers there are, and which of them a case has (notice 三). Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

#: States in which nothing is filled in any more.
CLOSED = {"rejected": "申请没有通过审核", "withdrawn": "申请已经撤回"}


@dataclass(frozen=True)
class Point:
    """One thing that the county asked to have corrected: what, why, and since when."""

    what: str
    why: str
    at: datetime


@dataclass(frozen=True)
class Subject:
    """What papers are made from: a filed case, or a draft that has no number yet.

    answers   fields of the draft · matters: codes in the notice's order · corrections: the points still open
    police_station   the one of the settlement address, where the county's areas say so; None: the window's
    """

    answers: Mapping[str, Any]
    matters: Sequence[str]
    county: str
    number: str | None = None
    state: str | None = None
    submitted_at: datetime | None = None
    lacking: Sequence[int] = ()
    intake: Mapping[str, Any] | None = None
    corrections: Sequence[Point] = ()
    police_station: str | None = None


@dataclass(frozen=True)
class Paper:
    """One paper: its official title, the matter it belongs to, and why a case does not have it (None: it has)."""

    name: str
    title: str
    matter: str | None
    missing: Callable[[Subject], str | None]


def _of_matter(code: str, short: str) -> Callable[[Subject], str | None]:
    return lambda subject: None if code in subject.matters else f"这份申请没有办“{short}”"


def _always(_subject: Subject) -> str | None:
    return None


def _taken_in(subject: Subject) -> str | None:
    return None if subject.intake else "窗口还没有收原件，收件后才有回执"


def _to_correct(subject: Subject) -> str | None:
    return None if subject.corrections else "现在没有要更正的地方"


PAPERS: Mapping[str, Paper] = {
    paper.name: paper
    for paper in (
        Paper("joint_form", "《“士兵退役一件事”联合办理登记表》", None, _always),  # notice 三(一)
        Paper(
            "household_register",
            "《常住人口登记表》",
            "household_restoration",
            _of_matter("household_restoration", "恢复户口"),  # notice 三(五)
        ),
        Paper(
            "household_letter",
            "户籍介绍信",
            "household_restoration",
            _of_matter("household_restoration", "恢复户口"),  # notice 三(五)
        ),
        Paper(
            "pension_declaration",
            "《灵活就业人员养老保险申报表》",
            "pension_enrolment",
            _of_matter("pension_enrolment", "养老参保登记"),  # notice 三(六)
        ),
        Paper(
            "training_survey",
            "《福建省退役军人教育培训问卷调查》",
            "training_survey",
            _of_matter("training_survey", "培训需求问卷"),  # notice 三(三)
        ),
        Paper("receipt", "材料原件收存回执", None, _taken_in),  # notice 三(二)
        Paper("checklist", "材料清单", None, _always),  # notice 二(二)
        Paper("correction_note", "更正告知单", None, _to_correct),  # notice 三(二)
    )
}


def why_not(paper: Paper, subject: Subject) -> str | None:
    """Why this case does not have that paper, in words; None when it can be printed."""
    closed = CLOSED.get(subject.state or "")
    return f"{closed}，不再出表" if closed else paper.missing(subject)
