"""What the talk does with several facts in one line, with one address for two things, and with those who do not know."""

from __future__ import annotations

from typing import Any

import pytest

from backend.conversations.messages import to_body
from backend.interview.heard import Heard
from tests.unit.interview.test_engine import CONSENTS, FILLED, Talk, at


def pending(question: str, **changes: Any) -> Talk:
    """Everything is answered but this question, which is asked now; None in `changes` takes an answer out."""
    answers = {**FILLED, question: None, **changes}
    return at(question, {field: value for field, value in answers.items() if value is not None})


@pytest.mark.parametrize(
    "said", ["林小明 350102200601150018", "350102200601150018，林小明", "林小明，大专，350102200601150018"]
)
def test_a_name_is_read_among_other_facts(said: str) -> None:
    talk = pending("name", id_number=None, education=None)
    talk.say(said)
    assert talk.draft.answers["name"] == "林小明"
    assert talk.draft.answers["id_number"] == "350102200601150018"


@pytest.mark.parametrize("said", ["欧阳 锋", "林 小 明"])
def test_a_name_written_apart_is_one_name(said: str) -> None:
    talk = pending("name")
    talk.say(said)
    assert talk.draft.answers["name"] == said.replace(" ", "")


def test_two_names_in_one_line_are_not_guessed_between() -> None:
    talk = pending("name")
    talk.say("林小明 王大明")
    assert "name" not in talk.draft.answers


def test_a_number_at_another_question_is_named_for_what_it_is() -> None:
    talk = pending("name", bank_card=None)
    assert "这看起来是收补助的银行卡" in talk.say("6222020000000000000")
    assert talk.draft.answers["bank_card"] == "6222020000000000000"
    other = pending("name", bank_card=None)
    assert "这看起来是收补助的银行卡" in other.say("6222020000000000001")
    assert "bank_card" not in other.draft.answers


def test_the_mobile_in_an_address_line_replaces_none_that_is_known() -> None:
    talk = pending("home_address")
    talk.say("鼓楼区示例街道示例路1号 13900139000")
    assert talk.draft.answers["home_address"] == "鼓楼区示例街道示例路1号"
    assert talk.draft.answers["mobile"] == FILLED["mobile"]


BOTH = {"booklet_delivery": "mail", "card_delivery": "mail"}
WHERE = "福建省福州市鼓楼区示例路1号，林小明，13800138000"


def test_one_address_does_for_both_and_going_back_takes_it_from_both() -> None:
    talk = pending("booklet_address", **BOTH)
    talk.say(WHERE)
    assert talk.draft.answers["card_address"] == talk.draft.answers["booklet_address"]
    while talk.draft.history:
        talk.say("上一步", "go_back")
    assert "booklet_address" not in talk.draft.answers
    assert "card_address" not in talk.draft.answers


def test_who_collects_one_and_has_the_other_mailed_is_asked_for_one_address() -> None:
    talk = pending("booklet_address", booklet_delivery="mail", card_delivery="collect")
    talk.say(WHERE)
    assert "card_address" not in talk.draft.answers


def test_an_address_of_its_own_stays_when_the_other_changes() -> None:
    own = {
        f"{thing}_{part}": value
        for thing in ("booklet", "card")
        for part, value in (("recipient", "林小明"), ("mobile", "13800138000"))
    }
    talk = at(
        "review", {**FILLED, **BOTH, **own, "booklet_address": "福州市鼓楼区示例路1号", "card_address": "福州市鼓楼区示例路2号"}
    )
    talk.say("户口簿邮寄地址改成福州市鼓楼区示例路3号", "correct")
    assert talk.draft.answers["booklet_address"] == "福州市鼓楼区示例路3号"
    assert talk.draft.answers["card_address"] == "福州市鼓楼区示例路2号"


@pytest.mark.parametrize("said", ["寄到哪", "寄到哪里？", "你们在哪", "什么地址"])
def test_a_question_is_no_address(said: str) -> None:
    talk = pending("booklet_address", **BOTH)
    talk.say(said)
    assert "booklet_address" not in talk.draft.answers


@pytest.mark.parametrize("said", ["那我都要吗", "全部都要办吗", "社保卡要办吗", "1和3要办吗？"])
def test_a_question_about_the_matters_chooses_none(said: str) -> None:
    talk = pending("matters")
    talk.say(said)
    assert "matters" not in talk.draft.answers


@pytest.mark.parametrize("said", ["1、3、10可以吗", "落户和社保卡，行吗", "全部，好吧"])
def test_a_choice_put_politely_is_a_choice(said: str) -> None:
    talk = pending("matters")
    talk.say(said)
    assert len(talk.draft.answers["matters"]) > 1


def test_what_is_to_be_seen_again_is_not_submitted() -> None:
    talk = at("review", FILLED)
    for said in ("核对一下", "再看一遍", "看看我填的"):
        talk.say(said, "affirm")
        assert talk.outcome.act is None
    talk.say("提交", "affirm")
    assert talk.outcome.act == "file"


def test_the_review_is_shown_in_full_at_first_when_asked_and_after_several_changes() -> None:
    talk = at("review", FILLED)
    talk.say("继续", "resume")
    assert "card" in to_body(talk.outcome.say[-1], "zh_Hans_CN")
    shown = []
    for said in ("学历改成本科", "学历改成大专", "学历改成高中"):
        assert "改好了" in talk.say(said, "correct")
        shown.append("card" in to_body(talk.outcome.say[-1], "zh_Hans_CN"))
    assert shown == [False, False, True]


@pytest.mark.parametrize("name", ["certificate_number", "county", "enlist_place", "self_employed", "bank_card", "education"])
def test_who_does_not_know_is_never_told_the_same_twice(name: str) -> None:
    talk = pending(name)
    answers = [talk.say("不知道", "unsure") for _ in range(3)]
    lines = [line for answer in answers for line in answer.split("\n")]
    assert len(lines) == len(set(lines))
    assert all(len(answer.split("\n")) <= 3 for answer in answers)
    assert "找工作人员" in talk.labels
    assert name not in talk.draft.answers


def test_what_was_said_before_the_second_consent_is_taken_when_it_is_pressed() -> None:
    talk = at("consent_sensitive", {"consent": True})
    talk.turn(Heard(intent="choose", values=("consent_sensitive=yes",), earlier=("我是义务兵，安置在鼓楼",)))
    assert talk.draft.answers["soldier_kind"] == "conscript"
    assert talk.draft.answers["county"] == "350102"


@pytest.mark.parametrize(
    ("said", "county"),
    [
        ("Gulou, Fuzhou", "350102"),
        ("Fuzhou Gulou", "350102"),
        ("licheng district in quanzhou", "350502"),
        ("Jinjiang City", "350582"),
    ],
)
def test_counties_are_read_in_english_letters(said: str, county: str) -> None:
    talk = at("county", {**CONSENTS, "discharge_month": "2026-09"})
    talk.say(said)
    assert talk.draft.answers["county"] == county


def test_a_list_can_be_shown_as_it_was_answered_by_typing() -> None:
    talk = pending("matters")
    talk.say("1、4")
    assert to_body(talk.outcome.say[-1], "zh_Hans_CN")["chosen"] == ["matters=report_in", "matters=household_restoration"]


def test_what_needs_no_training_is_asked_nothing_more() -> None:  # notice 三(三)
    chosen = ["report_in", "training_survey"]
    talk = pending("survey_need", matters=chosen)
    assert "哪一类" in talk.say("以后再说")
    other = pending("survey_need", matters=chosen)
    other.say("没有")
    assert other.draft.pending == "review"


@pytest.mark.parametrize("said", ["不是，我说补助不想办", "不是，我不想办补助", "误会了，是社保卡不办"])
def test_one_matter_that_is_not_wanted_never_deletes_everything(said: str) -> None:
    talk = pending("bank_card")
    talk.say("算了我不想办了", "withdraw")
    talk.say(said, "withdraw")
    assert talk.outcome.act != "cancel"
    assert talk.draft.answers["name"] == FILLED["name"]
    assert len(talk.draft.answers["matters"]) == 3


def test_where_the_household_is_tells_no_matter() -> None:
    talk = at("handed_over", {**CONSENTS, "discharge_month": "2026-09", "county": "350102"})
    talk.say("户口在鼓楼")
    assert talk.draft.answers.get("local_household") is True
    assert "matters" not in talk.draft.answers


def test_a_name_beside_an_identity_number_is_taken_wherever_it_is_said() -> None:
    talk = pending("medical_kind", name=None, id_number=None, matters=["report_in", "medical_enrolment"])
    talk.say("林小明，350102200601150018")
    assert talk.draft.answers["name"] == "林小明"


def test_an_address_with_recipient_and_mobile_is_where_it_is_sent() -> None:
    talk = pending("education", booklet_delivery="mail")
    talk.say("福建省厦门市集美区示例路5号 王小红收 13900139000")
    assert talk.draft.answers["booklet_recipient"] == "王小红"
    assert talk.draft.answers["booklet_mobile"] == "13900139000"
    assert talk.draft.answers["mobile"] == FILLED["mobile"]


def test_the_kind_of_medical_insurance_said_ahead_is_not_asked_again() -> None:
    talk = pending("matters", medical_kind=None)
    talk.say("医保参保，居民医保那种")
    assert talk.draft.answers["medical_kind"] == "resident"


def test_two_places_are_two_addresses() -> None:
    talk = pending("booklet_delivery", card_delivery=None)
    talk.say("户口本寄我家，社保卡寄公司")
    assert talk.draft.answers["booklet_address"] == FILLED["home_address"]
    talk.say("我本人")
    assert talk.draft.pending == "card_address"
    talk.say("公司地址福建省福州市鼓楼区示例大厦8层，王大明，13800138001")
    assert talk.draft.answers["card_address"] == "福建省福州市鼓楼区示例大厦8层"
    assert talk.draft.answers["card_recipient"] == "王大明"
    assert talk.draft.answers["booklet_recipient"] == FILLED["name"]


def test_sent_home_is_the_home_address() -> None:
    talk = pending("booklet_delivery", card_delivery=None)
    talk.say("都寄到家里")
    assert talk.draft.answers["booklet_address"] == talk.draft.answers["card_address"] == FILLED["home_address"]


@pytest.mark.parametrize(("name", "said"), [("name", "谢谢"), ("matters", "医保有什么区别"), ("education", "谢谢")])
def test_after_an_answer_to_something_else_nobody_is_told_that_they_were_not_understood(name: str, said: str) -> None:
    talk = pending(name)
    answer = talk.say(said, "thanks" if said == "谢谢" else "faq/medical_kind")
    assert "没" not in answer


def test_what_was_filled_in_can_be_looked_at_on_the_way() -> None:
    talk = pending("bank_card")
    answer = talk.say("先看看我填的对不对", "matters_info")
    assert "填到这里的" in answer and "银行卡" in answer
    assert "card" in to_body(talk.outcome.say[0], "zh_Hans_CN")
    assert talk.draft.pending == "bank_card"


def test_a_lost_paper_that_is_asked_about_is_lacking() -> None:
    talk = pending("papers_lacking")
    assert "找原部队补" in talk.say("介绍信丢了怎么办", "faq/missing_paper")
    assert talk.draft.answers["papers_lacking"] == [2]
    other = pending("papers_lacking")
    other.say("材料丢了怎么办", "faq/missing_paper")
    assert "papers_lacking" not in other.draft.answers


def test_matters_are_chosen_anew_by_numbers_right_after() -> None:
    talk = pending("matters", new_id_card=None)
    talk.say("户口")
    talk.say("换一下，改成1 3 4", "correct")
    assert talk.draft.answers["matters"] == ["report_in", "local_subsidy", "household_restoration"]


@pytest.mark.parametrize(("said", "local"), [("户口本地", True), ("户口本地址改一下", None), ("户口在外地", False)])
def test_whether_the_household_is_local_is_heard_as_it_is_written(said: str, local: bool | None) -> None:
    talk = pending("soldier_kind", local_household=None, matters=None)
    talk.say(said)
    assert talk.draft.answers.get("local_household") is local


def test_what_is_said_ahead_in_the_survey_is_not_asked_again() -> None:  # notice 三(三)
    talk = pending("survey_need", matters=["report_in", "training_survey"])
    answer = talk.say("想学电工，周末")
    assert "电工焊工" in answer and "周末" in answer
    talk.say("尽快")
    talk.say("职业技能")
    assert talk.draft.pending == "survey_length"
