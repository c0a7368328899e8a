"""What a seeded case is made of: a few hundred made-up people, sealed once and shared, so that rows have their real size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from backend.catalogue.load import Catalogue
from backend.catalogue.rules import task_paths
from backend.clock import today
from backend.db.models import all_tables
from backend.db.types import EncryptedJSON, EncryptedText, key_ring
from backend.departments.tasks import department_of
from backend.rehearsal.people import plan

KINDS = 200


@dataclass(frozen=True)
class Part:
    """One task of a case. `days`: the matter's limit, None where the notice sets none; `product`: booklet or card."""

    matter: str
    path: str | None
    department: str
    days: int | None
    product: str | None
    way: str


@dataclass(frozen=True)
class Kind:
    """One sort of person: sealed answers, what is applied for, and the tasks that it becomes."""

    answers: str
    matters: tuple[str, ...]
    parts: tuple[Part, ...]


class Sealed:
    """One ciphertext for each encrypted column, of a value as long as the real ones."""

    def __init__(self) -> None:
        self.columns = {
            f"{table.name}.{column.name}": column.type
            for table in all_tables().tables.values()
            for column in table.columns
            if isinstance(column.type, EncryptedText | EncryptedJSON)
        }

    def of(self, name: str, value: Any) -> str:
        """`value` as the column `table.column` keeps it."""
        return str(self.columns[name].process_bind_param(value, None))  # type: ignore[arg-type]


def make_kinds(catalogue: Catalogue, sealed: Sealed, random: Random) -> list[Kind]:
    """The sorts of people that cases are dealt from. Needs the key ring in use."""
    assert key_ring()
    kinds = []
    for number in range(KINDS):
        answers = plan(catalogue, number, ("350102",), today(), random).answers
        kinds.append(Kind(sealed.of("applications.answers", answers), tuple(answers["matters"]), _parts(catalogue, answers)))
    return kinds


def _parts(catalogue: Catalogue, answers: Mapping[str, Any]) -> tuple[Part, ...]:
    parts = []
    for code in answers["matters"]:
        matter = catalogue.matters[code]
        for path in task_paths(catalogue, code, answers):
            way = str(answers.get(f"{matter.product}_delivery", "collect")) if matter.product else ""
            parts.append(Part(code, path, department_of(catalogue, code, path), matter.limit_days, matter.product, way))
    return tuple(parts)
