"""Every task state with every event, and every delivery state with every event about it."""

from __future__ import annotations

import itertools

import pytest

from backend.departments.states import (
    ABOUT_DELIVERY,
    AT_DEPARTMENT,
    DELIVERY_CLOSED,
    DELIVERY_STATES,
    DELIVERY_TABLE,
    EVENTS,
    STATES,
    TERMINAL,
    after,
    allowed,
    delivery_after,
)

WAITING = ("waiting_funds", "waiting_approval", "waiting_veteran")
OPEN = ("dispatched", "received", *WAITING)
#: Written out once more by hand, from domain.md's line on a task (notice 四, 五).
WAYS = {
    ("waiting_papers", "dispatch"): "dispatched",
    ("returned", "dispatch"): "dispatched",
    ("dispatched", "taken"): "received",
    ("waiting_veteran", "supplied"): "received",
    ("dispatched", "received"): "received",
    ("received", "received"): "received",
    ("waiting_funds", "received"): "waiting_funds",
    ("waiting_approval", "received"): "waiting_approval",
    ("waiting_veteran", "received"): "received",
    **{(state, event): event for state in OPEN for event in (*WAITING, *TERMINAL, "returned")},
    **{(state, "paper_needed"): "waiting_veteran" for state in OPEN},
    **{(state, event): "received" for state in OPEN for event in ("funds_verified", "approved")},
    **{("waiting_veteran", event): "waiting_veteran" for event in ("funds_verified", "approved")},
    **{(state, event): state for state in (*OPEN, "done") for event in (*ABOUT_DELIVERY, "form_delivered")},
}


@pytest.mark.parametrize(("state", "event"), list(itertools.product(STATES, EVENTS)))
def test_an_event_does_what_the_table_says_and_nothing_else(state: str, event: str) -> None:
    assert after(state, event) == WAYS.get((state, event))
    assert (event in allowed(state)) == ((state, event) in WAYS)


@pytest.mark.parametrize(("state", "event"), list(itertools.product(TERMINAL, EVENTS)))
def test_a_terminal_state_is_never_undone(state: str, event: str) -> None:
    assert after(state, event) in (None, state)


def test_a_department_may_report_anything_while_it_has_the_task() -> None:
    assert set(AT_DEPARTMENT) == set(OPEN)


@pytest.mark.parametrize(
    ("state", "event", "expected"),
    [(state, event, DELIVERY_TABLE[event].get(state)) for state, event in itertools.product(DELIVERY_STATES, DELIVERY_TABLE)],
)
def test_a_delivery_moves_forward_only(state: str, event: str, expected: str | None) -> None:
    assert delivery_after(state, event) == expected
    if state in DELIVERY_CLOSED:
        assert expected is None
