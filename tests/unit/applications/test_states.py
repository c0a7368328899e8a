"""Every state with every command: the table is the picture of the notice, part 三, and nothing else happens."""

from __future__ import annotations

import itertools

import pytest

from backend.applications.states import COMMANDS, ENDED, NOTHING, STATES, after, allowed
from backend.errors import Conflict

BEFORE_CHECK_IN = ("submitted", "correction_requested", "accepted", "receiving")

#: Written out once more by hand, from domain.md's picture (notice 三(一), 三(二), 四(一)).
WAYS = {
    (NOTHING, "submit"): "submitted",
    ("submitted", "record_archive"): "submitted",
    ("correction_requested", "record_archive"): "correction_requested",
    ("submitted", "request_correction"): "correction_requested",
    ("correction_requested", "correct"): "submitted",
    ("in_progress", "ask_again"): "in_progress",
    ("in_progress", "correct"): "in_progress",
    ("submitted", "accept"): "accepted",
    ("submitted", "reject"): "rejected",
    ("accepted", "receive_originals"): "receiving",
    ("receiving", "differ"): "correction_requested",
    ("receiving", "check_in"): "in_progress",
    ("in_progress", "bring_papers"): "in_progress",
    ("in_progress", "complete"): "completed",
    **{(state, "withdraw"): "withdrawn" for state in BEFORE_CHECK_IN},
    **{(state, "change_matters"): state for state in BEFORE_CHECK_IN},
    **{(state, "change_mobile"): state for state in (*BEFORE_CHECK_IN, "in_progress")},
    ("submitted", "transfer"): "submitted",
    ("correction_requested", "transfer"): "correction_requested",
    ("accepted", "transfer"): "submitted",
    ("receiving", "transfer"): "submitted",
}


@pytest.mark.parametrize(("state", "command"), list(itertools.product((NOTHING, *STATES), COMMANDS)))
def test_a_command_does_what_the_table_says_or_is_refused_with_what_is_allowed(state: str | None, command: str) -> None:
    if (state, command) in WAYS:
        assert after(state, command) == WAYS[state, command]
        return
    with pytest.raises(Conflict) as refusal:
        after(state, command)
    assert refusal.value.status == 409
    assert refusal.value.details["allowed"] == allowed(state) == [each for each in COMMANDS if (state, each) in WAYS]


@pytest.mark.parametrize("state", ENDED)
def test_nothing_happens_to_a_case_that_ended(state: str) -> None:
    assert allowed(state) == []


def test_every_state_can_be_reached() -> None:
    assert set(WAYS.values()) == set(STATES)
