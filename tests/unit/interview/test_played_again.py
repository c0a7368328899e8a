"""What three veterans said who were played over the real service: each was once read into another slot, or not at all."""

from __future__ import annotations

import pytest

from tests.unit.interview.test_card_and_bank import INTERVIEW
from tests.unit.interview.test_talking import pending

MATTERS = ["report_in", "local_subsidy", "household_restoration", "social_card"]


def test_a_matter_that_is_not_wanted_is_no_answer_about_the_identity_card() -> None:
    talk = pending("new_id_card", matters=MATTERS, new_id_card=None)
    talk.say("补助不要了")
    assert talk.draft.answers.get("new_id_card") is None
    assert talk.draft.answers["matters"] == ["report_in", "household_restoration", "social_card"]


def test_the_number_of_a_door_chooses_no_paper() -> None:
    talk = pending("papers_lacking", papers_lacking=None)
    talk.say("鼓楼区示例街道示例路1号")
    assert talk.draft.answers.get("papers_lacking") is None


@pytest.mark.parametrize("said", ["就缺照片", "照片还没照", "缺照片", "照片没有"])
def test_a_picture_that_is_lacking_is_heard(said: str) -> None:
    talk = pending("papers_lacking", papers_lacking=None)
    talk.say(said)
    assert talk.draft.answers["papers_lacking"] == [12]


def test_who_asks_what_a_matter_means_has_not_chosen_it() -> None:
    talk = pending("matters", matters=None)
    talk.say("这个养老的是啥子意思哦我听不懂", "unsure")
    assert talk.draft.answers.get("matters") is None


def test_what_stands_behind_a_certificate_number_is_no_part_of_it() -> None:
    talk = pending("certificate_number", certificate_number=None)
    talk.say("退字第77号 大专")
    assert talk.draft.answers["certificate_number"] == "退字第77号"


@pytest.mark.parametrize("said", ["齐了齐了", "好了好了", "行了"])
def test_what_says_that_something_is_ready_is_no_name(said: str) -> None:
    talk = pending("name", name=None)
    talk.say(said)
    assert talk.draft.answers.get("name") is None


@pytest.mark.parametrize("said", ["提交提交", "提交，提交"])
def test_who_says_it_twice_submits(said: str) -> None:
    assert INTERVIEW.answers.submits(said) and not INTERVIEW.answers.submits("提交了没")
