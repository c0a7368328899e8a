"""Figures of answers against what was expected. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FALLBACK = "nlu_fallback"
OUTSIDE = "out_of_scope"
#: Answers to what is not ours that take nothing for ours: "not done here", "other services are done elsewhere", "say it otherwise".
REFUSALS = frozenset({OUTSIDE, "other_service", FALLBACK})
FACTS = ("matters", "bank", "delivery", "county", "soldier_kind", "member", "discharge")


@dataclass(frozen=True)
class Score:
    """Of one intent, each from 0 to 1; `lines` of it there are."""

    precision: float
    recall: float
    f1: float
    lines: int


def accuracy(expected: Sequence[str], given: Sequence[str]) -> float:
    """The share of lines that were given what was expected."""
    return sum(one == other for one, other in zip(expected, given, strict=True)) / len(expected)


def per_intent(expected: Sequence[str], given: Sequence[str]) -> dict[str, Score]:
    """Scores of every intent that is expected, the worst F1 first."""
    hits = Counter(one for one, other in zip(expected, given, strict=True) if one == other)
    of, as_ = Counter(expected), Counter(given)
    scores = {}
    for intent, lines in of.items():
        precision = hits[intent] / as_[intent] if as_[intent] else 0.0
        recall = hits[intent] / lines
        f1 = 2 * precision * recall / (precision + recall) if hits[intent] else 0.0
        scores[intent] = Score(precision, recall, f1, lines)
    return dict(sorted(scores.items(), key=lambda pair: (pair[1].f1, pair[0])))


def confusions(expected: Sequence[str], given: Sequence[str]) -> list[tuple[str, str, int]]:
    """Expected, given, how often; where they differ, the most frequent first."""
    pairs = Counter((one, other) for one, other in zip(expected, given, strict=True) if one != other)
    return sorted(((*pair, number) for pair, number in pairs.items()), key=lambda row: (-row[2], row[:2]))


def false_acceptance(expected: Sequence[str], given: Sequence[str]) -> float:
    """The share of out-of-scope lines that were taken for something of ours."""
    outside = [other for one, other in zip(expected, given, strict=True) if one == OUTSIDE]
    return sum(other not in REFUSALS for other in outside) / len(outside) if outside else 0.0


def facts_right(expected: Sequence[Mapping[str, Any] | None], given: Sequence[Mapping[str, Any]]) -> dict[str, tuple[int, int]]:
    """For each fact: lines in which it is as expected (also that it is not there), of the lines that say or were given it."""
    right: dict[str, tuple[int, int]] = {}
    for name in FACTS:
        cases = [
            (wanted.get(name), found.get(name))
            for wanted, found in zip(expected, given, strict=True)
            if wanted is not None and (name in wanted or name in found)
        ]
        right[name] = (sum(plain(one) == plain(other) for one, other in cases), len(cases))
    return right


def plain(fact: Any) -> Any:
    """A fact as it is compared: a list in any order."""
    return sorted(fact) if isinstance(fact, list) else fact
