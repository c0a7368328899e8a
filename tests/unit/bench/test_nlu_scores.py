"""What `make nlu` counts, and that its development set and its peers' locks are fit for use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.nlu import scores
from bench.nlu.development import HARD, HELD_OUT, OTHERS, development, examples
from bench.nlu.systems import NLPJS

EXPECTED = ["apply", "apply", "where", "out_of_scope", "out_of_scope"]
GIVEN = ["apply", "where", "where", "nlu_fallback", "apply"]


def test_accuracy_counts_what_is_as_expected() -> None:
    assert scores.accuracy(EXPECTED, GIVEN) == pytest.approx(2 / 5)


def test_precision_counts_what_was_given_and_recall_what_was_expected() -> None:
    score = scores.per_intent(EXPECTED, GIVEN)["where"]
    assert (score.precision, score.recall, score.lines) == (0.5, 1.0, 1)
    assert score.f1 == pytest.approx(2 / 3)


def test_an_intent_never_given_scores_nothing() -> None:
    assert scores.per_intent(EXPECTED, GIVEN)["out_of_scope"].f1 == 0.0


def test_only_what_is_taken_for_ours_is_accepted_wrongly() -> None:
    assert scores.false_acceptance(EXPECTED, GIVEN) == 0.5


def test_confusions_come_most_frequent_first() -> None:
    pairs = scores.confusions(["a", "a", "b"], ["b", "b", "a"])
    assert pairs == [("a", "b", 2), ("b", "a", 1)]


def test_a_fact_is_judged_where_it_is_expected_or_given() -> None:
    wanted = [{"bank": "农行", "matters": ["b", "a"]}, {}, None]
    found = [{"bank": "农行", "matters": ["a", "b"]}, {"bank": "工行"}, {"bank": "工行"}]
    right = scores.facts_right(wanted, found)
    assert right["bank"] == (1, 2)
    assert right["matters"] == (1, 1)
    assert right["county"] == (0, 0)


def taught() -> set[str]:
    return {text.strip() for text, _ in examples()}


def test_no_line_that_is_held_out_is_taught() -> None:
    assert not [line.text for line in development(HELD_OUT) if line.text.strip() in taught()]


@pytest.mark.parametrize("file", [HARD, OTHERS])
def test_sets_of_others_have_intents_of_ours_and_no_line_twice(file: Path) -> None:
    lines = development(file)
    assert {line.intent for line in lines} <= {intent for _, intent in examples()}
    assert len({line.text for line in lines}) == len(lines)


def test_the_development_set_shares_only_what_everybody_writes() -> None:
    # 我要办理 and 带啥 stand in both, written by different people; `make nlu` gives the figure without them as well.
    lines, known = development(), taught()
    both = [line.text for line in lines if line.text.strip() in known]
    assert len(both) < 0.15 * len(lines)
    assert max(map(len, both)) <= 13


def test_every_intent_that_is_measured_is_taught() -> None:
    assert {line.intent for line in development()} <= {intent for _, intent in examples()}


def test_a_line_without_a_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / "lines.tsv"
    file.write_text("apply\t我要办\napply\n", "utf-8")
    with pytest.raises(ValueError, match=r"lines\.tsv:2"):
        development(file)


def test_the_lock_of_the_peer_names_no_registry() -> None:
    lock = json.loads((NLPJS / "package-lock.json").read_text("utf-8"))
    packages = [package for name, package in lock["packages"].items() if name]
    assert packages
    assert all("integrity" in package and "resolved" not in package for package in packages)
