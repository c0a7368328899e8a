"""The training survey as a talk (notice 三(三)): all that the printed form asks, and a way out of it."""

from __future__ import annotations

from backend.applications.papers import SURVEY_FIELDS
from tests.unit.interview.test_talking import pending


def test_all_that_the_printed_survey_asks_is_asked_and_the_degree_only_of_who_wants_one() -> None:  # notice 三(三)
    talk = pending("survey_need", matters=["report_in", "training_survey"])
    asked = []
    for said in ("尽快", "学历提升", "信息技术", "本科", "送教上门", "半年以上", "有驾照", "升学", "愿意"):
        asked.append(talk.draft.pending)
        talk.say(said)
    assert tuple(asked) == SURVEY_FIELDS
    kept = [talk.draft.answers[name] for name in SURVEY_FIELDS]
    assert kept == ["soon", "degree", "computing", "bachelor", "nearby", "longer", "driving", "study", True]
    other = pending("survey_need", matters=["report_in", "training_survey"])
    for said in ("尽快", "职业技能", "驾驶运输"):
        other.say(said)
    assert other.draft.pending == "survey_way"


def test_the_rest_of_the_survey_is_skipped_in_one_word() -> None:
    talk = pending("survey_need", matters=["report_in", "training_survey"])
    talk.say("尽快")
    assert "都跳过" in talk.say("后面的都跳过", "skip")
    assert not (talk.draft.pending or "").startswith("survey_")
    assert talk.draft.answers["survey_contact"] is None
