"""No code of the catalogue or of a table is without a row of its own here: whoever adds one adds its test.

A row is a case of a parametrised test, and its id names it: `pension_transfer-funds_verified-human_resources`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, get_args

import pytest

from backend.applications import states as applications
from backend.catalogue.load import load_catalogue
from backend.departments import states as departments
from backend.departments.schemas import ResultIn, ResultKind
from backend.documents.rules import PAPERS
from backend.roster.rules import COLUMNS
from backend.staff.model import ROLES
from backend.subsidies import rules as subsidies
from backend.systems.registry import SYSTEMS
from tests.api.domain.test_papers import ROSTER

CATALOGUE = load_catalogue(Path(__file__).parents[3] / "backend" / "catalogue" / "data")
MATERIALS = [f"material_{number}" for number in CATALOGUE.materials]
WAITS = [f"waiting_{kind}" for kind in get_args(get_args(ResultIn.model_fields["waiting_for"].annotation)[0])]
OUTCOMES = [kind for kind in get_args(ResultKind) if kind != "waiting"] + WAITS


def rows(module: str, test: str) -> list[list[str]]:
    """The ids of a test's cases, each taken apart at its hyphens."""
    function: Callable[..., Any] = getattr(importlib.import_module(f"tests.api.domain.{module}"), test)
    (mark,) = [mark for mark in getattr(function, "pytestmark", ()) if mark.name == "parametrize"]
    values, ids = mark.args[1], mark.kwargs["ids"]
    named = [ids(value) for value in values] if callable(ids) else list(ids)
    return [str(each).split("-") for each in named]


def places(place: int, *tests: tuple[str, str]) -> set[str]:
    """What stands at a place of the ids of these tests."""
    return {word for module, test in tests for row in rows(module, test) for word in row[place:][:1]}


MATTERS = (
    ("test_matters", "test_a_matter_whose_clock_starts_with_the_push"),
    ("test_matters", "test_a_matter_whose_clock_starts_with_what_is_waited_for"),
    ("test_matters", "test_a_matter_that_the_window_does_itself"),
)
ARROWS = ("test_states", "test_an_arrow_of_the_picture_is_walked_and_recorded")
REFUSED = ("test_states", "test_what_is_no_arrow_is_refused_with_what_is_allowed_and_changes_nothing")
REPORTS = ("test_tasks", "test_what_a_department_reports_moves_its_task")
FORM = ("test_subsidy_and_party", "test_that_the_form_has_arrived_moves_neither_the_task_nor_its_clock")
DELIVERIES = ("test_tasks", "test_a_booklet_on_its_way_home")
ASKED_FOR = ("test_materials", "test_a_material_is_asked_for_when_it_is_needed_and_of_nobody_else")
WAITED_FOR = (
    ("test_materials", "test_without_a_material_exactly_its_matters_wait_and_go_on_when_it_comes"),
    ("test_materials", "test_without_discharge_certificate_or_letter_nobody_reports_in"),
)

#: what → the codes that there are, and those that rows name.
NAMED: dict[str, tuple[Iterable[str], set[str]]] = {
    "matters": (CATALOGUE.matters, places(0, *MATTERS)),
    "matters, to whom": (
        CATALOGUE.matters,
        places(0, ("test_facts", "test_a_matter_is_offered_to_whom_it_is_open_and_preselected_only_where_it_may_be")),
    ),
    "departments": (
        # Finance provides the money and does no matter. # notice 四(二)
        [code for code in CATALOGUE.departments if code != "finance"],
        places(2, *MATTERS),
    ),
    "clock starts": (
        {matter.clock_start for matter in CATALOGUE.matters.values()} - {"approved"} | {"party", "league"},
        places(1, *MATTERS),
    ),
    "materials": (MATERIALS, places(0, ASKED_FOR)),
    # Of the residence permit, which nobody needs who restores a household, a test of its own tells.
    "materials, without": ([each for each in MATERIALS if each != "material_5"], places(0, *WAITED_FOR)),
    "states of an application": (applications.STATES, places(0, REFUSED)),
    "states of an application, reached": (
        [state for state in applications.STATES if state != applications.COMPLETED],
        places(-1, ARROWS),
    ),
    "states of a task, left": (departments.AT_DEPARTMENT, places(0, REPORTS)),
    "states of a task, ended": (
        departments.TERMINAL,
        places(0, ("test_tasks", "test_a_result_never_changes_back_whatever_is_reported")),
    ),
    "states of a task, reached": (
        [state for state in departments.STATES if state not in (departments.WAITING_PAPERS, departments.DISPATCHED)],
        places(2, REPORTS),
    ),
    "waits": (WAITS, places(1, REPORTS)),
    "outcomes": (
        [each for each in OUTCOMES if each not in departments.ABOUT_DELIVERY],
        places(1, REPORTS, FORM),
    ),
    "states of a delivery": (departments.DELIVERY_STATES, places(0, DELIVERIES)),
    "outcomes of a payment": (
        [each for each in subsidies.OUTCOMES if each != subsidies.PAID],
        places(0, ("test_subsidy_and_party", "test_a_card_that_cannot_be_paid_to_is_asked_for_anew_and_paid_then")),
    ),
    "roles": (ROLES, places(0, ("test_people", "test_a_role_does_its_own_work_and_no_others"))),
    "papers": (PAPERS, places(0, ("test_papers", "test_a_paper_is_filled_and_printed_and_its_printing_on_record"))),
    "columns of the roster": (COLUMNS, set(ROSTER)),
    "outside systems": (SYSTEMS, places(0, ("test_systems", "test_a_system_is_sent_what_it_needs_and_staff_see_that_it_was"))),
}


@pytest.mark.parametrize("what", NAMED, ids=NAMED)
def test_every_code_has_a_row(what: str) -> None:
    codes, named = NAMED[what]
    missing = [code for code in codes if code not in named]
    assert not missing, f"{what}: no row of tests/api/domain names {', '.join(missing)}"


@pytest.mark.parametrize(
    ("wanted", "test"),
    [
        ("waiting_papers", "test_what_waits_for_its_papers_is_dispatched_when_they_come_and_reported_on_only_then"),
        ("dispatched", "test_what_is_returned_goes_to_the_right_unit"),
    ],
)
def test_states_that_no_report_leads_to_have_a_test_of_their_own(wanted: str, test: str) -> None:
    module = importlib.import_module("tests.api.domain.test_tasks")
    assert wanted in departments.STATES and hasattr(module, test)


def test_every_command_on_an_application_is_an_arrow_here_or_has_a_test_of_its_own() -> None:
    over_http = {
        "record_archive": "archive",
        "accept": "review-accept",
        "request_correction": "review-correct",
        "reject": "review-reject",
        "receive_originals": "originals",
        "differ": "differences",
        "check_in": "check-in",
        "bring_papers": "papers",
        "change_matters": "matters",
        "transfer": "county",
        "change_mobile": "mobile",
        "withdraw": "withdrawal",
    }
    elsewhere = {
        "submit": ("test_states", "test_submission_gives_a_number_and_a_text_message_and_pressed_twice_is_one"),
        "correct": ("test_states", "test_what_was_corrected_in_the_chat_goes_back_to_the_review_with_the_corrections_marked"),
        "ask_again": ("test_subsidy_and_party", "test_a_card_that_cannot_be_paid_to_is_asked_for_anew_and_paid_then"),
        "complete": ("test_states", "test_everything_having_a_result_the_application_is_completed"),
    }
    assert set(applications.COMMANDS) == over_http.keys() | elsewhere.keys()
    arrows = importlib.import_module("tests.api.domain.test_states").ARROWS
    assert set(over_http.values()) == set(arrows)
    for command, name in over_http.items():
        # The picture here and the table of the house are the same.
        assert arrows[name] == applications.TABLE[command], command
    for module, test in elsewhere.values():
        assert hasattr(importlib.import_module(f"tests.api.domain.{module}"), test), test
