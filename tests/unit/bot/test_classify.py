"""What Rasa is told of a ranking: base names for rules, full names beside them, and doubt as nlu_fallback."""

from __future__ import annotations

from bot.classify import decide


def ranked(*pairs: tuple[str, float]) -> list[dict[str, object]]:
    return [{"name": name, "confidence": confidence} for name, confidence in pairs]


def test_a_question_is_told_by_its_base_name_with_the_full_name_beside_it() -> None:
    intent = decide(ranked(("faq/postage", 0.9), ("faq/cost", 0.05)), 0.3, 0.03)
    assert intent == {"name": "faq", "confidence": 0.9, "full_retrieval_intent_name": "faq/postage"}


def test_a_plain_intent_has_no_full_name() -> None:
    assert decide(ranked(("apply", 0.9)), 0.3, 0.03) == {"name": "apply", "confidence": 0.9}


def test_below_the_threshold_nothing_is_guessed() -> None:
    assert decide(ranked(("apply", 0.2), ("where", 0.1)), 0.3, 0.03)["name"] == "nlu_fallback"


def test_two_that_are_as_likely_are_not_chosen_between() -> None:
    assert decide(ranked(("apply", 0.45), ("withdraw", 0.44)), 0.3, 0.03)["name"] == "nlu_fallback"


def test_distress_is_taken_however_unsure_the_model_is() -> None:
    assert decide(ranked(("distress", 0.13), ("bye", 0.6)), 0.3, 0.03, {"distress": 0.12})["name"] == "distress"
