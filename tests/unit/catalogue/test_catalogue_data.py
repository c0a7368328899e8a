"""The data files against the notice: matters, materials, limits, counties, notices, answers."""

import csv
from string import Formatter

import pytest

from backend.catalogue.load import DATA, load_catalogue
from backend.catalogue.overlay import NOT_IN_SMS
from backend.catalogue.samples import SAMPLE
from backend.locale.text import Joined, render

CATALOGUE = load_catalogue()

# notice 一, 四: number, code, limit in working days, what starts the clock, department, section of the limit
MATTERS = [
    (1, "report_in", 1, "originals", "veterans_affairs", "四（一）", "退役士兵退役报到"),
    (2, "training_survey", 1, "originals", "veterans_affairs", "四（一）", "自主就业退役士兵教育培训需求调研"),
    (3, "local_subsidy", None, "funds_arrived", "veterans_affairs", "四（二）", "自主就业退役士兵地方经济补助申请"),
    (4, "household_restoration", 1, "push", "police", "四（三）", "退役士兵恢复户口登记"),
    (5, "pension_enrolment", 1, "push", "human_resources", "四（四）", "灵活就业人员养老保险参保登记"),
    (6, "pension_transfer", 5, "funds_verified", "human_resources", "四（四）", "基本养老保险关系转移接续"),
    (7, "annuity_transfer", 5, "funds_verified", "human_resources", "四（四）", "职业年金转移接续"),
    (8, "medical_enrolment", 1, "push", "medical_insurance", "四（五）", "医保参保登记"),
    (9, "medical_transfer", 1, "push", "medical_insurance", "四（五）", "医保关系转移接续"),
    (10, "social_card", 3, "bank_chosen", "social_card_service", "四（六）", "社会保障卡申领"),
    (11, "party_league", 1, "approved", "party_organisation", "四（七）", "党组织、团组织关系转接"),
]

# notice 二(二): official names, in order
MATERIALS = [
    "退出现役证件",
    "退出现役行政介绍信",
    "退役士兵接收安置通知书",
    "申请人身份证",
    "居住证（本地）",
    "户主身份证",
    "落户方《居民户口簿》或者产权证明",
    "军人退役基本养老保险关系接续信息表",
    "军人退役基本养老保险参保凭证",
    "军人职业年金缴费凭证",
    "军人退役医疗保险个人账户转移凭证或义务兵退役医疗保险金转移凭证",
    "一寸白底免冠照片",
    "党（团）员组织关系介绍信",
]

QUESTIONS = [
    "matters_info",
    "materials",
    "time_limit",
    "where",
    "eligibility",
    "subsidy_when",
    "subsidy_amount",
    "id_card",
    "booklet_delivery",
    "postage",
    "pension_pay",
    "pension_voluntary",
    "card_activate",
    "card_bank",
    "medical_kind",
    "transfer_what",
    "party",
    "league",
    "survey",
    "not_found_offline",
    "overdue",
    "privacy",
    "upload",
    "missing_paper",
    "agent_apply",
    "appointment",
]

NOTICES = [
    "submitted",
    "accepted",
    "correction_requested",
    "rejected",
    "done_report_in",
    "done_training_survey",
    "done_local_subsidy",
    "done_household_restoration",
    "done_household_restoration_id_card",
    "done_pension_enrolment",
    "done_pension_transfer",
    "done_annuity_transfer",
    "done_medical_enrolment",
    "done_medical_transfer",
    "done_social_card",
    "done_party_league_party",
    "done_party_league_league",
    "moved_offline",
    "moved_offline_household_restoration",
    "declined",
    "waiting_veteran",
    "paper_needed",
    "waiting_papers",
    "ready_for_collection",
    "mailed",
    "delivered",
    "came_back",
    "completed",
    "withdrawn",
    "transferred",
]


def test_the_eleven_matters_are_the_notices_own():  # notice 一, 四
    found = [
        (m.number, m.code, m.limit_days, m.clock_start, m.department, m.limit_section, m.name.source)
        for m in CATALOGUE.matters.values()
    ]
    assert found == MATTERS


def test_the_thirteen_materials_are_the_notices_own():  # notice 二(二)
    assert [m.name.source for m in CATALOGUE.materials.values()] == MATERIALS
    assert [m.number for m in CATALOGUE.materials.values()] == list(range(1, 14))
    assert [m.number for m in CATALOGUE.materials.values() if m.original is False] == [3]
    assert [m.number for m in CATALOGUE.materials.values() if m.in_pre_review] == [1, 2, 3]  # notice 三(二)


def test_voluntary_matters_are_those_that_the_notice_leaves_to_the_veteran():  # notice 三(三), 三(六); 三(八) our reading
    assert [m.code for m in CATALOGUE.matters.values() if m.voluntary] == [
        "training_survey",
        "pension_enrolment",
        "medical_enrolment",
    ]


def test_only_booklet_and_card_are_delivered():  # notice 三(五), 三(九)
    assert {m.code: m.product for m in CATALOGUE.matters.values() if m.product} == {
        "household_restoration": "booklet",
        "social_card": "card",
    }


def test_every_county_of_fujian_where_one_can_be_settled_is_there_and_agrees_with_a_second_source():  # notice 二(一)
    from stdnum.cn.ric import get_birth_place

    assert len(CATALOGUE.counties) == 83
    assert {county.city for county in CATALOGUE.counties.values()} == {
        "福州市", "厦门市", "莆田市", "三明市", "泉州市", "漳州市", "南平市", "龙岩市", "宁德市", "平潭综合实验区",
    }  # fmt: skip
    for county in CATALOGUE.counties.values():
        own = "平潭县" if county.code == "350128" else county.name.removeprefix(county.city)
        place = get_birth_place(f"{county.code}202401010000")
        assert place["province"] == "福建省"
        assert own in place["county"], county


@pytest.mark.parametrize(
    ("code", "name"),
    [("350404", "三明市三元区"), ("350405", "三明市沙县区"), ("350604", "漳州市龙海区"), ("350128", "平潭综合实验区")],
)
def test_names_are_those_after_the_changes_of_2021(code, name):
    assert CATALOGUE.counties[code].name == name


def test_no_two_counties_share_a_name():
    names = [name for c in CATALOGUE.counties.values() for name in (c.name, c.short, *c.aliases) if not name.isascii()]
    # In English letters two do (鲤城 and 荔城): which is meant is asked.
    assert len(names) == len(set(names))


@pytest.mark.parametrize("code", QUESTIONS)
def test_every_question_has_an_answer_of_at_most_three_lines(code):
    answer = render(CATALOGUE.faq[code].answer)
    assert answer.count("\n") <= 2
    assert "{" not in answer


@pytest.mark.parametrize("entry", CATALOGUE.faq.values(), ids=lambda entry: entry.code)
def test_an_answer_without_a_section_says_that_the_notice_is_silent_and_shows_the_way(entry):
    if not entry.section:
        assert any(words in entry.answer.source for words in ("通知里没有", "通知里没写", "通知里只写"))
        assert "转人工" in entry.answer.source
    for text in (entry.answer, *entry.by_matter.values()):
        assert render(text).count("\n") <= 2


@pytest.mark.parametrize("name", NOTICES)
def test_every_notice_of_the_notice_is_there(name):
    assert name in CATALOGUE.notices


@pytest.mark.parametrize("notice", CATALOGUE.notices.values(), ids=lambda notice: notice.id)
def test_every_notice_renders_and_its_sms_is_short_signed_and_without_links_or_bank_words(notice):
    params = {name: SAMPLE[name] for name in notice.params}
    chat = render(notice.chat_text(params))
    assert chat
    assert chat.count("\n") <= 2
    sms = notice.sms_text(params)
    if sms is not None:
        text = render(sms)
        # A code goes to whoever has that mobile, who may be a stranger: no name.
        assert text.startswith("【鼓楼退役军人示例窗口】" + ("" if notice.id == "resume_code" else "林同志："))
        assert len(text) <= 70, (len(text), text)
        assert not [word for word in NOT_IN_SMS if word in text.lower()]


def test_the_most_particular_notice_is_taken():
    assert CATALOGUE.notice("done", "household_restoration", "id_card").id == "done_household_restoration_id_card"
    assert CATALOGUE.notice("done", "household_restoration").id == "done_household_restoration"
    assert CATALOGUE.notice("declined", "social_card").id == "declined"
    with pytest.raises(KeyError, match="no notice for nothing"):
        CATALOGUE.notice("nothing")


@pytest.mark.parametrize("window", CATALOGUE.windows.values(), ids=lambda window: window.code)
def test_everything_of_an_example_window_says_that_it_is_an_example(window):
    for shown in (window.name, window.address, window.phone, window.tax_office, window.police_station):
        assert "示例" in shown.source
    assert "示例" in window.signature


def test_banks_and_levels_of_education_are_named_once():
    assert [bank.short for bank in CATALOGUE.banks.values()] == [
        "工行", "农行", "中行", "建行", "交行", "邮储", "福建农信", "兴业",
    ]  # fmt: skip
    assert next(iter(CATALOGUE.education.values())).name.source == "小学"
    prefixes = [prefix for bank in CATALOGUE.banks.values() for prefix in bank.prefixes]
    assert len(prefixes) == len(set(prefixes))
    names = [name for bank in CATALOGUE.banks.values() for name in {bank.short, bank.name.source, *bank.aliases, *bank.bare}]
    assert len(names) == len(set(names))


def test_every_place_of_every_notice_has_a_sample_here():
    for notice in CATALOGUE.notices.values():
        wanted = {name for _, name, _, _ in Formatter().parse(notice.chat + (notice.sms or "")) if name}
        assert wanted == set(notice.params) <= set(SAMPLE)


def test_the_files_columns_are_read_as_they_stand():
    lines = [line for line in (DATA / "counties.csv").read_text("utf-8").splitlines() if not line.startswith("#")]
    assert sum(row["settles"] == "no" for row in csv.DictReader(lines)) == 1
    assert isinstance(CATALOGUE.faq["card_bank"].answer.params["banks"], Joined)
