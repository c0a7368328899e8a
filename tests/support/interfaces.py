"""The tables of docs/interfaces.md, as the forms have them.

`python -m tests.support.interfaces` prints them all, to be put into the page after a form was changed.
"""

from __future__ import annotations

from pydantic import BaseModel

from backend.catalogue.load import Catalogue, Field, load_catalogue
from backend.departments import schemas as departments
from backend.reference.tables import rows_of
from backend.settings import ROOT
from backend.systems import schemas as systems
from backend.systems.files import titles_of
from backend.systems.registry import SYSTEMS

#: Steps of the talk that are no answers of an application.
NO_ANSWERS = ("review", "discharge_month_exact")
#: By the list of the catalogue that the codes are from, and by the check.
LISTS = {
    "counties": "six digits",
    "matters": "list of codes of matters",
    "materials": "list of numbers of materials",
    "education": "code of the catalogue",
    "banks": "code of a bank",
}
VALUES = {
    "discharge_month": "year and month, `2026-09`",
    "enlist_month": "year and month, `2026-09`",
    "id_number": "18 characters",
    "mobile": "11 digits",
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
    for name, field in catalogue.fields.items():
        if name not in NO_ANSWERS:
            lines.append(f"| `{name}` | {field.label.source} | {_value(field)} |")
    return "\n".join(lines)


def _value(field: Field) -> str:
    if field.kind == "yes_no":
        return "true or false"
    if field.codes is not None:
        return LISTS[field.codes]
    if field.values is not None:
        return ", ".join(field.values)
    return VALUES.get(field.check or "", "text")


def columns(code: str, *, back: bool = False) -> str:
    """The columns of a system's file, in order."""
    form = SYSTEMS[code].reports if back else SYSTEMS[code].sends
    assert form is not None
    return "、".join(titles_of(form).values())


if __name__ == "__main__":
    for name, form in FORMS.items():
        print(f"### {name}\n\n{table(form)}\n")
    print(answers_table(load_catalogue(ROOT / "backend" / "catalogue" / "data")))
