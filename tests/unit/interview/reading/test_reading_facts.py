"""What a sentence says, all at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.catalogue.entries import Catalogue
from backend.interview.commands import facts_of
from backend.interview.facts import Facts

Read = Callable[[str], Facts]
GULOU, PINGTAN = "350102", "350128"


def values(facts: Facts) -> dict[str, Any]:
    return {name: found.value for name, found in facts.fields().items()}


def test_an_opening_sentence_is_read_whole(facts: Read) -> None:
    said = facts("我今年9月退的，义务兵，自主就业，安置在鼓楼，要落户、社保卡，还有那个补助")
    assert values(said) == {
        "discharge_month": "2026-09",
        "county": GULOU,
        "soldier_kind": "conscript",
        "self_employed": True,
    }
    assert said.matters is not None
    assert said.matters.value.chosen == ["local_subsidy", "household_restoration", "social_card"]


def test_what_is_said_ahead_of_the_question_is_taken(facts: Read) -> None:
    said = facts("我是义务兵，在福州鼓楼安置，要办落户和社保卡，自取")
    assert values(said) == {"county": GULOU, "soldier_kind": "conscript"}
    assert said.delivery == "collect"
    assert said.matters is not None
    assert said.matters.value.chosen == ["household_restoration", "social_card"]


def test_each_piece_of_text_is_used_once(facts: Read) -> None:
    said = facts("户口簿自取，社保卡也寄")
    assert [tuple(found.value) for found in said.deliveries] == [("booklet", "collect"), ("card", "mail")]
    assert said.matters is None
    text = "今年9月退的，农行"
    said = facts(text)
    assert said.bank is not None and text[said.bank.start : said.bank.end] == "农行"
    assert said.rest() == "退的，"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("18年9月入伍20年9月退", {"enlist_month": "2018-09", "discharge_month": "2020-09"}),
        ("入伍2018.09，退役2020.08", {"enlist_month": "2018-09", "discharge_month": "2020-08"}),
        ("2018.9-2026.9当兵", {"enlist_month": "2018-09", "discharge_month": "2026-09"}),
        ("去年九月退的", {"discharge_month": "2025-09"}),
        ("九月一号从部队回来", {"discharge_month": "2026-09"}),
        ("二〇二六年九月退伍", {"discharge_month": "2026-09"}),
        ("今年退的", {"discharge_month": "2026"}),
        ("安置在福州市鼓楼区", {"county": GULOU}),
        ("福州鼓楼", {"county": GULOU}),
        ("9月1日退役，落户平潭", {"county": PINGTAN, "discharge_month": "2026-09"}),
        ("我从闽侯入伍，安置在鼓楼", {"county": GULOU, "enlist_place": "福建省福州市闽侯县"}),
        ("不是鼓楼，是台江", {"county": "350103"}),
        ("我是士官", {"soldier_kind": "sergeant"}),
        ("不是义务兵，是军士", {"soldier_kind": "sergeant"}),
        ("先当义务兵后来转了士官", {"soldier_kind": "sergeant"}),
        ("当了两年兵", {"soldier_kind": "conscript"}),
        ("义物兵", {"soldier_kind": "conscript"}),
        ("我是黨員", {"political_status": "party"}),
        ("预备党员", {"political_status": "probationary"}),
        ("不是党员，是团员", {"political_status": "league"}),
        ("党员也是团员", {"political_status": "party_and_league"}),
        ("不是党员也不是团员", {"political_status": "none"}),
        ("群众", {"political_status": "none"}),
        ("不是自主就业", {"self_employed": False}),
        ("政府安排工作的", {"self_employed": False}),
        ("部队统一移交的，外地户口", {"handed_over": True, "local_household": False}),
        ("换成农杭", {"card_bank": "abc"}),
        ("不要农行，要建行", {"card_bank": "ccb"}),
        ("我叫林小明今年9月退的", {"name": "林小明", "discharge_month": "2026-09"}),
        ("手机138 0013 8000", {"mobile": "13800138000"}),
        ("身份证11010519491231002x", {"id_number": "11010519491231002X"}),
        ("卡号6222 0210 0111 6245 702", {"bank_card": "6222021001116245702"}),
        ("conscript, discharged in September 2026", {"soldier_kind": "conscript", "discharge_month": "2026-09"}),
        ("I am a sergeant and a party member", {"soldier_kind": "sergeant", "political_status": "party"}),
    ],
)
def test_facts(facts: Read, text: str, expected: dict[str, Any]) -> None:
    assert values(facts(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "我不是义务兵",
        "义务兵还是军士",
        "是不是党员",
        "什么是集中移交",
        "自主就业是什么",
        "农行和建行哪个好",
        "邮寄要钱不",
        "能邮寄吗",
        "我很平和",
        "没入党",
    ],
)
def test_what_is_denied_asked_or_meant_otherwise_is_no_fact(facts: Read, text: str) -> None:
    said = facts(text)
    assert values(said) == {}
    assert said.deliveries == ()


def test_a_denial_is_kept_as_one(facts: Read) -> None:
    assert [found.value for found in facts("我不是义务兵").denied] == [("soldier_kind", "conscript")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("自取", [("", "collect")]),
        ("户口簿寄 不 自取", [("booklet", "collect")]),
        ("户口簿寄，不对，自取", [("booklet", "collect")]),
        ("我要邮寄，不不，自取吧", [("", "collect")]),
        ("寄到家，算了还是自己取", [("", "collect")]),
        ("自取，不对，邮寄", [("", "mail")]),
        ("不要邮寄", [("", "collect")]),
        ("都寄", [("", "mail")]),
        ("寄不了吧", [("", "collect")]),
        ("我要邮寄，社保卡也寄", [("", "mail"), ("card", "mail")]),
        ("户口本寄家里，卡我自己领", [("booklet", "mail"), ("card", "collect")]),
        ("mail it please", [("", "mail")]),
        ("取消", []),
        ("领补助", []),
        ("材料寄到哪", []),
    ],
)
def test_delivery(facts: Read, text: str, expected: list[tuple[str, str]]) -> None:
    assert [tuple(found.value) for found in facts(text).deliveries] == expected


def test_a_bare_city_is_every_county_of_it(facts: Read, catalogue: Catalogue) -> None:
    options = facts("福州").county_options
    assert options is not None
    assert {catalogue.counties[code].city for code in options.value} == {"福州市"}


@pytest.mark.parametrize(
    ("text", "mode", "chosen"),
    [
        ("户口跟社保卡", "set", ["household_restoration", "social_card"]),
        ("除了5和年金，其他都办", "set", None),
        ("再加上医保转移", "add", ["medical_transfer"]),
        ("年金不要了", "remove", ["annuity_transfer"]),
        ("我要办4和10", "set", ["household_restoration", "social_card"]),
        ("医保那两个", "set", ["medical_enrolment", "medical_transfer"]),
    ],
)
def test_matters_are_chosen(facts: Read, text: str, mode: str, chosen: list[str] | None) -> None:
    matters = facts(text).matters
    assert matters is not None
    assert matters.value.mode == mode
    if chosen:
        assert matters.value.chosen == chosen
    else:
        assert not {"pension_enrolment", "annuity_transfer"} & set(matters.value.chosen)


@pytest.mark.parametrize(
    "text", ["社保卡多久能办好", "落户要带什么材料", "补助的卡号错了", "社保卡选农行", "我是党员", "外地户口"]
)
def test_matters_that_are_only_spoken_of_are_not_chosen(facts: Read, text: str) -> None:
    assert facts(text).matters is None


@pytest.mark.parametrize(
    ("text", "field", "new"),
    [
        ("刚才卡号输错了", "bank_card", None),
        ("手机号改成13800138000", "mobile", "13800138000"),
        ("地址改成鼓楼区示例路1号", "home_address", "鼓楼区示例路1号"),
        ("社保卡的地址不对", "card_address", None),
        ("寄到哪改一下", "booklet_address", None),
        ("身份证写错了", "id_number", None),
        ("改手机号", "mobile", None),
        ("名字错了，是林晓明", "name", "林晓明"),
        ("换成农行", None, "农行"),
        ("不对，我要邮寄", None, None),
    ],
)
def test_corrections_name_their_field(facts: Read, text: str, field: str | None, new: str | None) -> None:
    said = facts(text)
    assert said.is_correction
    assert (said.names_field.value if said.names_field else None) == field
    assert said.new_value == new


@pytest.mark.parametrize("text", ["你好", "我是义务兵", "户口簿自取", "没错", "社保卡丢了怎么办"])
def test_other_sentences_are_no_corrections(facts: Read, text: str) -> None:
    assert not facts(text).is_correction


@pytest.mark.parametrize(
    ("text", "yes"),
    [("是的", True), ("好的，谢谢", True), ("不用了", False), ("不想活了", None), ("是，我要邮寄", None), ("没错", True)],
)
def test_a_plain_yes_or_no_is_nothing_else(facts: Read, text: str, yes: bool | None) -> None:
    assert facts(text).yes is yes


def test_what_parse_prints(facts: Read, catalogue: Catalogue) -> None:
    said = facts("去年九月退的士官，预备党员，安置在晋江，社保卡用农行，寄给我")
    printed = facts_of(said, catalogue)
    assert printed == {
        "bank": "农行",
        "delivery": "mail",
        "county": "晋江市",
        "soldier_kind": "军士",
        "member": "party",
        "discharge": "2025-09",
    }
    assert facts_of(facts("落户和社保卡要多久"), catalogue) == {"matters": ["household_restoration", "social_card"]}


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=80))
def test_no_text_breaks_it(facts: Read, text: str) -> None:
    for start, end in facts(text).spans():
        assert 0 <= start <= end <= len(text)
