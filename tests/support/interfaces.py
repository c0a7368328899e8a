"""The tables of docs/interfaces.md, as the forms have them.

`python -m tests.support.interfaces` prints them all, to be put into the page after a form was changed.
"""

from __future__ import annotations

from pydantic import BaseModel

from backend.applications.validation import BOOLEANS, CHOICES
from backend.catalogue.load import Catalogue, load_catalogue
from backend.departments import schemas as departments
from backend.reference.tables import rows_of
from backend.settings import ROOT
from backend.systems import schemas as systems
from backend.systems.files import titles_of
from backend.systems.registry import SYSTEMS

#: Steps of the talk that are no answers of an application.
NO_ANSWERS = ("review", "discharge_month_exact")
VALUES = {
    "county": "six digits",
    "matters": "list of codes of matters",
    "papers_lacking": "list of numbers of materials",
    "education": "code of the catalogue",
    "card_bank": "code of a bank",
    "id_number": "18 characters",
    "mobile": "11 digits",
    "booklet_mobile": "11 digits",
    "card_mobile": "11 digits",
    "bank_card": "16 to 19 digits",
}

FORMS: dict[str, type[BaseModel]] = {
    form.__name__: form
    for form in (
        departments.PulledTask,
        departments.TasksOut,
        departments.ResultIn,
        departments.ResultOut,
        systems.HallFiling,
        systems.HallAnswer,
        systems.HallApplication,
        systems.HallTaken,
        systems.ResultNotice,
        systems.Accepted,
        systems.PopulationQuery,
        systems.PopulationAnswer,
        systems.PartyTransfer,
        systems.PartyResult,
        systems.LeagueTransfer,
        systems.LeagueResult,
        systems.CardOrder,
        systems.MailOrder,
        systems.MailAnswer,
        systems.MailResult,
        systems.ReportTaken,
    )
}


def table(form: type[BaseModel]) -> str:
    """A form as a Markdown table."""
    lines = ["| field | value | needed | column, meaning |", "| --- | --- | --- | --- |"]
    for row in rows_of(form.model_json_schema()):
        lines.append(f"| `{row.name}` | {row.kind} | {'yes' if row.needed else ''} | {row.meaning} |")
    return "\n".join(lines)


def answers_table(catalogue: Catalogue) -> str:
    """The fields of an application's answers as a Markdown table."""
    lines = ["| field | meaning | value |", "| --- | --- | --- |"]
    for name, question in catalogue.questions["questions"].items():
        if name not in NO_ANSWERS:
            lines.append(f"| `{name}` | {question['label']} | {_value(name)} |")
    return "\n".join(lines)


def _value(name: str) -> str:
    if name in BOOLEANS:
        return "true or false"
    if name in CHOICES:
        return ", ".join(CHOICES[name])
    if name.endswith("_month"):
        return "year and month, `2026-09`"
    return VALUES.get(name, "text")


def columns(code: str, *, back: bool = False) -> str:
    """The columns of a system's file, in order."""
    form = SYSTEMS[code].reports if back else SYSTEMS[code].sends
    assert form is not None
    return "、".join(titles_of(form).values())


if __name__ == "__main__":
    for name, form in FORMS.items():
        print(f"### {name}\n\n{table(form)}\n")
    print(answers_table(load_catalogue(ROOT / "backend" / "catalogue" / "data")))
