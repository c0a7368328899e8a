"""Noting who looks at whose data: a veteran was promised that each look is on record."""

from __future__ import annotations

from backend.clock import now
from backend.db.engine import Unit
from backend.security.model import AccessRecord

CASE = "case"


def note_access(unit: Unit, actor: str, what: str, case_number: str) -> None:
    """Write down a look, in the unit that reads what is shown: nothing is shown unless that has committed."""
    unit.session.add(AccessRecord(at=now(), actor=actor, what=what, case_number=case_number))
