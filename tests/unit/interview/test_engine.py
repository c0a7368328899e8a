"""The interview as a veteran meets it: what is asked, understood, corrected and kept (notice 二, 三)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from backend.catalogue.load import load_catalogue
from backend.conversations.messages import to_body
from backend.interview.draft import Draft
from backend.interview.engine import Interview
from backend.interview.heard import Heard
from backend.interview.outcome import Outcome
from backend.interview.questions import load_script

CATALOGUE = load_catalogue(Path(__file__).parents[3] / "backend" / "catalogue" / "data")
TODAY = date(2026, 11, 24)
CONSENTS = {"consent": True, "consent_sensitive": True}
SITUATION = {
    **CONSENTS,
    "discharge_month": "2026-09",
    "county": "350102",
    "soldier_kind": "conscript",
    "self_employed": True,
    "handed_over": False,
    "local_household": True,
    "political_status": "league",
}
PERSON = {
    "papers_lacking": [],
    "name": "林小明",
    "id_number": "350102200601150018",
    "enlist_month": "2024-09",
    "enlist_place": "福建省福州市闽侯县",
    "certificate_number": "退字第1234号",
    "education": "junior_college",
    "current_place": "福州市鼓楼区",
    "home_address": "鼓楼区示例街道示例路1号",
    "mobile": "13800138000",
}
MATTERS = ["report_in", "local_subsidy", "household_restoration", "social_card"]
FILLED = {
    **SITUATION,
    "matters": MATTERS,
    "new_id_card": False,
    **PERSON,
    "bank_card": "6222020000000000000",
    "card_bank": "abc",
    "booklet_delivery": "collect",
    "card_delivery": "collect",
}


@dataclass
class Talk:
    """A conversation with the engine alone."""

    draft: Draft = field(default_factory=Draft)
    outcome: Outcome = field(default_factory=lambda: Outcome(Draft()))

    def say(self, text: str, intent: str = "inform", confidence: float = 0.9, **more: Any) -> str:
        return self.turn(Heard(text, intent, confidence, **more))

    def press(self, *values: str) -> str:
        return self.turn(Heard(intent="choose", values=values))

    def turn(self, heard: Heard) -> str:
        interview = Interview(load_script(CATALOGUE.questions), CATALOGUE, TODAY)
        self.outcome = interview.turn(self.draft, heard)
        self.draft = self.outcome.draft
        return "\n".join(to_body(message, "zh_Hans_CN")["text"] for message in self.outcome.say)

    @property
    def labels(self) -> list[str]:
        """What can be pressed after the last turn."""
        body = to_body(self.outcome.say[-1], "zh_Hans_CN")
        return [choice["label"] for choice in body.get("choices", [])]

    @property
    def rows(self) -> dict[str, str]:
        """The rows of the card of the last turn: title and detail."""
        body = to_body(self.outcome.say[-1], "zh_Hans_CN")
        return {row["title"]: row["detail"] for row in body["card"]["rows"]}


def at(pending: str, answers: dict[str, Any]) -> Talk:
    return Talk(Draft(answers=dict(answers), pending=pending))


def test_what_is_said_ahead_is_never_asked_again() -> None:
    talk = at("discharge_month", CONSENTS)
    answer = talk.say("我今年9月退的，义务兵，自主就业，安置在鼓楼，要落户、社保卡，还有那个补助")
    assert "2026年9月退役" in answer
    assert "集中移交" in answer
    assert talk.draft.answers["matters"] == MATTERS


def test_who_was_discharged_last_year_is_told_why_not_and_loses_nothing() -> None:  # notice 二(一)
    talk = at("discharge_month", CONSENTS)
    answer = talk.say("去年9月")
    assert "2025年" in answer
    assert "都留着" in answer
    assert "改好了：2026年9月退役" in talk.say("不对，是今年9月", "correct")


def test_a_city_alone_offers_its_counties() -> None:
    talk = at("county", {**CONSENTS, "discharge_month": "2026-09"})
    talk.say("厦门")
    assert any("集美" in label for label in talk.labels)
    assert "county" not in talk.draft.answers
    talk.say("集美")
    assert talk.draft.answers["county"] == "350211"


def test_settling_outside_fujian_is_said_kindly() -> None:  # notice 二(一)
    talk = at("county", {**CONSENTS, "discharge_month": "2026-09"})
    assert "福建" in talk.press("county=other")
    assert "county" not in talk.draft.answers


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("1、3、10", {1, 3, 10}),
        ("一到四", {1, 2, 3, 4}),
        ("全部", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}),
        ("除了5和年金，其他都办", {1, 2, 3, 4, 6, 8, 9, 10, 11}),
        ("户口跟社保卡", {1, 4, 10}),
    ],
)
def test_matters_are_chosen_as_people_say_them_and_reporting_in_stays(said: str, numbers: set[int]) -> None:  # notice 一
    talk = at("matters", SITUATION)
    talk.say(said)
    assert {CATALOGUE.matters[code].number for code in talk.draft.answers["matters"]} == numbers


def test_voluntary_matters_are_offered_unticked_and_others_ticked() -> None:  # notice 三(六)
    talk = at("political_status", {k: v for k, v in SITUATION.items() if k != "political_status"})
    talk.press("political_status=league")
    choices = {choice["value"]: choice for choice in to_body(talk.outcome.say[-1], "zh_Hans_CN")["choices"]}
    assert "checked" not in choices["matters=pension_enrolment"]
    assert choices["matters=household_restoration"]["checked"]


def test_a_matter_that_is_closed_to_this_person_is_refused_with_its_reason() -> None:  # notice 一
    talk = at("matters", {**SITUATION, "self_employed": False})
    answer = talk.say("补助和社保卡")
    assert "地方经济补助这次办不了" in answer
    assert talk.draft.answers["matters"] == ["report_in", "social_card"]


def test_lacking_papers_name_only_the_matters_that_must_wait() -> None:  # notice 二(二)
    talk = at("papers_lacking", {**SITUATION, "matters": MATTERS, "new_id_card": False})
    answer = talk.say("照片还没有")
    assert talk.draft.answers["papers_lacking"] == [12]
    assert "社保卡" in answer
    assert "恢复户口" not in answer


def test_the_notice_of_settlement_is_not_said_to_be_wanted_as_a_copy() -> None:  # notice 二(二)3
    talk = at("new_id_card", {**SITUATION, "handed_over": True, "matters": MATTERS})
    talk.press("new_id_card=no")
    assert talk.rows["3 退役士兵接收安置通知书"] == "通知没有要求原件"
    assert "复印件" not in str(talk.rows)


def test_a_wrong_value_says_what_is_wrong_then_shows_an_example_then_offers_a_person() -> None:
    talk = at("bank_card", {k: v for k, v in FILLED.items() if k != "bank_card"})
    assert "18位" in talk.say("622202000000000001")
    assert "16到19位" in talk.say("622202000000000001")
    talk.say("622202000000000001")
    assert "找工作人员" in talk.labels
    assert "bank_card" not in talk.draft.answers
    talk.say("6222０200 0000 0000 000")
    assert talk.draft.answers["bank_card"] == "6222020000000000000"


def test_a_failed_correction_keeps_the_old_value() -> None:
    talk = at("review", FILLED)
    answer = talk.say("手机号改成138001380", "correct")
    assert talk.draft.answers["mobile"] == "13800138000"
    assert "还是138****8000" in answer


@pytest.mark.parametrize(
    ("said", "field_name", "value"),
    [
        ("换成建行", "card_bank", "ccb"),
        ("手机号改成13900139000", "mobile", "13900139000"),
        ("社保卡改成邮寄", "card_delivery", "mail"),
        ("不是鼓楼，是晋江", "county", "350582"),
        ("学历改成本科", "education", "bachelor"),
    ],
)
def test_a_correction_changes_exactly_what_it_names(said: str, field_name: str, value: str) -> None:
    talk = at("review", FILLED)
    talk.say(said, "correct")
    assert talk.draft.answers == {**FILLED, field_name: value}


def test_a_correction_of_two_things_in_one_breath() -> None:
    talk = at("review", FILLED)
    talk.draft = talk.draft.put("booklet_delivery", "collect")
    talk.say("刚才那个不对，我要邮寄，社保卡也寄", "correct")
    assert talk.draft.answers["booklet_delivery"] == "mail"
    assert talk.draft.answers["card_delivery"] == "mail"


def test_a_question_inside_is_passed_on_and_the_pending_question_comes_back() -> None:
    talk = at("booklet_delivery", {k: v for k, v in FILLED.items() if k != "booklet_delivery"})
    answer = talk.say("邮寄要钱不", "faq/postage")
    assert talk.outcome.side == "faq/postage"
    assert "户口簿" in answer
    assert "booklet_delivery" not in talk.draft.answers


def test_what_answers_the_pending_question_is_no_greeting_and_no_farewell() -> None:
    talk = at("local_household", {k: v for k, v in SITUATION.items() if k != "local_household"})
    talk.say("在", "greet", 0.95)
    assert talk.draft.answers["local_household"] is True
    assert talk.outcome.side is None


def test_mail_home_fills_address_recipient_and_mobile_at_once() -> None:  # notice 三(五)
    talk = at("booklet_address", {**FILLED, "booklet_delivery": "mail"})
    talk.press("booklet_address=home")
    assert talk.draft.answers["booklet_recipient"] == "林小明"
    assert talk.draft.answers["booklet_mobile"] == "13800138000"


def test_going_back_brings_the_old_answer_back() -> None:
    talk = at("card_bank", {**FILLED, "card_bank": "abc"})
    talk.say("工行")
    assert "社保卡合作银行" in talk.say("上一步", "go_back")
    assert talk.draft.answers["card_bank"] == "abc"


def test_starting_over_asks_first_and_keeps_the_consent() -> None:
    talk = at("review", FILLED)
    assert "确定吗" in talk.say("重新开始", "start_over")
    talk.press("confirm=yes")
    assert talk.draft.answers == CONSENTS


def test_the_review_masks_every_secret() -> None:
    talk = at("review", FILLED)
    talk.say("继续", "resume")
    shown = str(to_body(talk.outcome.say[-1], "zh_Hans_CN"))
    for secret in ("350102200601150018", "13800138000", "6222020000000000000", "林小明", "示例路1号"):
        assert secret not in shown
    assert "3501**********0018" in shown


def test_submitting_files_only_what_the_matters_call_for() -> None:
    talk = at("review", {**FILLED, "medical_kind": "resident"})
    talk.press("review=submit")
    assert talk.outcome.act == "file"
    assert "medical_kind" not in talk.outcome.filed
    assert talk.outcome.filed["bank_card"] == "6222020000000000000"


def test_submit_cannot_come_before_everything_is_answered() -> None:
    talk = at("review", {k: v for k, v in FILLED.items() if k != "mobile"})
    assert "手机号" in talk.press("review=submit")
    assert talk.outcome.act is None


def test_a_correction_asked_for_by_the_county_leads_to_exactly_that_point() -> None:
    answers = {k: v for k, v in FILLED.items() if k != "mobile"}
    talk = Talk(Draft(answers=answers, to_correct={"mobile": "少一位"}, application="TY-3501-26-000001"))
    assert "手机号" in talk.say("我来改", "correct")
    talk.say("13900139000")
    talk.press("review=submit")
    assert talk.outcome.act == "correct"
    assert talk.outcome.filed["mobile"] == "13900139000"


def test_distress_comes_before_everything() -> None:
    talk = at("name", SITUATION)
    talk.say("不想活了", "distress")
    assert talk.outcome.side == "distress"
    assert not talk.outcome.say


def test_three_misunderstandings_offer_a_person() -> None:
    talk = at("soldier_kind", {**CONSENTS, "discharge_month": "2026-09", "county": "350102"})
    for _ in range(3):
        talk.say("哦豁", "nlu_fallback", 0.2)
    assert "找工作人员" in talk.labels
