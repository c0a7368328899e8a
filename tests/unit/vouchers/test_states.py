"""What becomes of a voucher: every state and command of the table, and what is not in it."""

from __future__ import annotations

import pytest

from backend.errors import Conflict
from backend.vouchers import states

ALLOWED = {
    ("uploaded", "accept"): "accepted",
    ("accepted", "accept"): "accepted",
    ("uploaded", "refuse"): "refused",
    ("accepted", "refuse"): "refused",
    ("uploaded", "look_again"): "uploaded",
    ("accepted", "look_again"): "uploaded",
}


@pytest.mark.parametrize("state", states.STATES)
@pytest.mark.parametrize("command", states.TABLE)
def test_every_way_is_in_the_table_or_refused(state: str, command: str) -> None:
    if (state, command) in ALLOWED:
        assert states.after(state, command) == ALLOWED[state, command]
        assert state in states.before(command)
        return
    with pytest.raises(Conflict) as refusal:
        states.after(state, command)
    assert refusal.value.details["state"] == state


@pytest.mark.parametrize(
    ("state", "filed", "answers", "may"),
    [
        ("uploaded", False, False, True),
        ("uploaded", True, False, True),
        ("uploaded", True, True, False),
        ("refused", True, False, False),
        ("accepted", True, False, False),
    ],
)
def test_what_was_accepted_asked_for_or_refused_is_part_of_the_case(state: str, filed: bool, answers: bool, may: bool) -> None:
    assert states.may_delete(state, filed=filed, answers_correction=answers) is may
